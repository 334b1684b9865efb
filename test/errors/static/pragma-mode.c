/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * pragma-mode.c - a clause without what it needs. It is ignored.
 *
 * RUN: %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

#pragma tenon fp(loose)
tn_tensor power(tn_tensor x) { return tn_mul(x, x); }
/* CHECK: pragma-mode.c:9:15: warning: 'fp' in '#pragma tenon' needs '(strict)' or '(fast)'; it is ignored
 * Do: write fp(strict), the default, or fp(fast).
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * pragma-clause.c - a clause that this version does not know. It is ignored.
 *
 * RUN: %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

#pragma tenon fpp(fast)
tn_tensor power(tn_tensor x) { return tn_mul(x, x); }
/* CHECK: pragma-clause.c:9:15: warning: unknown clause 'fpp' in '#pragma tenon' is ignored; did you mean 'fp'? [-Wunknown-pragmas]
 * Do: correct the spelling, or build with the version that knows it.
 */

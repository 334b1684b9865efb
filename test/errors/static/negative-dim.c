/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * negative-dim.c - a dim below 0.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor zeros(void) { return tn_zeros(TN_F32, 3, -4); }
/* CHECK: negative-dim.c:9:52: error: tenon: tn_zeros: dim 1 is negative: [3, -4]
 * Do: give a dim of 0 or more; only tn_reshape takes a -1.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * number-with-integers.c - a floating number does not become an integer by itself.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor half(int *p, int n) { return tn_mul(tn_view(p, TN_I32, n), 0.5); }
/* CHECK: number-with-integers.c:9:70: error: tenon: tn_mul: a floating number with dtype i32; cast one of them
 * CHECK: number-with-integers.c:9:47: note: this is i32[n]
 * Do: cast one of them: tn_mul(tn_cast(x, TN_F32), 0.5) or tn_div(x, 2).
 */

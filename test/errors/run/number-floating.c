/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * number-floating.c - a floating number beside a tensor of integers: it is not rounded silently.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_I32, 3), y = tn_mul(x, 0.5);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_mul: the floating number 0.5 with dtype i32; cast one of them
 * Do: cast one of them: tn_mul(tn_cast(x, TN_F64), 0.5), or tn_mul(x, (int)v).
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * take-rank.c - indices of so many axes that the result would have more than 8.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 1, 1, 1, 1, 1), i = tn_zeros(TN_I64, 1, 1, 1, 1, 1), y = tn_take(x, i, 0);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_take: f32[1, 1, 1, 1, 1] by i64[1, 1, 1, 1, 1] gives more than 8 axes
 * Do: tn_reshape the indices to rank 1, and the result back.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * matmul-rank.c - a factor of a matrix product is a number.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  tn_tensor y = tn_matmul(x, tn_full(TN_F32, 2));
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_matmul: f32[3, 4] and f32[]: a rank 0 is no matrix; tn_mul scales
 * Do: tn_mul scales.
 */

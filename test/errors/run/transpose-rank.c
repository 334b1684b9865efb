/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * transpose-rank.c - a transpose of less than two axes.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3), y = tn_transpose(x);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_transpose: f32[3] has less than two axes
 * Do: tn_reshape(x, 1, n) is a row, tn_reshape(x, n, 1) a column.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * matmul-shapes.c - the columns of the left factor are not as many as the rows of the right one.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  tn_tensor y = tn_matmul(x, x);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_matmul: shapes [3, 4] and [3, 4] do not fit
 * Do: perhaps tn_transpose one of them.
 */

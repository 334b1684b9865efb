/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * select-axis.c - an axis that the tensor does not have.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  tn_tensor y = tn_select(x, 2, 0);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_select: axis 2 of f32[3, 4] is out of range
 * Do: axes count from 0, or from -1 at the end.
 */

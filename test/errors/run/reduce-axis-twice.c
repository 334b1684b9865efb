/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reduce-axis-twice.c - an axis that is named twice, perhaps once from the end.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  tn_tensor y = tn_sum(x, 1, -1);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_sum: axis -1 of f32[3, 4] is named twice
 * Do: name each axis once.
 */

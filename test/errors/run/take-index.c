/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * take-index.c - an index that is not there.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  tn_tensor y = tn_take(x, tn_values(TN_I64, 0, 3), 0);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_take: index 3 is out of range for an axis of 3 in f32[3, 4]
 * Do: indices count from 0 to the dim - 1, or from -1 at the end; tn_clip them first if they come from outside.
 */

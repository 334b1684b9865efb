/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * concat-shapes.c - tensors that differ along another axis than that, or in dtype.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  tn_tensor y = tn_concat(0, x, tn_zeros(TN_F32, 3, 5));
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_concat: f32[3, 4] and f32[3, 5] do not fit along axis 0
 * Do: all dims but those along the axis are the same.
 */

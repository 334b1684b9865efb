/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * get-count.c - another number of indices than the tensor has axes.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  double v = tn_get(x, 5);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_get: 1 index for f32[3, 4], which has 2 axes; tn_get_flat takes a flat index
 * Do: give one index for each axis, or use tn_get_flat, which counts elements in row-major order.
 */

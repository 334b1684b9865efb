/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * map-dtype.c - a function of float over a tensor of another dtype.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

static float twice(float v) { return 2 * v; }

int main(void) {
  tn_tensor x = tn_zeros(TN_F64, 3), y = tn_map(twice, x);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_map: the function is of f32, the tensor of f64; use tn_cast
 * Do: tn_cast the tensor, or write the function for double.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reduce-nothing.c - the greatest, the least or their index, of no elements.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 0), y = tn_reduce_max(x, 1);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_reduce_max: nothing to choose from: an axis of f32[3, 0] is empty
 * Do: test tn_size or tn_dim first: sums of nothing are 0, products 1, but there is no greatest.
 */

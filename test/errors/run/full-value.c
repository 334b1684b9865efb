/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * full-value.c - the value of tn_full is neither a number nor a rank 0 of the same dtype.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor v = tn_zeros(TN_F32, 2), x = tn_full(TN_F32, v, 3, 4);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_full: the value is f32[2], not a number or one f32; it comes before the dims
 * Do: the value comes before the dims: tn_full(TN_F32, 0.5, 3, 4).
 */

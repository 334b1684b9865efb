/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * arange-operand.c - an end of a range that is no number.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor v = tn_zeros(TN_F32, 2), x = tn_arange(TN_F32, 0, v, 1);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_arange: f32[2] is not a number
 * Do: give numbers, or tensors of one element.
 */

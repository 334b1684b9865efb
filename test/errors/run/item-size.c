/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * item-size.c - tn_item of more than one element.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  double v = tn_item(x);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_item: f32[3, 4] has 12 elements, not one
 * Do: reduce first: tn_item(tn_sum(t)); or read one: tn_get.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * where-condition.c - a condition that is no bool.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor c = tn_zeros(TN_F32, 3), z = tn_where(c, 1, 2);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_where: the condition is f32, not bool; tn_not_equal(c, 0) makes one
 * Do: make one by a comparison: tn_where(tn_not_equal(c, 0), x, y).
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * take-dtype.c - indices that are no integers.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  tn_tensor y = tn_take(x, tn_values(TN_F32, 0, 1), 0);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_take: indices are f32, not i32 or i64
 * Do: tn_cast(indices, TN_I64).
 */

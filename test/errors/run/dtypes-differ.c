/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dtypes-differ.c - two operands of different dtypes: nothing is converted silently.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3), y = tn_zeros(TN_F64, 3), z = tn_add(x, y);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_add: dtypes differ: f32 and f64; use tn_cast
 * Do: tn_cast one of them; which precision is meant only the program knows.
 */

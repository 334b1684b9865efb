/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dtypes-differ-matmul.c - a matrix product of different dtypes.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 3), y = tn_zeros(TN_F64, 3, 3), z = tn_matmul(x, y);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_matmul: dtypes differ: f32 and f64; use tn_cast
 * Do: tn_cast one of the factors.
 */

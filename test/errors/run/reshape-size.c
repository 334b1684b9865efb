/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reshape-size.c - tn_reshape to another number of elements.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  tn_tensor y = tn_reshape(x, 5, 2);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_reshape: f32[3, 4] has 12 elements and cannot become [5, 2]
 * Do: the product of dims stays; one of them may be -1, and is found.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dim-negative.c - a dim below 0.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, -4);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_zeros: dim 1 is negative: [3, -4]
 * Do: look at how it was computed; only tn_reshape takes a -1.
 */

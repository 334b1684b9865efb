/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * number-too-large.c - an integer number that the dtype of the other operand does not hold.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_U8, 3), y = tn_add(x, 300);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_add: 300 does not fit dtype u8
 * Do: tn_cast the tensor to a dtype that holds it.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * print-dtype.c - a tensor of a dtype that is not printed yet.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_print(tn_zeros(TN_F16, 3));
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_print: does not support dtype f16 yet
 * Do: tn_cast it, or read tn_data_const(t).
 */

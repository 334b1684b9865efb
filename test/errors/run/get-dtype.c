/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * get-dtype.c - elements of a dtype that cannot be read as numbers yet.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_BF16, 3);
  double v = tn_get(x, 0);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_get: does not support dtype bf16 yet
 * Do: tn_data_const(t) gives their memory.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dtype-first.c - the dtype is missing or stands behind the dims.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(3, 4);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_zeros: 3 is not a dtype; the dtype comes first, as in tn_zeros(TN_F32, 3, 4)
 * Do: write it first: tn_zeros(TN_F32, 3, 4).
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * store-into-number.c - a store into a number.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  (tn_store)(tn_scalar_f64(1), tn_zeros(TN_F64));
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_store: a number cannot be written
 * Do: the target comes first: tn_store(dst, value).
 */

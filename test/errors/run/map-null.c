/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * map-null.c - the function given to tn_map or tn_zip is NULL.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  float (*f)(float) = NULL;
  tn_tensor x = tn_zeros(TN_F32, 3), y = tn_map(f, x);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_map: the function is NULL
 * Do: give it one.
 */

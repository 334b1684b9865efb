/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * view-null.c - a view of no memory.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  float *samples = NULL;
  tn_tensor x = tn_view(samples, TN_F32, 100);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_view: the pointer is NULL
 * Do: check the pointer: did malloc fail?
 */

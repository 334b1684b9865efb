/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * slice-step.c - a slice in steps of 0.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  tn_tensor y = tn_slice_step(x, 0, 0, 3, 0);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_slice_step: the step is 0
 * Do: steps are 1 and up, or -1 and down.
 */

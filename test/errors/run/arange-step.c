/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * arange-step.c - a range with a step of 0, or with infinite or NaN ends.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_arange(TN_F32, 0, 10, 0);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_arange: start, stop and step give no number of elements
 * Do: give a step that leads from start to stop.
 */

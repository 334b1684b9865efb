/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * window-pairs.c - more pairs of start and stop than axes.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 4), y = tn_window(x, 0, 2, 0, 2);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_window: 2 pairs of start and stop for f32[4]
 * Do: give at most one pair an axis.
 */

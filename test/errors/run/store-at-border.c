/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * store-at-border.c - a window that reaches over the target's border.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  tn_store_at(x, tn_zeros(TN_F32, 2, 2), 2, 0);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_store_at: the window [2, 2] at [2, 0] reaches over f32[3, 4]
 * Do: starts[i] + the value's dim must not be above the target's.
 */

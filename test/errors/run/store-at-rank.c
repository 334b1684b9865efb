/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * store-at-rank.c - more starts, or a value of more axes, than the target has.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 4);
  tn_store_at(x, 1, 0, 0);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_store_at: 2 starts and a value i64[] for f32[4]
 * Do: the window of tn_store_at has the target's rank.
 */

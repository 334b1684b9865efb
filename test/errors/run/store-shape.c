/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * store-shape.c - a value that does not broadcast to the target's shape: targets are not stretched.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 4);
  tn_store(x, tn_zeros(TN_F32, 3, 4));
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_store: f32[3, 4] does not broadcast to [4]
 * Do: tn_reshape or tn_slice the value, or tn_store_at a window.
 */

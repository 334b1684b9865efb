/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * broadcast-to.c - a shape to which the tensor does not broadcast.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3), y = tn_broadcast_to(x, 2, 4);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_broadcast_to: f32[3] does not broadcast to [2, 4]
 * Do: aligned at the last axis, each dim must be equal or 1.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * shapes-broadcast.c - shapes that do not broadcast: aligned at the last axis, dims must be equal, or one of them 1.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  tn_tensor y = tn_zeros(TN_F32, 3), z = tn_add(x, y);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_add: shapes [3, 4] and [3] do not broadcast
 * Do: tn_reshape one of them so that the axes that belong together stand below each other; here tn_reshape(y, 3, 1).
 */

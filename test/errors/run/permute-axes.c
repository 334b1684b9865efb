/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * permute-axes.c - axes that do not name each one once.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  tn_tensor y = tn_permute_dims(x, 1, 1);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_permute_dims: axes [1, 1] do not name each axis of f32[3, 4] once
 * Do: name all: tn_permute_dims(x, 1, 0).
 */

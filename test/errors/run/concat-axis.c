/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * concat-axis.c - an axis that the tensors do not have.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3), y = tn_concat(1, x, x);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_concat: axis 1 of f32[3] is out of range
 * Do: tn_reshape(x, 1, n) gives them the new axis first.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * select-index.c - a slice that is not there.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  tn_tensor y = tn_select(x, 0, 3);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_select: index 3 is out of range for f32[3, 4]
 * Do: indices count from 0 to the dim - 1, or from -1 at the end.
 */

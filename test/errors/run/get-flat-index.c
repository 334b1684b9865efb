/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * get-flat-index.c - a flat index that is not there.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  double v = tn_get_flat(x, 12);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_get_flat: index 12 is out of range for f32[3, 4]
 * Do: flat indices count from 0 to tn_size(t) - 1, or from -1 at the end.
 */

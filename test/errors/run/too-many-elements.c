/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * too-many-elements.c - the number of elements, or of bytes, overflows.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, INT64_C(1) << 40, INT64_C(1) << 40);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_zeros: too many elements: f32[1099511627776, 1099511627776]
 * Do: look at the dims; nothing was allocated.
 */

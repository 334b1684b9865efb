/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * rank-above-8.c - more than 8 dims.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  const int64_t dims[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
  tn_tensor x = tn_zeros_n(TN_F32, 9, dims);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_zeros: rank 9 is above 8
 * Do: merge axes: tensors have at most 8.
 */

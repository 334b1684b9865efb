/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * view-strides.c - strides that reach further than addresses do.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  float samples[4];
  const int64_t dims[1] = {4}, strides[1] = {INT64_MAX};
  tn_tensor x = tn_view_strided(samples, TN_F32, 1, dims, strides);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_view_strided: strides [9223372036854775807] reach too far
 * Do: strides count elements, not bytes.
 */

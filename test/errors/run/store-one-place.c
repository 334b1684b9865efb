/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * store-one-place.c - a store through strides that let two elements fall on one place.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  float samples[4] = {0};
  const int64_t dims[2] = {3, 4}, strides[2] = {0, 1};
  tn_store(tn_view_strided(samples, TN_F32, 2, dims, strides), 1);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_store: the strides of the view f32[3, 4] let elements fall on one place
 * Do: store into the memory itself, without the stride of 0.
 */

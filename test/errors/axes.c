/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * axes.c - axes out of range, and named twice.
 *
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s -o %t.eager %tenon_libs
 * RUN: %t.eager > %t.txt
 * RUN: FileCheck %s < %t.txt
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs
 * RUN: %t.compiled | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=all %t.compiled | diff %t.txt -
 */
#include "Inputs/errors.h"

int main(void) {
  tn_tensor a = tn_zeros(TN_F32, unknown(3), 4);
  /* CHECK: tn_sum(tn_add(a, 1), 2): NULL "tn_sum: axis 2 of f32[3, 4]
   * CHECK: tn_sum(tn_add(a, 1), -3): NULL "tn_sum: axis -3 of f32[3, 4]
   * CHECK: tn_sum(a, 0, -2): NULL "tn_sum: {{.*}}twice
   * CHECK: tn_mean_keepdims(tn_add(a, 1), 1, 1): NULL "tn_mean_keepdims: {{.*}}twice
   * CHECK: tn_reduce_max(tn_add(a, 1), unknown(7)): NULL "tn_reduce_max: axis 7
   * CHECK: tn_softmax(tn_add(a, 1), 2): NULL "tn_softmax: axis 2
   * CHECK: tn_softmax(tn_add(a, 1), unknown(-3)): NULL "tn_softmax: axis -3
   * CHECK: tn_argmin(a, 5): NULL "tn_argmin: axis 5
   * CHECK: tn_sort(a, 2): NULL "tn_sort: axis 2
   * CHECK: tn_concat(2, a, a): NULL "tn_concat: axis 2
   * CHECK: tn_slice(a, -3, 0, 1): NULL "tn_slice: axis -3
   * CHECK: tn_select(a, 2, 0): NULL "tn_select: axis 2
   * CHECK: tn_select(a, 1, 4): NULL "tn_select: index 4
   * CHECK: tn_permute_dims(a, 0, 0): NULL "tn_permute_dims:
   * CHECK: tn_permute_dims(a, 1): NULL "tn_permute_dims:
   * CHECK: tn_slice_step(a, 0, 0, 2, 0): NULL "tn_slice_step: {{.*}}0
   * CHECK: tn_dim(a, 2): 0 "tn_dim: axis 2
   * CHECK: tn_get(tn_add(a, 1), 3, 0): nan "tn_get: index 3 is out of range for axis 0 of f32[3, 4]"
   * CHECK: tn_get(tn_add(a, 1), 0): nan "tn_get:
   * CHECK: tn_get_flat(tn_add(a, 1), 12): nan "tn_get_flat: index 12
   * CHECK: tn_get_flat(tn_add(a, 1), -13): nan "tn_get_flat: index -13
   * CHECK: tn_set(a, 1, 0, 4): 0 "tn_set: index 4
   * CHECK: tn_store_at(a, tn_zeros(TN_F32, 2, 2), 2): 0 "tn_store_at:
   */
  SHOW(tn_sum(tn_add(a, 1), 2));
  SHOW(tn_sum(tn_add(a, 1), -3));
  SHOW(tn_sum(a, 0, -2));
  SHOW(tn_mean_keepdims(tn_add(a, 1), 1, 1));
  SHOW(tn_reduce_max(tn_add(a, 1), unknown(7)));
  SHOW(tn_softmax(tn_add(a, 1), 2));
  SHOW(tn_softmax(tn_add(a, 1), unknown(-3)));
  SHOW(tn_argmin(a, 5));
  SHOW(tn_sort(a, 2));
  SHOW(tn_concat(2, a, a));
  SHOW(tn_slice(a, -3, 0, 1));
  SHOW(tn_select(a, 2, 0));
  SHOW(tn_select(a, 1, 4));
  SHOW(tn_permute_dims(a, 0, 0));
  SHOW(tn_permute_dims(a, 1));
  SHOW(tn_slice_step(a, 0, 0, 2, 0));
  SHOW_NUMBER(tn_dim(a, 2));
  SHOW_NUMBER(tn_get(tn_add(a, 1), 3, 0));
  SHOW_NUMBER(tn_get(tn_add(a, 1), 0));
  SHOW_NUMBER(tn_get_flat(tn_add(a, 1), 12));
  SHOW_NUMBER(tn_get_flat(tn_add(a, 1), -13));
  SHOW_NUMBER(tn_set(a, 1, 0, 4));
  SHOW_NUMBER(tn_store_at(a, tn_zeros(TN_F32, 2, 2), 2));
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * zero-size.c - dims of 0: sums are 0, products 1, a matrix product over k = 0 is 0; what must choose from nothing is an error.
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
  tn_tensor e = tn_zeros(TN_F32, unknown(0)), m = tn_zeros(TN_F32, unknown(0), 3), w = tn_zeros(TN_F32, 3, unknown(0));
  /* CHECK: tn_sum(e): 1[] 0 #
   * CHECK: tn_sum(tn_exp(tn_add(e, 1))): 1[] 0 #
   * CHECK: tn_prod(tn_mul(e, 2)): 1[] 3f800000 #
   * CHECK: tn_mean(tn_mul(e, 2)): 1[] 7fc00000 #
   * CHECK: tn_var(tn_mul(e, 2)): 1[] 7fc00000 #
   * CHECK: tn_any(tn_mul(e, 2)): d[] 0 #
   * CHECK: tn_all(tn_mul(e, 2)): d[] 1 #
   * CHECK: tn_sum(tn_mul(m, 2), 0): 1[3] 0 0 0 #
   * CHECK: tn_sum(tn_mul(m, 2), 1): 1[0] #
   * CHECK: tn_sum(tn_mul(w, 2), 1): 1[3] 0 0 0 #
   * CHECK: tn_prod(tn_mul(m, 2), 0): 1[3] 3f800000 3f800000 3f800000 #
   */
  SHOW(tn_sum(e));
  SHOW(tn_sum(tn_exp(tn_add(e, 1))));
  SHOW(tn_prod(tn_mul(e, 2)));
  SHOW(tn_mean(tn_mul(e, 2)));
  SHOW(tn_var(tn_mul(e, 2)));
  SHOW(tn_any(tn_mul(e, 2)));
  SHOW(tn_all(tn_mul(e, 2)));
  SHOW(tn_sum(tn_mul(m, 2), 0));
  SHOW(tn_sum(tn_mul(m, 2), 1));
  SHOW(tn_sum(tn_mul(w, 2), 1));
  SHOW(tn_prod(tn_mul(m, 2), 0));
  /* CHECK: tn_matmul(w, m): 1[3 3] 0 0 0 0 #
   * CHECK: tn_sub(1, tn_matmul(w, m)): 1[3 3] 3f800000 3f800000 3f800000 3f800000 #
   * CHECK: tn_matmul(e, e): 1[] 0 #
   * CHECK: tn_matmul(m, w): 1[0 0] #
   */
  SHOW(tn_matmul(w, m));
  SHOW(tn_sub(1, tn_matmul(w, m)));
  SHOW(tn_matmul(e, e));
  SHOW(tn_matmul(m, w));
  /* CHECK: tn_reduce_max(tn_mul(e, 2)): NULL "tn_reduce_max: {{.*}}nothing to choose from
   * CHECK: tn_reduce_min(m, 0): NULL "tn_reduce_min: {{.*}}nothing to choose from
   * CHECK: tn_argmax(e): NULL "tn_argmax: {{.*}}nothing to choose from
   * CHECK: tn_reduce_max(tn_mul(m, 2), 1): 1[0] #
   */
  SHOW(tn_reduce_max(tn_mul(e, 2)));
  SHOW(tn_reduce_min(m, 0));
  SHOW(tn_argmax(e));
  SHOW(tn_reduce_max(tn_mul(m, 2), 1));
  /* CHECK: tn_softmax(tn_mul(m, 2), -1): 1[0 3] #
   * CHECK: tn_softmax(tn_mul(w, 2), -1): 1[3 0] #
   * CHECK: tn_exp(tn_add(m, tn_full(TN_F32, 1, 3))): 1[0 3] #
   * CHECK: tn_add(tn_mul(e, 2), tn_full(TN_F32, 1, 1)): 1[0] #
   * CHECK: tn_sort(e, 0): 1[0] #
   * CHECK: tn_concat(0, m, tn_full(TN_F32, 1, 1, 3)): 1[1 3] 3f800000 3f800000 3f800000 #
   * CHECK: tn_slice(tn_full(TN_F32, 1, 3), 0, 2, 1): 1[0] #
   * CHECK: tn_arange(TN_F32, 3, 1, 1): 1[0] #
   * CHECK: tn_store(e, 1): 3ff0000000000000
   * CHECK: tn_item(e): nan "tn_item:
   */
  SHOW(tn_softmax(tn_mul(m, 2), -1));
  SHOW(tn_softmax(tn_mul(w, 2), -1));
  SHOW(tn_exp(tn_add(m, tn_full(TN_F32, 1, 3))));
  SHOW(tn_add(tn_mul(e, 2), tn_full(TN_F32, 1, 1)));
  SHOW(tn_sort(e, 0));
  SHOW(tn_concat(0, m, tn_full(TN_F32, 1, 1, 3)));
  SHOW(tn_slice(tn_full(TN_F32, 1, 3), 0, 2, 1));
  SHOW(tn_arange(TN_F32, 3, 1, 1));
  SHOW_NUMBER(tn_store(e, 1));
  SHOW_NUMBER(tn_item(e));
  return 0;
}

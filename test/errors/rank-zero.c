/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * rank-zero.c - tensors of rank 0 where tensors stand.
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
  tn_tensor s = tn_full(TN_F32, (double)unknown(3)), v = tn_full(TN_F32, 2, 4);
  /* CHECK: tn_sqrt(tn_add(s, 1)): 1[] 40000000 #
   * CHECK: tn_mul(tn_add(s, 1), v): 1[4] 41000000 41000000 41000000 41000000 #
   * CHECK: tn_mul(tn_add(v, 1), s): 1[4] 41100000 41100000 41100000 41100000 #
   * CHECK: tn_sum(tn_mul(s, 2)): 1[] 40c00000 #
   * CHECK: tn_var(tn_mul(s, 2)): 1[] 0 #
   * CHECK: tn_sum(s, 0): NULL "tn_sum: axis 0
   * CHECK: tn_softmax(tn_mul(s, 2), -1): NULL "tn_softmax: axis -1
   * CHECK: tn_reshape(tn_mul(s, 2), 1, 1): 1[1 1] 40c00000 #
   * CHECK: tn_broadcast_to(tn_mul(s, 2), 2): 1[2] 40c00000 40c00000 #
   * CHECK: tn_transpose(s): NULL "tn_transpose:
   * CHECK: tn_matmul(s, v): NULL "tn_matmul: {{.*}}rank 0
   * CHECK: tn_slice(s, 0, 0, 1): NULL "tn_slice: axis 0
   * CHECK: tn_item(tn_mul(s, 2)): 4018000000000000
   * CHECK: tn_get(tn_mul(s, 2)): 4018000000000000
   * CHECK: tn_get(s, 0): nan "tn_get:
   * CHECK: tn_store(s, tn_mul(s, 2)): 3ff0000000000000
   * CHECK: tn_store(s, v): 0 "tn_store: f32[4] does not broadcast to []"
   * CHECK: tn_argmax(s): b[] 0 #
   * CHECK: tn_full(TN_F32, tn_mul(s, 2), 2): 1[2] 41400000 41400000 #
   */
  SHOW(tn_sqrt(tn_add(s, 1)));
  SHOW(tn_mul(tn_add(s, 1), v));
  SHOW(tn_mul(tn_add(v, 1), s));
  SHOW(tn_sum(tn_mul(s, 2)));
  SHOW(tn_var(tn_mul(s, 2)));
  SHOW(tn_sum(s, 0));
  SHOW(tn_softmax(tn_mul(s, 2), -1));
  SHOW(tn_reshape(tn_mul(s, 2), 1, 1));
  SHOW(tn_broadcast_to(tn_mul(s, 2), 2));
  SHOW(tn_transpose(s));
  SHOW(tn_matmul(s, v));
  SHOW(tn_slice(s, 0, 0, 1));
  SHOW_NUMBER(tn_item(tn_mul(s, 2)));
  SHOW_NUMBER(tn_get(tn_mul(s, 2)));
  SHOW_NUMBER(tn_get(s, 0));
  SHOW_NUMBER(tn_store(s, tn_mul(s, 2)));
  SHOW_NUMBER(tn_store(s, v));
  SHOW(tn_argmax(s));
  SHOW(tn_full(TN_F32, tn_mul(s, 2), 2));
  return 0;
}

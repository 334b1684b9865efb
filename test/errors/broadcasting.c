/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * broadcasting.c - shapes that do not broadcast: the message names both.
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
  tn_tensor a = tn_zeros(TN_F32, unknown(3), 4), b = tn_zeros(TN_F32, unknown(5)), c = tn_zeros(TN_F32, 2, unknown(3), 1);
  /* CHECK: tn_add(a, b): NULL "tn_add: shapes [3, 4] and [5] do not broadcast"
   * CHECK: tn_exp(tn_mul(tn_add(a, 1), tn_neg(b))): NULL "tn_mul: shapes [3, 4] and [5] do not broadcast"
   * CHECK: tn_less(b, a): NULL "tn_less: shapes [5] and [3, 4] do not broadcast"
   * CHECK: tn_add(a, c): 1[2 3 4]
   * CHECK: tn_sum(tn_sub(tn_add(c, 1), b)): 1[] 41f00000
   * CHECK: tn_where(tn_less(a, 1), b, 0): NULL "tn_where: {{.*}}[3, 4]{{.*}}[5]
   * CHECK: tn_clip(a, b, 1): NULL "tn_clip: {{.*}}[3, 4]{{.*}}[5]
   * CHECK: tn_store(b, a): 0 "tn_store: f32[3, 4] does not broadcast to [5]"
   * CHECK: tn_store(a, tn_mul(c, 2)): 0 "tn_store: f32[2, 3, 1] does not broadcast to [3, 4]"
   * CHECK: tn_broadcast_to(a, 4, 3): NULL "tn_broadcast_to: {{.*}}[3, 4]{{.*}}[4, 3]
   * CHECK: tn_matmul(tn_add(a, 1), b): NULL "tn_matmul: shapes [3, 4] and [5] do not fit"
   * CHECK: tn_concat(0, a, b): NULL "tn_concat:
   * CHECK: tn_add(a, tn_cast(b, TN_F64)): NULL "tn_add: {{.*}}f32{{.*}}f64
   * CHECK: tn_add(tn_cast(b, TN_I32), 0.5): NULL "tn_add: {{.*}}0.5
   * CHECK: tn_add(tn_cast(b, TN_I32), INT64_MAX): NULL "tn_add: {{.*}}9223372036854775807
   */
  SHOW(tn_add(a, b));
  SHOW(tn_exp(tn_mul(tn_add(a, 1), tn_neg(b))));
  SHOW(tn_less(b, a));
  SHOW(tn_add(a, c));
  SHOW(tn_sum(tn_sub(tn_add(c, 1), b)));
  SHOW(tn_where(tn_less(a, 1), b, 0));
  SHOW(tn_clip(a, b, 1));
  SHOW_NUMBER(tn_store(b, a));
  SHOW_NUMBER(tn_store(a, tn_mul(c, 2)));
  SHOW(tn_broadcast_to(a, 4, 3));
  SHOW(tn_matmul(tn_add(a, 1), b));
  SHOW(tn_concat(0, a, b));
  SHOW(tn_add(a, tn_cast(b, TN_F64)));
  SHOW(tn_add(tn_cast(b, TN_I32), 0.5));
  SHOW(tn_add(tn_cast(b, TN_I32), INT64_MAX));
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * special-numbers.c - NaN, infinities and -0 in maximum, reductions, argmax, sort, relu, clip (also with low above high), round and casts.
 *
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s -o %t.eager %tenon_libs
 * RUN: %t.eager > %t.txt
 * RUN: FileCheck %s < %t.txt
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs
 * RUN: %t.compiled | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=all %t.compiled | diff %t.txt -
 */
#include "Inputs/errors.h"

#include <math.h>

int main(void) {
  float memory[] = {1, NAN, -0.f, 0, INFINITY, -INFINITY, 2.5f, -2.5f, 3.5f, 1e-45f, -1e-45f, 3e9f, -3e9f, 1e20f};
  const int64_t n = unknown(14);
  tn_tensor v = tn_view(memory, TN_F32, n), zeros = tn_view(memory + 2, TN_F32, 2), neg = tn_slice_step(zeros, 0, TN_END, TN_END, -1),
            two = tn_view(memory + 6, TN_F32, 3);
  /* CHECK: tn_maximum(tn_neg(zeros), zeros): 1[2] 0 0 #
   * CHECK: tn_minimum(tn_neg(zeros), zeros): 1[2] 80000000 80000000 #
   * CHECK: tn_maximum(tn_mul(neg, 1.5f), zeros): 1[2] 0 0 #
   * CHECK: tn_maximum(tn_mul(v, 2), 0): 1[14] 40000000 7fc00000 0 0 #
   * CHECK: tn_relu(tn_neg(tn_neg(v))): 1[14] 3f800000 7fc00000 0 0 #
   */
  SHOW(tn_maximum(tn_neg(zeros), zeros));
  SHOW(tn_minimum(tn_neg(zeros), zeros));
  SHOW(tn_maximum(tn_mul(neg, 1.5f), zeros));
  SHOW(tn_maximum(tn_mul(v, 2), 0));
  SHOW(tn_relu(tn_neg(tn_neg(v))));
  /* CHECK: tn_reduce_max(tn_mul(v, 2)): 1[] 7fc00000 #
   * CHECK: tn_reduce_max(tn_mul(zeros, 3)): 1[] 0 #
   * CHECK: tn_reduce_min(tn_mul(zeros, 3)): 1[] 80000000 #
   * CHECK: tn_argmax(tn_mul(v, 2)): b[] 1 #
   * CHECK: tn_argmin(tn_mul(zeros, 2)): b[] 0 #
   * CHECK: tn_sum(tn_mul(zeros, tn_full(TN_F32, -0.0, 2))): 1[] 0 #
   * CHECK: tn_any(tn_mul(zeros, 2)): d[] 0 #
   * CHECK: tn_all(tn_mul(tn_slice(v, 0, 1, 2), 2)): d[] 1 #
   */
  SHOW(tn_reduce_max(tn_mul(v, 2)));
  SHOW(tn_reduce_max(tn_mul(zeros, 3)));
  SHOW(tn_reduce_min(tn_mul(zeros, 3)));
  SHOW(tn_argmax(tn_mul(v, 2)));
  SHOW(tn_argmin(tn_mul(zeros, 2)));
  SHOW(tn_sum(tn_mul(zeros, tn_full(TN_F32, -0.0, 2))));
  SHOW(tn_any(tn_mul(zeros, 2)));
  SHOW(tn_all(tn_mul(tn_slice(v, 0, 1, 2), 2)));
  /* -0 before +0, NaN last.
   * CHECK: tn_slice(tn_sort(v, 0), 0, 0, 4): 1[4] ff800000 cf32d05e c0200000 80000001 #
   * CHECK: tn_slice(tn_sort(v, 0), 0, 4, 8): 1[4] 80000000 0 1 3f800000 #
   * CHECK: tn_slice(tn_sort(v, 0), 0, -2, TN_END): 1[2] 7f800000 7fc00000 #
   */
  SHOW(tn_slice(tn_sort(v, 0), 0, 0, 4));
  SHOW(tn_slice(tn_sort(v, 0), 0, 4, 8));
  SHOW(tn_slice(tn_sort(v, 0), 0, -2, TN_END));
  /* CHECK: tn_clip(tn_mul(v, 1.5f), 1, -1): 1[14] bf800000 7fc00000 bf800000 bf800000 #
   * CHECK: tn_clip(tn_mul(zeros, 1.5f), 0, 1): 1[2] 0 0 #
   * CHECK: tn_clip(tn_mul(zeros, 1.5f), NAN, 1): 1[2] 7fc00000 7fc00000 #
   * CHECK: tn_round(tn_mul(two, 1.0000001f)): 1[3]
   * CHECK: tn_round(two): 1[3] 40000000 c0000000 40800000 #
   * CHECK: tn_ceil(tn_mul(two, 0.2f)): 1[3] 3f800000 80000000 3f800000 #
   */
  SHOW(tn_clip(tn_mul(v, 1.5f), 1, -1));
  SHOW(tn_clip(tn_mul(zeros, 1.5f), 0, 1));
  SHOW(tn_clip(tn_mul(zeros, 1.5f), NAN, 1));
  SHOW(tn_round(tn_mul(two, 1.0000001f)));
  SHOW(tn_round(two));
  SHOW(tn_ceil(tn_mul(two, 0.2f)));
  /* Casts truncate, saturate, and NaN is 0.
   * CHECK: tn_cast(tn_mul(v, 1.5f), TN_I32): 9[14] 1 0 0 0 #
   * CHECK: tn_slice(tn_cast(tn_neg(v), TN_I32), 0, 4, 8): 9[4] 80000000 7fffffff fffffffe 2 #
   * CHECK: tn_slice(tn_cast(tn_neg(v), TN_I64), 0, 11, 14): b[3] ffffffff4d2fa200 b2d05e00 8000000000000000 #
   * CHECK: tn_cast(tn_slice(v, 0, 0, 4), TN_BOOL): d[4] 1 1 0 0 #
   * CHECK: tn_equal(v, v): d[14] 1 0 1 1 #
   * CHECK: tn_not_equal(tn_mul(v, 2), tn_mul(v, 2)): d[14] 0 1 0 0 #
   * CHECK: tn_less(tn_neg(zeros), zeros): d[2] 0 0 #
   */
  SHOW(tn_cast(tn_mul(v, 1.5f), TN_I32));
  SHOW(tn_slice(tn_cast(tn_neg(v), TN_I32), 0, 4, 8));
  SHOW(tn_slice(tn_cast(tn_neg(v), TN_I64), 0, 11, 14));
  SHOW(tn_cast(tn_slice(v, 0, 0, 4), TN_BOOL));
  SHOW(tn_equal(v, v));
  SHOW(tn_not_equal(tn_mul(v, 2), tn_mul(v, 2)));
  SHOW(tn_less(tn_neg(zeros), zeros));
  /* CHECK: tn_softmax(tn_mul(v, 2), 0): 1[14] 7fc00000 7fc00000 7fc00000 7fc00000 #
   * CHECK: tn_softmax(tn_full(TN_F32, -INFINITY, 3), 0): 1[3] 7fc00000 7fc00000 7fc00000 #
   * CHECK: tn_mean(tn_mul(v, 2)): 1[] 7fc00000 #
   */
  SHOW(tn_softmax(tn_mul(v, 2), 0));
  SHOW(tn_softmax(tn_full(TN_F32, -INFINITY, 3), 0));
  SHOW(tn_mean(tn_mul(v, 2)));
  return 0;
}

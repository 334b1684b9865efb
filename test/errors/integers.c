/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * integers.c - INT_MIN / -1, division by 0, overflow: defined, and no trap.
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
  tn_tensor low = tn_values(TN_I32, INT32_MIN, INT32_MAX, 7, -7), by = tn_values(TN_I32, -1, 0, -2, 0), big = tn_values(TN_I64, INT64_MIN, INT64_MAX);
  /* CHECK: tn_div(low, by): 9[4] 80000000 0 fffffffd 0 #
   * CHECK: tn_div(tn_add(low, 0), tn_sub(by, 0)): 9[4] 80000000 0 fffffffd 0 #
   * CHECK: tn_div(big, -1): b[2] 8000000000000000 8000000000000001 #
   * CHECK: tn_div(big, 0): b[2] 0 0 #
   * CHECK: tn_neg(low): 9[4] 80000000 80000001 fffffff9 7 #
   * CHECK: tn_abs(tn_add(low, 0)): 9[4] 80000000 7fffffff 7 7 #
   * CHECK: tn_add(low, low): 9[4] 0 fffffffe e fffffff2 #
   * CHECK: tn_mul(big, big): b[2] 0 1 #
   * CHECK: tn_square(low): 9[4] 0 1 31 31 #
   * CHECK: tn_sum(tn_sub(low, 1)): b[] fffffffb #
   * CHECK: tn_sum(big): b[] ffffffffffffffff #
   * CHECK: tn_prod(tn_add(big, 0)): b[] 8000000000000000 #
   * CHECK: tn_sum(tn_less(low, by)): b[] 2 #
   * CHECK: tn_cast(big, TN_I32): 9[2] 80000000 7fffffff #
   * CHECK: tn_cast(low, TN_U8): 6[4] 0 ff 7 0 #
   * CHECK: tn_item_i64(tn_reduce_max(big)): 43e0000000000000
   */
  SHOW(tn_div(low, by));
  SHOW(tn_div(tn_add(low, 0), tn_sub(by, 0)));
  SHOW(tn_div(big, -1));
  SHOW(tn_div(big, 0));
  SHOW(tn_neg(low));
  SHOW(tn_abs(tn_add(low, 0)));
  SHOW(tn_add(low, low));
  SHOW(tn_mul(big, big));
  SHOW(tn_square(low));
  SHOW(tn_sum(tn_sub(low, 1)));
  SHOW(tn_sum(big));
  SHOW(tn_prod(tn_add(big, 0)));
  SHOW(tn_sum(tn_less(low, by)));
  SHOW(tn_cast(big, TN_I32));
  SHOW(tn_cast(low, TN_U8));
  SHOW_NUMBER(tn_item_i64(tn_reduce_max(big)));
  return 0;
}

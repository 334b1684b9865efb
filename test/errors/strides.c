/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * strides.c - strides 0, negative and huge; a store through a view in which elements coincide, and into a read-only one, is an error.
 *
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s -o %t.eager %tenon_libs
 * RUN: %t.eager > %t.txt
 * RUN: FileCheck %s < %t.txt
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs
 * RUN: %t.compiled | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=all %t.compiled | diff %t.txt -
 */
#include "Inputs/errors.h"

static float memory[64];

int main(void) {
  for (int i = 0; i < 64; i++) memory[i] = (float)i;
  const int64_t d[] = {3, 4}, zero_row[] = {0, 1}, zero_column[] = {1, 0}, all_zero[] = {0, 0}, back[] = {-4, -1}, wide[] = {16, 4},
                folded[] = {1, 1}, huge[] = {unknown(INT64_C(1) << 61), 1};
  tn_tensor rows = tn_view_strided(memory, TN_F32, 2, d, zero_row), columns = tn_view_strided(memory, TN_F32, 2, d, zero_column),
            one = tn_view_strided(memory + 7, TN_F32, 2, d, all_zero), turned = tn_view_strided(memory + 11, TN_F32, 2, d, back),
            spread = tn_view_strided(memory, TN_F32, 2, d, wide), diagonal = tn_view_strided(memory, TN_F32, 2, d, folded);
  /* CHECK: tn_mul(rows, 2): 1[3 4] 0 40000000 40800000 40c00000 #
   * CHECK: tn_sum(tn_mul(rows, 2), 0): 1[4] 0 40c00000 41400000 41900000 #
   * CHECK: tn_mul(columns, 2): 1[3 4] 0 0 0 0 #
   * CHECK: tn_sum(tn_mul(columns, 2), 1): 1[3] 0 41000000 41800000 #
   * CHECK: tn_sum(tn_add(one, one)): 1[] 43280000 #
   * CHECK: tn_neg(tn_mul(turned, 2)): 1[3 4] c1b00000 c1a00000 c1900000 c1800000 #
   * CHECK: tn_sum(tn_mul(spread, 2), 1): 1[3] 42400000 43300000 43980000 #
   * CHECK: tn_sum(tn_mul(diagonal, 2), 0): 1[4] 40c00000 41400000 41900000 41c00000 #
   * CHECK: tn_matmul(turned, tn_transpose(rows)): 1[3 3] 42500000 42500000 42500000 41e00000 #
   */
  SHOW(tn_mul(rows, 2));
  SHOW(tn_sum(tn_mul(rows, 2), 0));
  SHOW(tn_mul(columns, 2));
  SHOW(tn_sum(tn_mul(columns, 2), 1));
  SHOW(tn_sum(tn_add(one, one)));
  SHOW(tn_neg(tn_mul(turned, 2)));
  SHOW(tn_sum(tn_mul(spread, 2), 1));
  SHOW(tn_sum(tn_mul(diagonal, 2), 0));
  SHOW(tn_matmul(turned, tn_transpose(rows)));
  /* CHECK: tn_view_strided(memory, TN_F32, 2, d, huge): NULL "tn_view_strided:
   * CHECK: tn_store(rows, tn_mul(spread, 2)): 0 "tn_store:
   * CHECK: tn_store(columns, 1): 0 "tn_store:
   * CHECK: tn_store(one, tn_add(turned, 1)): 0 "tn_store:
   * CHECK: tn_store(diagonal, tn_add(turned, 1)): 0 "tn_store:
   * CHECK: tn_set(rows, 1, 0, 0): {{0 "tn_set:|3ff0000000000000}}
   * CHECK: tn_store(tn_view_const(memory, TN_F32, 4), tn_mul(columns, 2)): 0 "tn_store:
   * CHECK: tn_store(tn_view_const(memory, TN_F32, 3, 4), tn_mul(turned, 2)): 0 "tn_store:
   * CHECK: tn_store_at(tn_view_const(memory, TN_F32, 4), 1, 2): 0 "tn_store_at:
   */
  SHOW(tn_view_strided(memory, TN_F32, 2, d, huge));
  SHOW_NUMBER(tn_store(rows, tn_mul(spread, 2)));
  SHOW_NUMBER(tn_store(columns, 1));
  SHOW_NUMBER(tn_store(one, tn_add(turned, 1)));
  SHOW_NUMBER(tn_store(diagonal, tn_add(turned, 1)));
  SHOW_NUMBER(tn_set(rows, 1, 0, 0));
  memory[0] = 0;
  SHOW_NUMBER(tn_store(tn_view_const(memory, TN_F32, 4), tn_mul(columns, 2)));
  SHOW_NUMBER(tn_store(tn_view_const(memory, TN_F32, 3, 4), tn_mul(turned, 2)));
  SHOW_NUMBER(tn_store_at(tn_view_const(memory, TN_F32, 4), 1, 2));
  int changed = 0;
  for (int i = 0; i < 64; i++) changed += memory[i] != (float)i;
  /* CHECK: 0 changed
   */
  printf("%d changed\n", changed);
  /* Where elements do not coincide the gaps stay.
   * CHECK: tn_store(spread, tn_add(turned, 100)): 3ff0000000000000
   * CHECK: spread: 1[3 4] 42de0000 42dc0000 42da0000 42d80000 #
   * CHECK: 52 as they were
   * CHECK: tn_store(turned, tn_add(turned, 1)): 3ff0000000000000
   */
  SHOW_NUMBER(tn_store(spread, tn_add(turned, 100)));
  SHOW(spread);
  for (int i = changed = 0; i < 64; i++) changed += memory[i] == (float)i;
  printf("%d as they were\n", changed);
  SHOW_NUMBER(tn_store(turned, tn_add(turned, 1)));
  SHOW(tn_view(memory, TN_F32, 64));
  return 0;
}

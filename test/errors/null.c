/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * null.c - NULL handles and NULL data: every op gives NULL; the message is that of the first mistake.
 *
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s -o %t.eager %tenon_libs
 * RUN: %t.eager > %t.txt
 * RUN: FileCheck %s < %t.txt
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs
 * RUN: %t.compiled | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=all %t.compiled | diff %t.txt -
 */
#include "Inputs/errors.h"

static tn_tensor nothing(void) { return (tn_tensor)(intptr_t)unknown(0); }
static float one(float v) { return v + 1; }

int main(void) {
  tn_tensor n = nothing(), x = tn_full(TN_F32, 2, 3);
  /* CHECK: tn_view({{.*}} NULL "tn_view: {{.*}}NULL{{.*}}"
   */
  SHOW(tn_view((void *)(intptr_t)unknown(0), TN_F32, 3));
  /* A chain behind the mistake says nothing more.
   * CHECK-NEXT: tn_exp((tn_mul)(tn_view({{.*}} NULL "tn_view:
   */
  SHOW(tn_exp((tn_mul)(tn_view((void *)(intptr_t)unknown(0), TN_F32, 3), x)));
  /* CHECK-NEXT: tn_exp(n): NULL "tn_exp: an operand is NULL"
   */
  SHOW(tn_exp(n));
  /* CHECK-NEXT: (tn_add)(n, x): NULL "tn_add: an operand is NULL"
   * CHECK-NEXT: (tn_add)(x, n): NULL "tn_add: an operand is NULL"
   */
  SHOW((tn_add)(n, x));
  SHOW((tn_add)(x, n));
  /* CHECK-COUNT-15: NULL "tn_{{[a-z_0-9]+}}: {{.*}}NULL"
   */
  SHOW((tn_where)(n, x, x));
  SHOW((tn_clip)(x, n, x));
  SHOW(tn_cast(n, TN_F64));
  SHOW(tn_map_f32(one, n));
  SHOW(tn_sum_(n, 0, TN_PAD_VALUE, TN_PAD_VALUE, TN_PAD_VALUE, TN_PAD_VALUE, TN_PAD_VALUE, TN_PAD_VALUE, TN_PAD_VALUE));
  SHOW(tn_softmax(n, 0));
  SHOW(tn_matmul(x, n));
  SHOW(tn_sort(n, 0));
  SHOW(tn_take(n, x, 0));
  SHOW(tn_concat_(0, 2, x, n, NULL, NULL, NULL, NULL, NULL, NULL));
  SHOW(tn_copy(n));
  SHOW(tn_transpose(n));
  SHOW(tn_slice(n, 0, 1, 2));
  SHOW(tn_select(n, 0, 1));
  SHOW(tn_exp((tn_mul)(tn_softmax((tn_add)(n, x), -1), x)));
  /* CHECK: tn_keep(n): NULL{{$}}
   */
  SHOW(tn_keep(n));
  /* CHECK: (tn_store)(n, x): 0
   * CHECK: (tn_store)(x, n): 0
   * CHECK: tn_item(n): nan
   * CHECK: tn_get_flat(n, 0): nan
   */
  SHOW_NUMBER((tn_store)(n, x));
  SHOW_NUMBER((tn_store)(x, n));
  SHOW_NUMBER(tn_item(n));
  SHOW_NUMBER(tn_get_flat(n, 0));
  /* CHECK: tn_rank(n): 0 "tn_rank:
   * CHECK: tn_size(n): 0 "tn_size:
   * CHECK: tn_dim(n, 0): 0 "tn_dim:
   */
  SHOW_NUMBER(tn_rank(n));
  SHOW_NUMBER(tn_size(n));
  SHOW_NUMBER(tn_dim(n, 0));
  /* CHECK: x: 1[3] 40000000
   */
  SHOW(x);
  tn_print(n);
  tn_free(n);
  return 0;
}

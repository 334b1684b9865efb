/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dims.c - dims below 0, more than 8 of them, and dims whose product or size in bytes overflows: errors, before anything is allocated.
 *
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s -o %t.eager %tenon_libs
 * RUN: %t.eager > %t.txt
 * RUN: FileCheck %s < %t.txt
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs
 * RUN: %t.compiled | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=all %t.compiled | diff %t.txt -
 */
#include "Inputs/errors.h"

static tn_tensor zeros(int rank, const int64_t *dims) { return tn_zeros_n(TN_F64, rank, dims); }

int main(void) {
  const int64_t many[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1}, big = unknown(INT64_C(1) << 32), huge = unknown(INT64_MAX);
  /* CHECK: tn_zeros(TN_F32, unknown(-1)): NULL "tn_zeros: {{.*}}-1
   */
  SHOW(tn_zeros(TN_F32, unknown(-1)));
  /* CHECK: zeros(9, many): NULL "tn_zeros{{.*}} 8"
   */
  SHOW(zeros(9, many));
  /* CHECK: zeros(-1, many): NULL "tn_zeros
   */
  SHOW(zeros(-1, many));
  /* CHECK-COUNT-7: NULL "tn_zeros: {{.*}}too
   */
  SHOW(tn_zeros(TN_F32, big, big));
  SHOW(tn_zeros(TN_F32, big, big, big));
  SHOW(tn_zeros(TN_F64, INT64_C(1) << 60));
  SHOW(tn_zeros(TN_F64, huge));
  SHOW(tn_zeros(TN_F32, huge, 2));
  SHOW(tn_zeros(TN_F32, huge, huge, huge, huge, huge, huge, huge, huge));
  SHOW(tn_zeros(TN_BOOL, big, big));
  /* With a 0 among them there are no elements, whatever the others are.
   * CHECK: {{(NULL "tn_zeros: .*too|1\[4294967296 0 4294967296\])}}
   */
  SHOW(tn_zeros(TN_F32, big, 0, big));
  float f[4] = {1, 2, 3, 4};
  /* CHECK: tn_view(f, TN_F32, big, big): NULL "tn_view: {{.*}}too
   * CHECK: tn_view(f, TN_F32, 2, -2): NULL "tn_view: {{.*}}-2
   * CHECK: tn_broadcast_to({{.*}}): NULL "tn_broadcast_to: {{.*}}too
   * CHECK: tn_reshape({{.*}}): NULL "tn_reshape:
   * CHECK: tn_reshape({{.*}}): NULL "tn_reshape:
   * CHECK: tn_full({{.*}}): NULL "tn_full: {{.*}}too
   */
  SHOW(tn_view(f, TN_F32, big, big));
  SHOW(tn_view(f, TN_F32, 2, -2));
  SHOW(tn_broadcast_to(tn_view(f, TN_F32, 1), big, big));
  SHOW(tn_reshape(tn_view(f, TN_F32, 4), big, big));
  SHOW(tn_reshape(tn_view(f, TN_F32, 4), -2, -2));
  SHOW(tn_full(TN_F32, 1, big, big));
  /* A broadcast whose result overflows, and a product.
   * CHECK: (tn_add)(c, r): NULL "tn_add: {{.*}}too
   * CHECK: tn_exp(tn_mul({{.*}}: NULL "tn_mul: {{.*}}too
   * CHECK: tn_matmul({{.*}}): NULL "tn_matmul: {{.*}}too
   */
  const int64_t column[2] = {big, 1}, row[2] = {1, big}, still[2] = {0, 0};
  tn_tensor c = tn_view_strided(f, TN_F32, 2, column, still), r = tn_view_strided(f, TN_F32, 2, row, still);
  SHOW((tn_add)(c, r));
  SHOW(tn_exp(tn_mul(tn_mul(c, r), 2)));
  SHOW(tn_matmul(c, r));
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * order.c - of two mistakes the first is recorded, also where the op that made it is delayed past the call that makes
 * the second.
 *
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s -o %t.eager %tenon_libs
 * RUN: %t.eager > %t.txt 2> %t.err
 * RUN: FileCheck %s < %t.txt
 * RUN: %clang -std=c11 -O2 %plugin %tenon_cflags -Rpass=tenon %s -o %t.compiled %tenon_libs 2>&1 | FileCheck %s --check-prefix=FUSED
 * RUN: %t.compiled 2> %t.compiled.err | diff %t.txt -
 * RUN: diff %t.err %t.compiled.err
 * RUN: env TENON_FAIL_GUARD=all %t.compiled 2> %t.compiled.err | diff %t.txt -
 * RUN: diff %t.err %t.compiled.err
 */
#include "Inputs/errors.h"

#define NOINLINE __attribute__((noinline))

NOINLINE static tn_tensor select_after_sum(tn_tensor x, tn_tensor y) {
  tn_tensor halves = tn_mul(x, 0.5f);
  // FUSED-DAG: order.c:[[#@LINE+1]]:{{[0-9]+}}: remark: one kernel: 1 operation an element, 1 reduction
  tn_tensor s = tn_sum(halves, 1);
  tn_tensor row = tn_select(y, 0, 7);
  return tn_add(s, row);
}

NOINLINE static tn_tensor read_after_add(tn_tensor x, tn_tensor y) {
  tn_tensor sum = tn_add(x, y);
  const float f = tn_get_flat_f32(y, 99);
  // FUSED-DAG: order.c:[[#@LINE+1]]:{{[0-9]+}}: remark: one kernel: 2 operations an element
  return tn_mul(sum, f);
}

int main(void) {
  static const tn_error_mode modes[] = {TN_ERRORS_RECORD, TN_ERRORS_PRINT};
  for (int i = 0; i < 2; i++) {
    tn_on_error(modes[i]);
    TN_SCOPE;
    tn_tensor x = tn_full(TN_F32, 1, 2, 3), y = tn_full(TN_F32, 1, 4, 3), line = tn_full(TN_F32, 1, 3);
    /* CHECK: select_after_sum(line, x): NULL "tn_sum: {{.*}}axis 1
     * CHECK-NEXT: select_after_sum(x, y): NULL "tn_select: {{.*}}7
     * CHECK-NEXT: select_after_sum({{.*}} NULL "tn_mul: an operand is NULL"
     * CHECK-NEXT: read_after_add(x, tn_full(TN_F32, 1, 5)): NULL "tn_add: {{.*}}broadcast
     * CHECK-NEXT: read_after_add(x, x): {{.*}}"tn_get_flat_f32: index 99
     */
    SHOW(select_after_sum(line, x));
    SHOW(select_after_sum(x, y));
    SHOW(select_after_sum((tn_tensor)(intptr_t)unknown(0), y));
    SHOW(read_after_add(x, tn_full(TN_F32, 1, 5)));
    SHOW(read_after_add(x, x));
  }
  return 0;
}

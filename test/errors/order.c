/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * order.c - of two mistakes the first is recorded, also where the op that made it is delayed past the call that makes
 * the second.
 *
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s -o %t.eager %tenon_libs
 * RUN: %t.eager > %t.txt 2>&1
 * RUN: FileCheck %s < %t.txt
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags -Rpass=tenon %s -o %t.compiled %tenon_libs 2>&1 | FileCheck %s --check-prefix=FUSED
 * RUN: %t.compiled > %t.compiled.txt 2>&1
 * RUN: diff %t.txt %t.compiled.txt
 * RUN: env TENON_FAIL_GUARD=all %t.compiled > %t.compiled.txt 2>&1
 * RUN: diff %t.txt %t.compiled.txt
 * RUN: not --crash %t.eager abort > %t.txt 2>&1
 * RUN: FileCheck %s --check-prefix=ABORT < %t.txt
 * RUN: not --crash %t.compiled abort > %t.compiled.txt 2>&1
 * RUN: diff %t.txt %t.compiled.txt
 */
#include <stdio.h>

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

/* An error that is shown at once is shown in front of what is printed behind it, and nothing is printed behind an abort. */
NOINLINE static tn_tensor print_after_add(tn_tensor x, tn_tensor y) {
  tn_tensor sum = tn_add(x, y);
  printf("behind the sum\n");
  return tn_exp(sum);
}

int main(int argc, char **argv) {
  setbuf(stdout, NULL);
  (void)argv;
  if (argc > 1) {
    tn_on_error(TN_ERRORS_ABORT);
    /* ABORT: tenon: tn_add: shapes [2] and [3] do not broadcast
     * ABORT-NOT: behind the sum
     */
    SHOW(print_after_add(tn_full(TN_F32, 1, 2), tn_full(TN_F32, 1, 3)));
  }
  static const tn_error_mode modes[] = {TN_ERRORS_RECORD, TN_ERRORS_PRINT};
  for (int i = 0; i < 2; i++) {
    tn_on_error(modes[i]);
    TN_SCOPE;
    tn_tensor x = tn_full(TN_F32, 1, 2, 3), y = tn_full(TN_F32, 1, 4, 3), line = tn_full(TN_F32, 1, 3);
    /* CHECK: behind the sum
     * CHECK: select_after_sum(line, x): NULL "tn_sum: {{.*}}axis 1
     * CHECK-NEXT: select_after_sum(x, y): NULL "tn_select: {{.*}}7
     * CHECK-NEXT: select_after_sum({{.*}} NULL "tn_mul: an operand is NULL"
     * CHECK-NEXT: read_after_add(x, tn_full(TN_F32, 1, 5)): NULL "tn_add: {{.*}}broadcast
     * CHECK-NEXT: read_after_add(x, x): {{.*}}"tn_get_flat_f32: index 99
     * Once more, and errors are printed too.
     * CHECK: tenon: tn_add: shapes [2, 3] and [5] do not broadcast
     * CHECK: behind the sum
     */
    SHOW(print_after_add(x, y));
    SHOW(select_after_sum(line, x));
    SHOW(select_after_sum(x, y));
    SHOW(select_after_sum((tn_tensor)(intptr_t)unknown(0), y));
    SHOW(read_after_add(x, tn_full(TN_F32, 1, 5)));
    SHOW(read_after_add(x, x));
    SHOW(print_after_add(x, tn_full(TN_F32, 1, 5)));
  }
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * replace_memory.c - which tn_replace of replace.c are in place, as the remarks say, and what the loops take from malloc:
 * nothing but the variables themselves.
 *
 * UNSUPPORTED: asan
 * RUN: %clang -std=c11 -O2 -Werror %plugin %tenon_cflags -Rpass=tenon-region -fno-caret-diagnostics %s %S/../Inputs/allocations.c \
 * RUN:   -o %t.counted %tenon_libs 2> %t.remarks
 * RUN: FileCheck %S/replace.c --check-prefix=IN-PLACE --input-file=%t.remarks
 * RUN: env TENON_NUM_THREADS=1 %t.counted | FileCheck %s
 * RUN: env TENON_NUM_THREADS=2 %t.counted | FileCheck %s
 * RUN: %clang -std=c11 -O2 %tenon_cflags %s %S/../Inputs/allocations.c -o %t.eager %tenon_libs
 * RUN: %t.eager | FileCheck %s --check-prefix=EAGER
 *
 * CHECK: descent: 1 tensor
 * CHECK: momentum: 3 tensors
 * CHECK: step: 0 tensors
 * CHECK: unscoped: 1 tensor
 * CHECK: by_another of another: 0 tensors
 * CHECK: by_another of w: 1 tensor
 * EAGER: descent: {{[3-9]}} tensors
 * EAGER: step: {{[2-9]}} tensors
 */
#define main replace_main
#include "replace.c"
#undef main

#include "../Inputs/allocations.h"

enum { N = 1 << 20 };
static float a[N], b[N];

/* What was taken since the last call. */
static void count(const char *what) {
  const int64_t tensors = allocations_large() / (int64_t)sizeof a;
  printf("%s: %lld tensor%s\n", what, (long long)tensors, tensors == 1 ? "" : "s");
  tn_trim();
  allocations_start();
}

int main(void) {
  tn_tensor x = tn_view(a, TN_F32, N), y = tn_view(b, TN_F32, N), w = tn_mul(x, 2.f);
  allocations_are_large_from(sizeof a);
  tn_trim();
  allocations_start();
  { TN_SCOPE; descent(x, y, 20); }
  count("descent");
  { TN_SCOPE; momentum(x, y, -1); }
  count("momentum");
  for (int i = 0; i < 4; i++) step(&w, y);
  count("step");
  { TN_SCOPE; unscoped(x, 20); }
  count("unscoped");
  by_another(&w, y, x);
  count("by_another of another");
  by_another(&w, y, w);
  count("by_another of w");
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * cool_comp_memory.c - what examples/cool_comp.c takes from malloc. Compiled, the store form takes nothing of the
 * operands' size: the peak is the two operands. The value form takes one tensor, its result. The eager program needs two
 * temporaries, in blocks rounded up by less than half, which shows that the count counts.
 *
 * UNSUPPORTED: asan
 * RUN: %clang -std=c11 -O2 %tenon_cflags -I %examples %s %S/../Inputs/allocations.c -o %t.eager %tenon_libs
 * RUN: %t.eager 2048 | FileCheck %s --check-prefixes=CHECK,EAGER
 * RUN: %clang -std=c11 -O2 %plugin %tenon_cflags -I %examples %s %S/../Inputs/allocations.c -o %t.compiled %tenon_libs
 * RUN: env TENON_NUM_THREADS=1 %t.compiled 2000 | FileCheck %s --check-prefixes=CHECK,COMPILED
 * RUN: env TENON_NUM_THREADS=2 %t.compiled 8192 | FileCheck %s --check-prefixes=CHECK,COMPILED
 *
 * EAGER: store: {{[23]}} operands' worth
 * EAGER: value: {{[23]}} operands' worth
 * COMPILED: store: 0 operands' worth
 * COMPILED: value: 1 operands' worth
 * CHECK: steady state: 0 calls
 */
#define main example_main
#include <cool_comp.c>
#undef main

#include "../Inputs/allocations.h"

/* How many tensors of the operands' size the peak holds above what was there before. */
static int64_t worth(int64_t before, int64_t bytes) { return (allocations_peak() - before + bytes / 2) / bytes; }

int main(int argc, char **argv) {
  const int64_t n = example_argument(argc, argv, 1, 1024), bytes = n * n * 4;
  float *a_memory = example_array(n * n, 1, 0.f, 1.f), *b_memory = example_array(n * n, 2, 0.f, 1.f);
  tn_tensor a = tn_view(a_memory, TN_F32, n, n), b = tn_view(b_memory, TN_F32, n, n);

  int64_t before = allocations_now();
  allocations_start();
  if (!cool_comp_in_place(a, b)) return puts("failed"), 1;
  printf("store: %lld operands' worth\n", (long long)worth(before, bytes));
  if (worth(before, bytes) == 0 && allocations_peak() - before > 1 << 20) printf("but %lld bytes\n", (long long)(allocations_peak() - before));
  tn_trim();

  before = allocations_now();
  allocations_start();
  {
    TN_SCOPE;
    example_use(cool_comp(a, b));
    printf("value: %lld operands' worth\n", (long long)worth(before, bytes));
  }
  tn_trim();

  for (int i = 0; i < 5; i++) { /* after the first turns, results come from the free lists */
    TN_SCOPE;
    if (i == 3) allocations_start();
    cool_comp_in_place(a, b);
    example_use(cool_comp(a, b));
  }
  printf("steady state: %lld calls\n", (long long)allocations_calls());
  free(a_memory);
  free(b_memory);
  return example_status();
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * repeated_runs.c - the same bits in each of many turns and runs, whatever memory looked like before and however many threads
 * share the work.
 *
 * RUN: %clang -std=c11 -O2 %plugin %tenon_cflags %s -o %t %tenon_libs
 * RUN: env TENON_NUM_THREADS=1 %t > %t.txt
 * RUN: %t | diff %t.txt -
 * RUN: %t | diff %t.txt -
 * RUN: env TENON_NUM_THREADS=2 %t | diff %t.txt -
 * RUN: env TENON_NUM_THREADS=7 %t | diff %t.txt -
 * RUN: env TENON_NUM_THREADS=32 %t | diff %t.txt -
 * RUN: env TENON_NUM_THREADS=0 %t | diff %t.txt -
 * RUN: env TENON_NUM_THREADS=nonsense %t | diff %t.txt -
 * RUN: env TENON_ISA=v2 %t | diff %t.txt -
 * RUN: env MALLOC_PERTURB_=165 %t | diff %t.txt -
 */
#include "../exec/Inputs/show.h"

enum { N = 200003, ROWS = 257, COLUMNS = 511 };
static float x[N], y[N];

__attribute__((noinline)) static void turn(bool print) {
  TN_SCOPE;
  tn_tensor a = tn_view(x, TN_F32, N), b = tn_view(y, TN_F32, N), m = tn_view(x, TN_F32, ROWS, COLUMNS), w = tn_view(y, TN_F32, COLUMNS, 64);
  static double first[8];
  const double now[8] = {tn_item(tn_sum(tn_mul(a, b))),
                         tn_item(tn_var(a)),
                         tn_item(tn_sum(tn_sigmoid(tn_add(a, b)))),
                         tn_item(tn_sum(tn_softmax(tn_mul(m, 3), -1))),
                         tn_item(tn_sum(tn_tanh(tn_matmul(m, w)))),
                         tn_item(tn_sum(tn_mean(tn_square(m), 0))),
                         tn_item(tn_prod(tn_add(tn_mul(a, 1e-5f), 1))),
                         tn_item(tn_matmul(a, b))};
  if (print) memcpy(first, now, sizeof now);
  for (int i = 0; i < 8; i++)
    if (print)
      show_number("result", now[i]);
    else if (memcmp(&first[i], &now[i], sizeof now[i]))
      printf("result %d differs in a later turn\n", i);
}

int main(void) {
  for (int i = 0; i < N; i++) x[i] = (float)(i * 7919 % 1009) * 2e-3f - 1, y[i] = (float)(i * 31 % 977) * 1e-3f;
  for (int i = 0; i < 20; i++) turn(i == 0);
  return 0;
}

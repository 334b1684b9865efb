/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * read.c - the rate at which two arrays can be read. Built for this machine, and with -ffast-math, so that the additions
 * hide behind the loads.
 */
#include "bench.h"

/* The least work that needs every element of a and b. */
void hand_read(bench_case *c) {
  const float *restrict a = c->a, *restrict b = c->b;
  float s = 0;
  for (int64_t i = 0; i < c->n; i++) s += a[i] + b[i];
  c->sink = s;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * hand.c - a loop as one would write it by hand. Built for this machine.
 */
#include "bench.h"

/* m = a + b; factor = m[0] + m[1]; a = m / factor, by one loop without a temporary. */
void hand_cool_comp(bench_case *c) {
  float *restrict a = c->a;
  const float *restrict b = c->b;
  const float factor = (a[0] + b[0]) + (a[1] + b[1]);
  for (int64_t i = 0; i < c->n; i++) a[i] = (a[i] + b[i]) / factor;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * jacobi.c - examples/jacobi.c by straight loops. Built for this machine, with -ffast-math.
 */
#include <math.h>

#include "bench.h"

void hand_jacobi(bench_case *c) {
  const int64_t n = c->n;
  float *u = c->y, *v = c->a; /* by turns */
  for (int64_t i = 0; i < n * n; i++)
    u[i] = v[i] = i < n ? 100.f : 0.f;
  float change = 1;
  for (int64_t turn = 0; change > -1 && turn < c->m; turn++) {
    const float *restrict from = u;
    float *restrict to = v;
    change = 0;
    for (int64_t i = 1; i < n - 1; i++)
      for (int64_t j = 1; j < n - 1; j++) {
        const float next =
            ((from[(i - 1) * n + j] + from[(i + 1) * n + j]) + (from[i * n + j - 1] + from[i * n + j + 1])) * 0.25f;
        change = fmaxf(change, fabsf(next - from[i * n + j]));
        to[i * n + j] = next;
      }
    v = u, u = to;
  }
  c->sink = u[n * 3 + n / 2];
}

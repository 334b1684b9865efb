/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * descent.c - examples/descent.c by straight loops. Built for this machine, with -ffast-math.
 */
#include <math.h>
#include <string.h>

#include "bench.h"

void hand_descent(bench_case *c) {
  const int64_t n = c->n, m = c->m;
  const float *restrict x = c->a, *restrict y = c->b;
  float *restrict w = c->y, *restrict g = w + m, loss = 0, step = 1;
  const float scale = 0.5f * 2.f / (float)n;
  memset(w, 0, (size_t)m * sizeof *w);
  for (int turns = 0; step > 1e-5f && turns < 1000; turns++) {
    memset(g, 0, (size_t)m * sizeof *g);
    loss = 0;
    for (int64_t i = 0; i < n; i++) { /* x is read once a turn */
      float rest = -y[i];
      for (int64_t j = 0; j < m; j++)
        rest += x[i * m + j] * w[j];
      for (int64_t j = 0; j < m; j++)
        g[j] += rest * x[i * m + j];
      loss += rest * rest;
    }
    step = 0;
    for (int64_t j = 0; j < m; j++) {
      step = fmaxf(step, fabsf(g[j] * scale));
      w[j] -= g[j] * scale;
    }
  }
  c->sink = loss / (float)n;
}

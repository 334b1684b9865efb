/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * conjugate.c - examples/conjugate.c by straight loops. Built for this machine, with -ffast-math.
 */
#include <math.h>

#include "bench.h"

void hand_conjugate(bench_case *c) {
  const int64_t n = c->n;
  const float *restrict a = c->a;
  float *restrict x = c->y, *restrict r = x + n, *restrict p = r + n, *restrict ap = p + n, rest = 0, most = 0;
  for (int64_t i = 0; i < n; i++)
    x[i] = 0, p[i] = r[i] = c->b[i], rest += r[i] * r[i];
  for (int turns = 0; turns < 500 && sqrtf(rest) > 1e-4f; turns++) {
    float pap = 0;
    for (int64_t i = 0; i < n; i++) {
      float s = 0;
      for (int64_t j = 0; j < n; j++)
        s += a[i * n + j] * p[j];
      ap[i] = s;
      pap += s * p[i];
    }
    const float alpha = rest / pap, before = rest;
    rest = 0;
    for (int64_t i = 0; i < n; i++) {
      x[i] += alpha * p[i];
      r[i] -= alpha * ap[i];
      rest += r[i] * r[i];
    }
    const float beta = rest / before;
    for (int64_t i = 0; i < n; i++)
      p[i] = r[i] + beta * p[i];
  }
  for (int64_t i = 0; i < n; i++)
    most = fmaxf(most, fabsf(x[i]));
  c->sink = most;
}

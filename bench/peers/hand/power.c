/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * power.c - examples/power.c by straight loops. Built for this machine, with -ffast-math.
 */
#include <math.h>

#include "bench.h"

void hand_power(bench_case *c) {
  const int64_t n = c->n;
  const float *restrict a = c->a;
  float *v = c->y, *w = c->y + n, value = 0, change = 1;
  for (int64_t i = 0; i < n; i++)
    v[i] = 1;
  for (int turns = 0; change > 1e-5f && turns < 1000; turns++) {
    float square = 0;
    for (int64_t i = 0; i < n; i++) {
      float s = 0;
      for (int64_t j = 0; j < n; j++)
        s += a[i * n + j] * v[j];
      w[i] = s;
      square += s * s;
    }
    value = sqrtf(square);
    change = 0;
    for (int64_t i = 0; i < n; i++) {
      w[i] /= value;
      change = fmaxf(change, fabsf(w[i] - v[i]));
    }
    float *t = v;
    v = w, w = t;
  }
  c->sink = value;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * newton.c - examples/newton.c by straight loops. Built for this machine, with -ffast-math.
 */
#include <math.h>
#include <string.h>

#include "bench.h"

static float loss_of(const float *restrict x, const float *restrict y, const float *restrict w, float *restrict margin,
                     int64_t n, int64_t m) {
  float s = 0, square = 0;
  for (int64_t i = 0; i < n; i++) {
    float f = 0;
    for (int64_t j = 0; j < m; j++)
      f += x[i * m + j] * w[j];
    margin[i] = f * y[i];
  }
  for (int64_t i = 0; i < n; i++)
    s += log1pf(expf(-margin[i]));
  for (int64_t j = 0; j < m; j++)
    square += w[j] * w[j];
  return s / (float)n + 0.5e-3f * square;
}

void hand_newton(bench_case *c) {
  const int64_t n = c->n, m = c->m;
  const float *restrict x = c->a, *restrict y = c->b;
  float *restrict margin = c->y, *restrict weight = margin + n, *restrict h = weight + n, *restrict w = h + m * m,
                  *restrict g = w + m;
  float *restrict d = g + m, *restrict next = d + m;
  for (int64_t j = 0; j < m; j++)
    w[j] = 3;
  float loss = loss_of(x, y, w, margin, n, m);
  for (int turns = 0; turns < 30; turns++) {
    float most = 0, slope = 0;
    for (int64_t i = 0; i < n; i++)
      weight[i] = 1 / (1 + expf(margin[i]));
    for (int64_t j = 0; j < m; j++)
      g[j] = 1e-3f * w[j];
    for (int64_t j = 0; j < m * m; j++)
      h[j] = j / m == j % m ? 1e-3f : 0;
    for (int64_t i = 0; i < n; i++) {
      const float s = weight[i], f = s * y[i] / (float)n, v = s * (1 - s) / (float)n;
      for (int64_t j = 0; j < m; j++)
        g[j] -= f * x[i * m + j];
      for (int64_t j = 0; j < m; j++) {
        const float e = v * x[i * m + j];
        for (int64_t k = 0; k < m; k++)
          h[j * m + k] += e * x[i * m + k];
      }
    }
    for (int64_t j = 0; j < m; j++)
      most = fmaxf(most, fabsf(d[j] = g[j]));
    if (most < 1e-5f)
      break;
    for (int64_t i = 0; i < m; i++) { /* elimination */
      const float pivot = 1 / h[i * m + i];
      for (int64_t k = 0; k < m; k++)
        h[i * m + k] *= pivot;
      d[i] *= pivot;
      for (int64_t j = 0; j < m; j++) {
        if (j == i)
          continue;
        const float f = h[j * m + i];
        for (int64_t k = 0; k < m; k++)
          h[j * m + k] -= f * h[i * m + k];
        d[j] -= f * d[i];
      }
    }
    for (int64_t j = 0; j < m; j++)
      slope += g[j] * d[j];
    float step = 1, lower = 0;
    for (; step > 1e-4f; step *= 0.5f) {
      for (int64_t j = 0; j < m; j++)
        next[j] = w[j] - step * d[j];
      lower = loss_of(x, y, next, margin, n, m);
      if (lower <= loss - 1e-4f * step * slope)
        break;
    }
    if (step <= 1e-4f)
      break;
    memcpy(w, next, (size_t)m * sizeof *w);
    loss = lower;
  }
  c->sink = loss;
}

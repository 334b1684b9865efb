/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * rnn.c - examples/rnn.c by straight loops. Built for this machine, with -ffast-math.
 */
#include <math.h>
#include <string.h>

#include "bench.h"

void hand_rnn(bench_case *c) {
  const int64_t n = c->n, m = c->m;
  const float *restrict wx = c->b, *restrict wh = wx + m * m, *restrict b = wh + m * m;
  float *h = c->y, *next = h + n * m, most = 0;
  memset(h, 0, (size_t)(n * m) * sizeof *h);
  for (int64_t t = 0; t < c->k; t++) {
    const float *restrict x = c->a + t * n * m;
    for (int64_t i = 0; i < n; i++) {
      float *restrict out = next + i * m;
      for (int64_t j = 0; j < m; j++)
        out[j] = b[j];
      for (int64_t k = 0; k < m; k++) {
        const float f = x[i * m + k], g = h[i * m + k];
        for (int64_t j = 0; j < m; j++)
          out[j] += f * wx[k * m + j] + g * wh[k * m + j];
      }
      for (int64_t j = 0; j < m; j++)
        out[j] = tanhf(out[j]);
    }
    float *old = h;
    h = next, next = old;
  }
  for (int64_t i = 0; i < n * m; i++)
    most = fmaxf(most, fabsf(h[i]));
  c->sink = most;
}

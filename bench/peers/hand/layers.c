/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * layers.c - examples/layers.c by straight loops. Built for this machine, with -ffast-math.
 */
#include <math.h>

#include "bench.h"

void hand_layers(bench_case *c) {
  const int64_t n = c->n, m = c->m;
  const float *weights = c->b, *x = c->a;
  float *y = c->y, most = 0;
  for (int64_t l = 0; l < c->k; l++, weights += m * m + m) {
    const float *restrict w = weights, *restrict b = weights + m * m;
    for (int64_t i = 0; i < n; i++) {
      float *restrict out = y + i * m;
      for (int64_t j = 0; j < m; j++)
        out[j] = b[j];
      for (int64_t k = 0; k < m; k++) {
        const float f = x[i * m + k];
        for (int64_t j = 0; j < m; j++)
          out[j] += f * w[k * m + j];
      }
      if (l + 1 < c->k) {
        for (int64_t j = 0; j < m; j++)
          out[j] = fmaxf(out[j], 0);
        continue;
      }
      float top = out[0], sum = 0;
      for (int64_t j = 0; j < m; j++)
        top = fmaxf(top, out[j]);
      for (int64_t j = 0; j < m; j++)
        sum += out[j] = expf(out[j] - top);
      for (int64_t j = 0; j < m; j++)
        most = fmaxf(most, out[j] /= sum);
    }
    x = y;
    y = y == c->y ? c->y + n * m : c->y;
  }
  c->sink = most;
}

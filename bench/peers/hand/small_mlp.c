/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * small_mlp.c - functions/run_small_mlp.c by straight loops. Built for this machine, with -ffast-math.
 */
#include <math.h>

#include "bench.h"

void hand_small_mlp(bench_case *c) {
  const float (*restrict w0)[16] = (const float (*)[16])c->b, *restrict b0 = c->b + 128;
  const float (*restrict w1)[4] = (const float (*)[4])(c->b + 144), *restrict b1 = c->b + 208;
  for (int64_t i = 0; i < c->n; i++) {
    const float *restrict x = c->a + 8 * i;
    float h[16], y[4];
    for (int j = 0; j < 16; j++) {
      float s = b0[j];
      for (int k = 0; k < 8; k++)
        s += x[k] * w0[k][j];
      h[j] = fmaxf(s, 0);
    }
    for (int j = 0; j < 4; j++) {
      y[j] = b1[j];
      for (int k = 0; k < 16; k++)
        y[j] += h[k] * w1[k][j];
    }
    for (int j = 0; j < 4; j++)
      c->y[4 * i + j] = y[j];
  }
  c->sink = c->y[4 * c->n - 1];
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * small_rnn.c - functions/run_small_rnn.c by straight loops. Built for this machine, with -ffast-math.
 */
#include <math.h>
#include <string.h>

#include "bench.h"

void hand_small_rnn(bench_case *c) {
  const float (*restrict wx)[16] = (const float (*)[16])c->b, (*restrict wh)[16] = (const float (*)[16])(c->b + 256);
  const float *restrict b = c->b + 512;
  float h[16] = {0}, next[16], most = 0;
  for (int64_t t = 0; t < c->n; t++) {
    const float *restrict x = c->a + 16 * t;
    for (int j = 0; j < 16; j++) next[j] = b[j];
    for (int k = 0; k < 16; k++)
      for (int j = 0; j < 16; j++) next[j] += x[k] * wx[k][j] + h[k] * wh[k][j];
    for (int j = 0; j < 16; j++) h[j] = tanhf(next[j]);
  }
  for (int i = 0; i < 16; i++) most = fmaxf(most, fabsf(h[i]));
  c->sink = most;
}

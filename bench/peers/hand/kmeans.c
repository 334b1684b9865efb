/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * kmeans.c - examples/kmeans.c by straight loops. Built for this machine, with -ffast-math.
 */
#include <float.h>
#include <string.h>

#include "bench.h"

void hand_kmeans(bench_case *c) {
  enum { MOST_CENTRES = 64, MOST = 64 * 64 };
  static float centres[MOST], sums[MOST];
  const int64_t n = c->n, d = c->m, k = c->k;
  const float *restrict x = c->a;
  int32_t *restrict labels = (int32_t *)c->y;
  memcpy(centres, x, (size_t)(k * d) * sizeof *x);
  for (int64_t i = 0; i < n; i++)
    labels[i] = -1;
  for (int turn = 0; turn < 100; turn++) {
    int64_t moved = 0, count[MOST_CENTRES] = {0};
    memset(sums, 0, sizeof sums);
    for (int64_t i = 0; i < n; i++) {
      float least = FLT_MAX;
      int32_t nearest = 0;
      for (int64_t l = 0; l < k; l++) {
        float s = 0;
        for (int64_t j = 0; j < d; j++) {
          const float r = x[i * d + j] - centres[l * d + j];
          s += r * r;
        }
        if (s < least)
          least = s, nearest = (int32_t)l;
      }
      moved += nearest != labels[i];
      labels[i] = nearest;
      count[nearest]++;
      for (int64_t j = 0; j < d; j++)
        sums[nearest * d + j] += x[i * d + j];
    }
    if (!moved)
      break;
    for (int64_t l = 0; l < k; l++)
      for (int64_t j = 0; count[l] && j < d; j++)
        centres[l * d + j] = sums[l * d + j] / (float)count[l];
  }
  float s = 0;
  for (int64_t i = 0; i < k * d; i++)
    s += centres[i] * centres[i];
  c->sink = s / (float)(k * d);
}

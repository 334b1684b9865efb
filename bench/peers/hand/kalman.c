/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * kalman.c - examples/kalman.c by straight loops. Built for this machine, with -ffast-math.
 */
#include <string.h>

#include "bench.h"

void hand_kalman(bench_case *c) {
  float x[4] = {0}, p[4][4] = {{10, 0, 0, 0}, {0, 10, 0, 0}, {0, 0, 10, 0}, {0, 0, 0, 10}};
  static const float move[4][4] = {{1, 0, 0.125f, 0}, {0, 1, 0, 0.125f}, {0, 0, 1, 0}, {0, 0, 0, 1}},
                     drift[4] = {1e-4f, 1e-4f, 1e-2f, 1e-2f};
  for (int64_t t = 0; t < c->n; t++) {
    float y[4], q[4][4], r[4][4];
    for (int i = 0; i < 4; i++) {
      y[i] = 0;
      for (int j = 0; j < 4; j++)
        y[i] += move[i][j] * x[j];
      for (int j = 0; j < 4; j++) {
        q[i][j] = 0;
        for (int k = 0; k < 4; k++)
          q[i][j] += move[i][k] * p[k][j];
      }
    }
    for (int i = 0; i < 4; i++)
      for (int j = 0; j < 4; j++) {
        r[i][j] = i == j ? drift[i] : 0;
        for (int k = 0; k < 4; k++)
          r[i][j] += q[i][k] * move[j][k];
      }
    for (int l = 0; l < 2; l++) {
      float gain[4], row[4];
      for (int i = 0; i < 4; i++)
        gain[i] = r[i][l] / (r[l][l] + 0.25f);
      const float off = c->a[2 * t + l] - y[l];
      memcpy(row, r[l], sizeof row);
      for (int i = 0; i < 4; i++) {
        y[i] += gain[i] * off;
        for (int j = 0; j < 4; j++)
          r[i][j] -= gain[i] * row[j];
      }
    }
    memcpy(x, y, sizeof x);
    memcpy(p, r, sizeof p);
  }
  c->sink = x[2];
}

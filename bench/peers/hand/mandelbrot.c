/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * mandelbrot.c - examples/mandelbrot.c by straight loops. Built for this machine, with -ffast-math.
 */
#include "bench.h"

/* Point by point: each leaves when it is out. */
void hand_mandelbrot(bench_case *c) {
  const int64_t n = c->n;
  float sum = 0;
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < n; j++) {
      const float step = 0.5f / (float)n, re = (float)j * step + 0.45f, im = (float)i * step + 0.3f;
      float x = 0, y = 0;
      int turn = 0;
      for (; turn < c->m && x * x + y * y <= 4; turn++) {
        const float next = x * x - y * y + re;
        y = x * y * 2 + im;
        x = next;
      }
      sum += (float)turn;
    }
  c->sink = sum / (float)(n * n);
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_mandelbrot.c - examples/mandelbrot.c: n x n points, at most m turns.
 */
#include "bench.h"

#define main NAME(mandelbrot_main)
#include "mandelbrot.c"

void NAME(mandelbrot)(bench_case *c) {
  const int64_t width = (c->n + TILE - 1) / TILE * TILE;
  draw(0.45f, 0.3f, 0.5f / (float)c->n, c->n, width, (int)c->m, c->y);
  float sum = 0;
  for (int64_t i = 0; i < c->n; i++)
    for (int64_t j = 0; j < c->n; j++)
      sum += c->y[i * width + j];
  c->sink = sum / (float)(c->n * c->n);
}

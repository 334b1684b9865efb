/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_mandelbrot.c - examples/mandelbrot.c: n x n points, at most m turns.
 */
#include "bench.h"

#define main NAME(mandelbrot_main)
#include "mandelbrot.c"

void NAME(mandelbrot)(bench_case *c) {
  TN_SCOPE;
  int turns;
  c->sink = tn_item_f32(tn_mean(escape_times(0.45f, 0.3f, 0.5f, c->n, (int)c->m, &turns)));
}

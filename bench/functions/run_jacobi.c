/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_jacobi.c - examples/jacobi.c: m turns of a plate of n x n.
 */
#include "bench.h"

#define main NAME(jacobi_main)
#include "jacobi.c"

void NAME(jacobi)(bench_case *c) {
  TN_SCOPE;
  make_plate(c->y, c->n);
  relax(tn_view(c->y, TN_F32, c->n, c->n), -1, (int)c->m);
  c->sink = c->y[c->n * 3 + c->n / 2];
}

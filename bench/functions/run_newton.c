/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_newton.c - examples/newton.c: n rows of m columns in a, their sides in b.
 */
#include "bench.h"

#define main NAME(newton_main)
#include "newton.c"

void NAME(newton)(bench_case *c) {
  TN_SCOPE;
  tn_tensor w = tn_full(TN_F32, 3, c->m);
  c->sink = fit(tn_view(c->a, TN_F32, c->n, c->m), tn_view(c->b, TN_F32, c->n), &w, 1e-3f, 30).loss;
}

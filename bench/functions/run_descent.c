/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_descent.c - examples/descent.c: n rows and m columns in a, what they are to give in b.
 */
#include "bench.h"

#define main NAME(descent_main)
#include "descent.c"

void NAME(descent)(bench_case *c) {
  TN_SCOPE;
  tn_tensor w = tn_zeros(TN_F32, c->m);
  c->sink = descend(tn_view(c->a, TN_F32, c->n, c->m), tn_view(c->b, TN_F32, c->n), &w, 0.5f, 1e-5f, 1000).loss;
}

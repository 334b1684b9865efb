/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_conjugate.c - examples/conjugate.c: the n x n matrix a, b on the right.
 */
#include "bench.h"

#define main NAME(conjugate_main)
#include "conjugate.c"

void NAME(conjugate)(bench_case *c) {
  TN_SCOPE;
  tn_tensor x = tn_zeros(TN_F32, c->n);
  solve(tn_view(c->a, TN_F32, c->n, c->n), tn_view(c->b, TN_F32, c->n), &x, 1e-4f, 500);
  c->sink = tn_item_f32(tn_reduce_max(tn_abs(x)));
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_rnn.c - examples/rnn.c: k steps of n rows of m numbers in a, m units, whose weights lie in b.
 */
#include "bench.h"

#define main NAME(rnn_main)
#include "rnn.c"

void NAME(rnn)(bench_case *c) {
  TN_SCOPE;
  const cell made = make_cell(c->b, c->m, c->m);
  tn_tensor h = run_cell(&made, tn_view(c->a, TN_F32, c->k, c->n, c->m), tn_zeros(TN_F32, c->n, c->m));
  c->sink = tn_item_f32(tn_reduce_max(tn_abs(h)));
}

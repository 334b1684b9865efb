/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_small_mlp.c - a network of 8-16-4 for one row at a time, in a loop over n rows of a: shapes that are known when it is
 * compiled, and far less work in an op than a call costs. The weights lie in b.
 */
#include "bench.h"

static tn_tensor mlp(tn_tensor x TN_SHAPE(8), tn_tensor w0 TN_SHAPE(8, 16), tn_tensor b0 TN_SHAPE(16), tn_tensor w1 TN_SHAPE(16, 4),
                     tn_tensor b1 TN_SHAPE(4)) {
  tn_tensor h = tn_relu(tn_add(tn_matmul(x, w0), b0));
  return tn_add(tn_matmul(h, w1), b1);
}

void NAME(small_mlp)(bench_case *c) {
  TN_SCOPE;
  tn_tensor w0 = tn_view(c->b, TN_F32, 8, 16), b0 = tn_view(c->b + 128, TN_F32, 16);
  tn_tensor w1 = tn_view(c->b + 144, TN_F32, 16, 4), b1 = tn_view(c->b + 208, TN_F32, 4);
  for (int64_t i = 0; i < c->n; i++) {
    TN_SCOPE;
    tn_store(tn_view(c->y + 4 * i, TN_F32, 4), mlp(tn_view(c->a + 8 * i, TN_F32, 8), w0, b0, w1, b1));
  }
  c->sink = c->y[4 * c->n - 1];
}

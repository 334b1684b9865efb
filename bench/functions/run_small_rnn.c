/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_small_rnn.c - a recurrent cell of 16 units over n steps of 16 numbers in a: shapes that are known when it is compiled.
 * The weights lie in b.
 */
#include "bench.h"

void NAME(small_rnn)(bench_case *c) {
  TN_SCOPE;
  tn_tensor wx = tn_view(c->b, TN_F32, 16, 16), wh = tn_view(c->b + 256, TN_F32, 16, 16), b = tn_view(c->b + 512, TN_F32, 16);
  tn_tensor h = tn_zeros(TN_F32, 16);
  for (int64_t t = 0; t < c->n; t++) {
    TN_SCOPE;
    tn_tensor in = tn_add(tn_matmul(tn_view(c->a + 16 * t, TN_F32, 16), wx), tn_matmul(h, wh));
    tn_replace(&h, tn_tanh(tn_add(in, b)));
  }
  c->sink = tn_item_f32(tn_reduce_max(tn_abs(h)));
}

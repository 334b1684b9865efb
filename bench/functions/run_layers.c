/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_layers.c - examples/layers.c: n rows of m numbers in a through k layers, whose weights lie in b.
 */
#include "bench.h"

#define main NAME(layers_main)
#include "layers.c"

void NAME(layers)(bench_case *c) {
  TN_SCOPE;
  const layered net = make_layers(c->b, (int)c->k, c->m);
  c->sink = tn_item_f32(tn_reduce_max(forward(&net, tn_view(c->a, TN_F32, c->n, c->m))));
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_network.c - examples/network.c: n rows of a through 784-256-10; the weights lie in b.
 */
#include "bench.h"

#define main NAME(network_main)
#include "network.c"

void NAME(network)(bench_case *c) {
  TN_SCOPE;
  float *w0 = c->b, *b0 = w0 + 784 * 256, *w1 = b0 + 256, *b1 = w1 + 256 * 10;
  example_use(mlp(tn_view(c->a, TN_F32, c->n, 784), tn_view(w0, TN_F32, 784, 256), tn_view(b0, TN_F32, 256),
                  tn_view(w1, TN_F32, 256, 10), tn_view(b1, TN_F32, 10)));
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_softmax.c - examples/softmax.c: softmax by hand and tn_softmax, on n rows of q elements.
 */
#include "bench.h"

#define main NAME(softmax_main)
#include "softmax.c"

void NAME(softmax_by_hand)(bench_case *c) {
  TN_SCOPE;
  example_use(softmax_by_hand(tn_view(c->a, TN_F32, c->n, (int64_t)c->q)));
}

void NAME(softmax_of_tenon)(bench_case *c) {
  TN_SCOPE;
  example_use(softmax_of_tenon(tn_view(c->a, TN_F32, c->n, (int64_t)c->q)));
}

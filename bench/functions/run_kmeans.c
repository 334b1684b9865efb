/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_kmeans.c - examples/kmeans.c: n points in m dims lie in a, the first k are the first centres.
 */
#include "bench.h"

#define main NAME(kmeans_main)
#include "kmeans.c"

void NAME(kmeans)(bench_case *c) {
  TN_SCOPE;
  tn_tensor x = tn_view(c->a, TN_F32, c->n, c->m), centres = tn_slice(x, 0, 0, c->k), labels = tn_full(TN_I64, -1, c->n);
  cluster(x, &centres, &labels, 100);
  c->sink = tn_item_f32(tn_mean(tn_square(centres)));
}

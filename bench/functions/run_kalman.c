/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_kalman.c - examples/kalman.c: n places in a.
 */
#include "bench.h"

#define main NAME(kalman_main)
#include "kalman.c"

void NAME(kalman)(bench_case *c) {
  TN_SCOPE;
  filter f = make_filter();
  for (int64_t i = 0; i < c->n; i++) observe(&f, c->a + 2 * i);
  c->sink = tn_get_f32(f.state, 2);
}

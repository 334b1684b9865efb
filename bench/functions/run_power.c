/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_power.c - examples/power.c: the n x n matrix a, from a vector of ones.
 */
#include "bench.h"

#define main NAME(power_main)
#include "power.c"

void NAME(power)(bench_case *c) {
  TN_SCOPE;
  float value = 0;
  tn_tensor v = tn_full(TN_F32, 1, c->n);
  power_iteration(tn_view(c->a, TN_F32, c->n, c->n), &v, 1e-5, 1000, &value);
  c->sink = value;
}

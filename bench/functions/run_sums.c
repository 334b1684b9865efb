/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_sums.c - examples/sums.c: five sums of two arrays; mean and variance of one.
 */
#include "bench.h"

#define main NAME(sums_main)
#include "sums.c"

void NAME(five_sums)(bench_case *c) {
  const sums s = five_sums(c->ta, c->tb);
  c->sink = s.x + s.y + s.xx + s.xy + s.yy;
}

void NAME(mean_and_var)(bench_case *c) {
  const moments m = mean_and_var(c->ta);
  c->sink = m.mean + m.var;
}

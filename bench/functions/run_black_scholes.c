/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_black_scholes.c - examples/black_scholes.c on n options: stock, strike and years lie in a, one behind the other.
 */
#include "bench.h"

#define main NAME(black_scholes_main)
#include "black_scholes.c"

void NAME(black_scholes)(bench_case *c) {
  TN_SCOPE;
  const prices p = black_scholes(tn_view(c->a, TN_F32, c->n), tn_view(c->a + c->n, TN_F32, c->n),
                                 tn_view(c->a + 2 * c->n, TN_F32, c->n), c->p, c->q);
  example_use(p.call);
  example_use(p.put);
}

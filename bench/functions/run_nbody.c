/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_nbody.c - examples/nbody.c: the accelerations of n bodies; places and masses lie in a, the result goes to y.
 */
#include "bench.h"

#define main NAME(nbody_main)
#include "nbody.c"

void NAME(nbody)(bench_case *c) {
  TN_SCOPE;
  const int64_t n = c->n;
  bodies b = {.n = n, .mass = tn_view(c->a + 3 * n, TN_F32, n)};
  for (int d = 0; d < 3; d++) b.place[d] = tn_view(c->a + d * n, TN_F32, n);
  const forces f = accelerations(&b);
  tn_store(tn_view(c->y, TN_F32, n), f.x);
  tn_store(tn_view(c->y + n, TN_F32, n), f.y);
  tn_store(tn_view(c->y + 2 * n, TN_F32, n), f.z);
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_attention.c - examples/attention.c on 8 heads of n x 64; q, k and v lie in a, one behind the other.
 */
#include "bench.h"

#define main NAME(attention_main)
#include "attention.c"

void NAME(attention)(bench_case *c) {
  TN_SCOPE;
  const int64_t size = 8 * c->n * 64;
  example_use(attention(tn_view(c->a, TN_F32, 8, c->n, 64), tn_view(c->a + size, TN_F32, 8, c->n, 64),
                        tn_view(c->a + 2 * size, TN_F32, 8, c->n, 64)));
}

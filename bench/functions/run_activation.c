/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_activation.c - the two chains of examples/activation.c, results new tensors.
 */
#include "bench.h"

#define main NAME(activation_main)
#include "activation.c"

void NAME(own_functions)(bench_case *c) {
  TN_SCOPE;
  example_use(own_functions(c->ta, c->p, c->q));
}

void NAME(gate)(bench_case *c) {
  TN_SCOPE;
  example_use(gate(c->ta, c->tb, c->p, c->q));
}

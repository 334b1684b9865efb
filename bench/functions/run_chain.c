/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_chain.c - y = sigmoid(p*a + q) * tanh(b) into memory that is there already, as Eigen does it; strict and fast.
 */
#include "bench.h"

void NAME(chain)(bench_case *c) {
  TN_SCOPE;
  tn_store(c->ty, tn_mul(tn_sigmoid(tn_add(tn_mul(c->ta, c->p), c->q)), tn_tanh(c->tb)));
}

TN_PRAGMA(fp(fast))
void NAME(chain_fast)(bench_case *c) {
  TN_SCOPE;
  tn_store(c->ty, tn_mul(tn_sigmoid(tn_add(tn_mul(c->ta, c->p), c->q)), tn_tanh(c->tb)));
}

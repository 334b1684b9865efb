/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_product.c - one matrix product, its result a new tensor.
 */
#include "example.h"

#include "bench.h"

void NAME(product)(bench_case *c) {
  TN_SCOPE;
  example_use(tn_matmul(c->ta, c->tb));
}

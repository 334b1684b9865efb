/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * openblas.c - y = a * b by cblas_sgemm.
 */
#include "bench.h"
#include <cblas.h>

void openblas_product(bench_case *c) {
  const int n = (int)c->n;
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.f, c->a, n, c->b, n, 0.f, c->y, n);
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * chain.c - a few ops on lines of their own. The tests beside it name its lines by number.
 */
#include <stdio.h>
#include <stdlib.h>
#include <tenon.h>

static float squash(float x) {
  float t = x * x;
  return x / (1.0f + t);
}

tn_tensor chain(tn_tensor a, tn_tensor b) {
  tn_tensor sum = tn_add(a, b);
  tn_tensor mapped = tn_map(squash, sum);
  tn_tensor e = tn_exp(a);
  return tn_mul(mapped, e);
}

void normalise(tn_tensor x) {
  tn_tensor m = tn_mean_keepdims(x, -1);
  tn_tensor d = tn_sub(x, m);
  tn_tensor h = tn_mul(d, 0.5f);
  tn_store(x, h);
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoi(argv[1]) : 64;
  tn_tensor a = tn_full(TN_F32, 0.5f, n, n);
  tn_tensor b = tn_full(TN_F32, 1.5f, n, n);
  tn_tensor r = chain(a, b);
  normalise(r);
  printf("%g\n", tn_item(tn_sum(r)));
  return tn_ok() ? 0 : 1;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * loop.c - tensors that loops carry, a few ops on lines of their own. The test beside it names its lines by number.
 */
#include <stdio.h>
#include <stdlib.h>
#include <tenon.h>

static tn_tensor step(tn_tensor w, tn_tensor x, float rate) {
  tn_tensor g = tn_sub(w, x);
  return tn_sub(w, tn_mul(g, rate));
}

float descend(tn_tensor start, tn_tensor x, int turns) {
  TN_SCOPE;
  tn_tensor w = tn_copy(start);
  float loss = 1, rate = 0.5f;
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    tn_replace(&w, step(w, x, rate));
    loss = tn_item_f32(tn_sum(tn_abs(w)));
    if (loss < 4)
      rate *= 0.5f;
  }
  int left = turns;
  while (loss > 1 && left > 0) {
    TN_SCOPE;
    tn_tensor e = tn_exp(w);
    tn_replace(&w, tn_mul(e, 0.25f));
    loss = tn_item_f32(tn_reduce_max(w));
    left--;
  }
  return loss;
}

float small(const float *p, int turns) {
  TN_SCOPE;
  tn_tensor s = tn_zeros(TN_F32, 4, 4);
  float most = 0;
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    tn_tensor row = tn_view_const(p + 4 * i, TN_F32, 4);
    tn_replace(&s, tn_tanh(tn_add(s, row)));
    most += tn_item_f32(tn_reduce_max(s));
  }
  return most;
}

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atoi(argv[1]) : 64;
  tn_tensor a = tn_full(TN_F32, 0.5f, n, n);
  tn_tensor b = tn_full(TN_F32, 1.5f, n, n);
  float p[64] = {1, 2, 3};
  printf("%g %g\n", (double)descend(a, b, 5), (double)small(p, (int)n > 8 ? 8 : 1));
  return tn_ok() ? 0 : 1;
}

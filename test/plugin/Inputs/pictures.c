/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <stdio.h>
#include <tenon.h>

tn_tensor normalise(float *p, int64_t n, int flag) {
  tn_tensor x = tn_view(p, TN_F32, n, 64);
  tn_tensor mean = tn_mean_keepdims(x, -1);
  tn_tensor c = tn_sub(x, mean);
  tn_tensor y = tn_div(c, tn_sqrt(tn_add(tn_mean_keepdims(tn_mul(c, c), -1), 1e-5f)));
  tn_tensor sorted = tn_sort(y, -1);
  float top = tn_get_f32(sorted, 0, 63);
  printf("%g\n", top);
  float scale = top > 2.f ? 2.f / top : 1.f;
  tn_store(x, tn_mul(y, scale));
  if (flag) return tn_exp(tn_add(x, tn_mul(x, x)));
  return x;
}

/* The scores are divided by their sum in their own memory; names with characters that mean something to Graphviz. */
tn_tensor weigh(tn_tensor x, tn_tensor w) {
  tn_tensor mean = tn_mean(x), k = tn_transpose(w);
  tn_tensor scores = tn_exp(tn_sub(tn_matmul(x, k), mean));
  tn_tensor p = tn_softmax(scores, -1);
  return tn_where(tn_less(tn_matmul(p, w), x), 0.f, x);
}

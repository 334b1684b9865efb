/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * chains.c - kernels that run one behind the other on blocks of rows: the same bits in blocks of any size, in whatever
 * shapes tensors come (Inputs/chains_main.c), the wrong ones included.
 *
 * RUN: %python %S/Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags %unchecked" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --other %S/Inputs/chains_main.c --guards 40 --kernels 300
 */
#include "Inputs/chains.h"

/* What lies between the products has n * n elements. */
tn_tensor attention(tn_tensor q, tn_tensor k, tn_tensor v, tn_tensor mask) {
  TN_SCOPE;
  tn_tensor scores = tn_add(tn_mul(tn_matmul(q, tn_transpose(k)), 0.25f), mask);
  tn_tensor e = tn_exp(tn_sub(scores, tn_reduce_max_keepdims(scores, -1)));
  return tn_keep(tn_matmul(tn_div(e, tn_sum_keepdims(e, -1)), v));
}

/* The scores are asked for, too. */
tn_tensor attention_and_scores(tn_tensor q, tn_tensor k, tn_tensor v, tn_tensor *out_scores) {
  TN_SCOPE;
  tn_tensor p = tn_softmax(tn_matmul(q, tn_transpose(k)), -1);
  tn_tensor y = tn_matmul(p, v);
  *out_scores = tn_keep(p);
  return tn_keep(y);
}

/* Rows of x attend to each other: x is both factors of one product and one of the other. */
tn_tensor to_itself(tn_tensor x) {
  TN_SCOPE;
  return tn_keep(tn_matmul(tn_softmax(tn_matmul(x, tn_transpose(x)), -1), x));
}

tn_tensor layers(tn_tensor x, tn_tensor w0, tn_tensor b0, tn_tensor w1, tn_tensor b1) {
  TN_SCOPE;
  tn_tensor h = tn_tanh(tn_add(tn_matmul(x, w0), b0));
  tn_tensor d = tn_sub(h, tn_mean_keepdims(h, -1));
  return tn_keep(tn_sigmoid(tn_add(tn_matmul(d, w1), b1)));
}

tn_tensor covariance(tn_tensor x) {
  TN_SCOPE;
  tn_tensor c = tn_sub(x, tn_mean_keepdims(x, 0));
  return tn_keep(tn_div(tn_matmul(tn_transpose(c), c), 7.f));
}

/* Sums over the rows of what is made of them, weighted: the first factor is there, the second is not. */
tn_tensor weighted(tn_tensor w, tn_tensor x, tn_tensor plus) {
  TN_SCOPE;
  return tn_keep(tn_add(tn_matmul(w, tn_exp(tn_neg(tn_abs(x)))), plus));
}

/* The first is not, the second is. */
tn_tensor gradient(tn_tensor x, tn_tensor y) {
  TN_SCOPE;
  return tn_keep(tn_matmul(tn_transpose(tn_sigmoid(tn_mul(x, 2.f))), y));
}

/* In f64, which a handle of unknown dtype is not taken for. */
tn_tensor wide(tn_tensor q, tn_tensor k, tn_tensor v) {
  TN_SCOPE;
  tn_tensor e = tn_exp(tn_matmul(tn_cast(q, TN_F64), tn_transpose(tn_cast(k, TN_F64))));
  return tn_keep(tn_matmul(tn_div(e, tn_sum_keepdims(e, -1)), tn_cast(v, TN_F64)));
}

tn_tensor wide_covariance(tn_tensor x) {
  TN_SCOPE;
  tn_tensor w = tn_cast(x, TN_F64), c = tn_sub(w, tn_mean_keepdims(w, 0));
  return tn_keep(tn_matmul(tn_transpose(c), c));
}

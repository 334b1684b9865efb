/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * callers.c - functions that are compiled by Tenon and called from a file that is not (Inputs/callers_main.c, built by gcc
 * where there is one), with handles of every wrong kind: eager's results, eager's errors, no crash. With contracts and
 * without.
 *
 * RUN: %python %S/Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --other %S/Inputs/callers_main.c --guards 60 --kernels 100
 */
#include "Inputs/callers.h"

/* The callers break contracts, which is an error where they are checked. */
#ifdef CONTRACTS_ARE_CHECKED
#define PROMISED(...)
#else
#define PROMISED(...) TN_SHAPE(__VA_ARGS__)
#endif

tn_tensor chain(tn_tensor a, tn_tensor b) { return tn_sigmoid(tn_sub(tn_mul(a, b), 0.25f)); }

tn_tensor promised(tn_tensor a PROMISED(n, 5), tn_tensor b PROMISED(5)) { return tn_exp(tn_sub(tn_mul(a, b), 0.25f)); }

tn_tensor wide(tn_tensor a) { return tn_sqrt(tn_abs(tn_cast(a, TN_F64))); }

tn_tensor rows(tn_tensor a) { return tn_div(a, tn_sum_keepdims(tn_abs(a), -1)); }

tn_tensor columns(tn_tensor a) {
  tn_tensor squares = tn_mean(tn_square(a), 0); /* first: C leaves the order of arguments open */
  return tn_sub(squares, tn_square(tn_mean(a, 0)));
}

tn_tensor layer(tn_tensor x, tn_tensor w, tn_tensor b) { return tn_relu(tn_add(tn_matmul(x, w), b)); }

tn_tensor promised_layer(tn_tensor x PROMISED(n, k), tn_tensor w PROMISED(k, m), tn_tensor b PROMISED(m)) {
  return tn_softmax(tn_add(tn_matmul(x, w), b), -1);
}

float first_two(tn_tensor a, tn_tensor b) {
  tn_tensor m = tn_add(a, b);
  return tn_get_flat_f32(m, 0) + tn_get_flat_f32(m, 1);
}

double element(tn_tensor a, int64_t i, int64_t j) { return tn_get(tn_exp(tn_neg(a)), i, j); }

bool store(tn_tensor dst, tn_tensor a, tn_tensor b) { return tn_store(dst, tn_add(tn_mul(a, 2), b)); }

bool scale_in_place(tn_tensor a) {
  tn_tensor m = tn_mul(a, 2);
  const float f = tn_get_flat_f32(m, 0);
  return tn_store(a, tn_sub(m, f));
}

bool two_stores(tn_tensor dst, tn_tensor other, tn_tensor a) {
  tn_tensor s = tn_exp(tn_mul(a, 0.5f));
  const bool first = tn_store(dst, s);
  return tn_store(other, tn_sub(s, a)) && first;
}

tn_tensor after_user_store(tn_tensor a, float *memory) {
  tn_tensor before = tn_exp(tn_mul(a, 2));
  memory[1] += 1; /* before was computed ahead of it, the sum below is not */
  return tn_add(before, tn_mul(a, 3));
}

tn_tensor picked(tn_tensor a, tn_tensor indices) { return tn_mul(tn_take(tn_mul(a, 2), indices, 0), 3); }

tn_tensor arranged(tn_tensor a) {
  tn_tensor turned = tn_transpose(tn_mul(a, 2));
  return tn_add(turned, tn_reshape(a, 5, 3));
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * outputs_updated_in_place_share_no_buffer.c - two values that begin alike and end each in an update of its own, in place, are two
 * tensors.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 3 --guards 60
 */
#include "Inputs/hazard.h"

static float x[MOST], p[MOST], q[MOST];

typedef struct pair {
  tn_tensor first, second;
} pair;
/* Both could be written over the one temporary. */
NOINLINE static pair two(tn_tensor t, int64_t i) {
  tn_tensor m = tn_mul(t, 2), u = tn_copy(m), v = tn_copy(m);
  tn_store_at(u, tn_add(tn_at(u, i), 100), i);
  tn_store_at(v, tn_sub(tn_at(v, i), 100), i);
  return (pair){u, v};
}
/* Carried by a loop, from one beginning. */
NOINLINE static pair carried(tn_tensor t, int turns) {
  TN_SCOPE;
  tn_tensor u = tn_mul(t, 1), v = tn_mul(t, 1);
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    tn_replace(&u, tn_add(u, t));
    tn_replace(&v, tn_sub(v, u));
  }
  return (pair){tn_keep(u), tn_keep(v)};
}
/* The same zeros for both. */
NOINLINE static pair zeros(tn_tensor t, int64_t n, int64_t m) {
  tn_tensor u = tn_zeros(TN_F32, n, m), v = tn_zeros(TN_F32, n, m);
  tn_store(u, tn_add(u, t));
  tn_store(v, tn_sub(v, tn_mul(t, 3)));
  return (pair){u, v};
}

int main(void) {
  const int64_t shapes[][2] = {{3, 5}, {9, 64}, {96, 1030}};
  for (int s = 0; s < 3; s++) {
    TN_SCOPE;
    const int64_t n = shapes[s][0], m = shapes[s][1], size = n * m;
    fill(x, size, 7);
    tn_tensor t = tn_view(x, TN_F32, n, m);
    pair r = two(t, 1);
    for (int64_t i = 0; i < size; i++) {
      const float change = i / m == 1 ? 100 : 0;
      p[i] = x[i] * 2 + change;
      q[i] = x[i] * 2 - change;
    }
    expect("first", r.first, p, size);
    expect("second", r.second, q, size);
    r = carried(t, 4);
    for (int64_t i = 0; i < size; i++) {
      p[i] = q[i] = x[i];
      for (int turn = 0; turn < 4; turn++) p[i] += x[i], q[i] -= p[i];
    }
    expect("carried", r.first, p, size);
    expect("carried", r.second, q, size);
    r = zeros(t, n, m);
    for (int64_t i = 0; i < size; i++) p[i] = 0 + x[i], q[i] = 0 - x[i] * 3;
    expect("zeros", r.first, p, size);
    expect("zeros", r.second, q, size);
  }
  return hazard_status;
}

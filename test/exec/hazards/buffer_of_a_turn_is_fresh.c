/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * buffer_of_a_turn_is_fresh.c - zeros, a copy or an accumulator that a loop makes in each turn begins as it is written there, whatever
 * the turn before left in its memory.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 3 --guards 60
 */
#include "Inputs/hazard.h"

static float x[MOST], y[1030], z[MOST];

/* Turn i fills only row i; the others are zero. */
NOINLINE static void zeros_in_turn(tn_tensor t, int64_t n, int64_t m, tn_tensor *out) {
  for (int64_t i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor fresh = tn_zeros(TN_F32, n, m);
    tn_store_at(fresh, tn_at(t, i), i);
    tn_replace(out, tn_add(*out, tn_mul(fresh, (float)(i + 1))));
  }
}
/* A copy that is written, of what is not. */
NOINLINE static tn_tensor copies_in_turn(tn_tensor t, int64_t n) {
  TN_SCOPE;
  tn_tensor s = tn_zeros(TN_F32, 3);
  for (int64_t i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor own = tn_copy(tn_slice(tn_at(t, i % 2), 0, 0, 3));
    tn_set(own, 50, i % 3);
    tn_replace(&s, tn_add(s, own));
  }
  return tn_keep(s);
}
/* Each turn's result is kept to the end. */
NOINLINE static void results_of_turns(tn_tensor t, int64_t n, tn_tensor *out) {
  for (int64_t i = 0; i < n; i++) out[i] = tn_sub(tn_mul(tn_at(t, i), 2), 1);
}

int main(void) {
  const int64_t shapes[][2] = {{3, 5}, {7, 64}, {20, 1030}};
  for (int s = 0; s < 3; s++) {
    TN_SCOPE;
    const int64_t n = shapes[s][0], m = shapes[s][1];
    fill(x, n * m, 13);
    tn_tensor t = tn_view(x, TN_F32, n, m), sum = tn_zeros(TN_F32, n, m), rows[20];
    zeros_in_turn(t, n, m, &sum);
    for (int64_t i = 0; i < n * m; i++) z[i] = 0 + x[i] * (float)(i / m + 1) + 0;
    expect("zeros", sum, z, n * m);
    tn_tensor copies = copies_in_turn(t, 9);
    float three[3] = {0};
    for (int64_t i = 0; i < 9; i++)
      for (int64_t j = 0; j < 3; j++) three[j] += j == i % 3 ? 50 : x[i % 2 * m + j];
    expect("copies", copies, three, 3);
    results_of_turns(t, n, rows);
    for (int64_t i = 0; i < n; i++) {
      for (int64_t j = 0; j < m; j++) y[j] = x[i * m + j] * 2 - 1;
      expect("row", rows[i], y, m);
    }
  }
  return hazard_status;
}

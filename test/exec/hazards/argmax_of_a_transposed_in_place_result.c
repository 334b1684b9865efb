/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * argmax_of_a_transposed_in_place_result.c - x is scaled in place and its transpose is asked where its greatest elements are: the answer
 * is in the order of the transpose, of x as it has become.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 3 --guards 60
 */
#include "Inputs/hazard.h"

static float x[MOST], y[MOST];

NOINLINE static tn_tensor by_rows(tn_tensor t, float factor) {
  tn_store(t, tn_mul(tn_sub(t, 1), factor));
  return tn_argmax(tn_transpose(t), -1);
}
NOINLINE static int64_t of_all(tn_tensor t, float factor) {
  tn_store(t, tn_mul(t, factor));
  return tn_item_i64(tn_argmax(tn_transpose(t)));
}
NOINLINE static tn_tensor of_its_own_transpose(tn_tensor t) { /* square: stored over by its transpose */
  tn_store(t, tn_add(tn_transpose(t), 1));
  return tn_argmax(tn_transpose(t), 0);
}
NOINLINE static tn_tensor in_a_loop(tn_tensor t, int turns) {
  TN_SCOPE;
  tn_tensor last = tn_none();
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    tn_store(t, tn_neg(t));
    tn_replace(&last, tn_argmin(tn_transpose(t), i % 2));
  }
  return tn_keep(last);
}

static void expect_index(const char *what, tn_tensor t, int64_t i, int64_t wanted) {
  const int64_t got = tn_get_i64(t, i);
  if (got == wanted) return;
  printf("%s: element %lld is %lld, not %lld\n", what, (long long)i, (long long)got, (long long)wanted);
  hazard_status = 1;
}

int main(void) {
  const int64_t shapes[][2] = {{3, 5}, {8, 8}, {64, 65}, {96, 96}, {96, 1030}};
  for (int s = 0; s < 5; s++) {
    TN_SCOPE;
    const int64_t n = shapes[s][0], m = shapes[s][1];
    fill(x, n * m, 23), fill(y, n * m, 23);
    for (int64_t i = 0; i < n * m; i += 7) x[i] += 8, y[i] += 8; /* ties, and few of them */
    tn_tensor t = tn_view(x, TN_F32, n, m), r = by_rows(t, -2);
    show("argmax", r);
    for (int64_t i = 0; i < n * m; i++) y[i] = (y[i] - 1) * -2;
    for (int64_t j = 0; j < m; j++) {
      int64_t best = 0;
      for (int64_t i = 1; i < n; i++)
        if (y[i * m + j] > y[best * m + j]) best = i;
      expect_index("by rows", r, j, best);
    }
    expect("x", t, y, n * m);
    const int64_t place = of_all(t, -0.5f);
    int64_t best = 0;
    for (int64_t i = 0; i < n * m; i++) y[i] *= -0.5f;
    for (int64_t i = 0; i < n * m; i++) /* of the transpose, row by row */
      if (y[i % n * m + i / n] > y[best % n * m + best / n]) best = i;
    expect_number("of all", (double)place, (double)best);
    r = in_a_loop(t, 3);
    for (int64_t i = 0; i < n * m; i++) y[i] = -y[i];
    for (int64_t i = 0; i < n; i++) { /* the last turn: over axis 0 of the transpose */
      best = 0;
      for (int64_t j = 1; j < m; j++)
        if (y[i * m + j] < y[i * m + best]) best = j;
      expect_index("in a loop", r, i, best);
    }
    if (n != m) continue;
    r = of_its_own_transpose(t);
    for (int64_t i = 0; i < n; i++)
      for (int64_t j = 0; j <= i; j++) {
        const float f = y[i * n + j], g = y[j * n + i];
        y[i * n + j] = g + 1, y[j * n + i] = f + 1;
      }
    expect("turned", t, y, n * n);
    for (int64_t i = 0; i < n; i++) {
      best = 0;
      for (int64_t j = 1; j < n; j++)
        if (y[i * n + j] > y[i * n + best]) best = j;
      expect_index("of its own transpose", r, i, best);
    }
  }
  return hazard_status;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * stored_over_by_its_flip.c - x is stored over by itself turned around, and then summed: neither half may be written before the other is
 * read, and the sum is of what x has become.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 4 --guards 60
 */
#include "Inputs/hazard.h"

static float x[MOST], y[MOST];

NOINLINE static double flat(tn_tensor t) {
  tn_store(t, tn_slice_step(t, 0, TN_END, TN_END, -1));
  return tn_item(tn_sum(tn_mul(t, tn_arange(TN_F32, 0, tn_dim(t, 0), 1))));
}
NOINLINE static double with_more(tn_tensor t) { /* ... plus itself as it is */
  tn_store(t, tn_sub(tn_mul(tn_slice_step(t, 0, TN_END, TN_END, -1), 2), t));
  return tn_item(tn_reduce_max(t)) * 64 + tn_get(t, 0) - tn_get(t, -1);
}
NOINLINE static tn_tensor rows(tn_tensor t, int axis) {
  tn_store(t, tn_slice_step(t, axis, TN_END, TN_END, -1));
  return tn_sum(t, 1 - axis);
}
NOINLINE static void every_turn(tn_tensor t, int turns) {
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    tn_store(t, tn_add(tn_slice_step(t, 0, TN_END, TN_END, -1), tn_item_f32(tn_reduce_max(t))));
  }
}

int main(void) {
  const int64_t sizes[] = {1, 2, 7, 64, 129, 1030, MOST};
  for (int s = 0; s < 7; s++) {
    TN_SCOPE;
    const int64_t n = sizes[s];
    double sum = 0;
    fill(x, n, 17), fill(y, n, 17);
    tn_tensor t = tn_view(x, TN_F32, n);
    for (int64_t i = 0; i < n / 2; i++) {
      const float f = y[i];
      y[i] = y[n - 1 - i], y[n - 1 - i] = f;
    }
    for (int64_t i = 0; i < n; i++) sum += (double)(y[i] * (float)i);
    const double got = flat(t);
    if (n < 4000) expect_number("sum", got, sum); /* exact in f32 */
    show_number("sum", got);
    expect("flipped", t, y, n);
    const double more = with_more(t);
    float greatest = -INFINITY;
    for (int64_t i = 0; i < n - 1 - i; i++) {
      const float f = y[i], g = y[n - 1 - i];
      y[i] = g * 2 - f, y[n - 1 - i] = f * 2 - g;
    }
    if (n % 2) y[n / 2] = y[n / 2] * 2 - y[n / 2];
    for (int64_t i = 0; i < n; i++) greatest = y[i] > greatest ? y[i] : greatest;
    expect("with more", t, y, n);
    expect_number("greatest and ends", more, greatest * 64 + y[0] - y[n - 1]);
    every_turn(t, 3);
    for (int turn = 0; turn < 3; turn++) {
      greatest = -INFINITY;
      for (int64_t i = 0; i < n; i++) greatest = y[i] > greatest ? y[i] : greatest;
      for (int64_t i = 0; i <= n - 1 - i; i++) {
        const float f = y[i], g = y[n - 1 - i];
        y[i] = g + greatest, y[n - 1 - i] = f + greatest;
      }
    }
    expect("every turn", t, y, n);
  }
  for (int axis = 0; axis < 2; axis++) {
    TN_SCOPE;
    enum { N = 9, M = 70 };
    float sums[M] = {0}, *const plain = y;
    fill(x, N * M, 19);
    for (int i = 0; i < N; i++)
      for (int j = 0; j < M; j++) plain[i * M + j] = x[(axis ? i : N - 1 - i) * M + (axis ? M - 1 - j : j)];
    for (int i = 0; i < N; i++)
      for (int j = 0; j < M; j++) sums[axis ? j : i] += plain[i * M + j];
    tn_tensor t = tn_view(x, TN_F32, N, M), r = rows(t, axis);
    expect("rows", t, plain, N * M);
    expect("sums", r, sums, axis ? M : N);
  }
  return hazard_status;
}

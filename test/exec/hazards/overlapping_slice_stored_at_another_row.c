/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * overlapping_slice_stored_at_another_row.c - rows of a tensor are stored into the same tensor some rows further down, or up: all of
 * them are read before the first is written.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 4 --guards 60
 */
#include "Inputs/hazard.h"

static float x[MOST], y[MOST];

/* Through the tensor itself, and through views that overlap. */
NOINLINE static void by_store_at(tn_tensor t, int64_t rows, int64_t from, int64_t to) {
  tn_store_at(t, tn_add(tn_slice(t, 0, from, from + rows), 1), to, 0);
}
NOINLINE static void by_views(float *p, int64_t rows, int64_t columns, int64_t from, int64_t to) {
  tn_tensor source = tn_view(p + from * columns, TN_F32, rows, columns), target = tn_view(p + to * columns, TN_F32, rows, columns);
  tn_store(target, tn_mul(tn_add(source, 1), 2));
}
NOINLINE static void in_a_loop(tn_tensor t, int64_t height) {
  for (int64_t i = 0; i + 3 < height; i++) {
    TN_SCOPE;
    tn_store_at(t, tn_sub(tn_slice(t, 0, i, i + 3), tn_at(t, i)), i + 1);
  }
}

static void plain(float *p, int64_t rows, int64_t columns, int64_t from, int64_t to, float factor) {
  static float saved[MOST];
  for (int64_t i = 0; i < rows * columns; i++) saved[i] = (p[from * columns + i] + 1) * factor;
  for (int64_t i = 0; i < rows * columns; i++) p[to * columns + i] = saved[i];
}

int main(void) {
  const int64_t shapes[][2] = {{6, 5}, {9, 64}, {96, 1030}};
  for (int s = 0; s < 3; s++)
    for (int64_t by = -2; by <= 2; by++) {
      TN_SCOPE;
      const int64_t n = shapes[s][0], m = shapes[s][1], rows = n - 2, from = by < 0 ? 2 : 0, to = from + by;
      fill(x, n * m, 1), fill(y, n * m, 1);
      tn_tensor t = tn_view(x, TN_F32, n, m), owned = tn_copy(t);
      by_store_at(t, rows, from, to);
      by_store_at(owned, rows, from, to);
      plain(y, rows, m, from, to, 1);
      expect("store_at", t, y, n * m);
      expect("store_at, owned", owned, y, n * m);
      by_views(x, rows, m, from, to);
      plain(y, rows, m, from, to, 2);
      expect("views", t, y, n * m);
      if (s == 2) continue;
      in_a_loop(t, n);
      for (int64_t i = 0; i + 3 < n; i++) {
        static float saved[MOST];
        for (int64_t j = 0; j < 3 * m; j++) saved[j] = y[i * m + j] - y[i * m + j % m];
        memcpy(y + (i + 1) * m, saved, (size_t)(3 * m) * sizeof *y);
      }
      expect("loop", t, y, n * m);
    }
  return hazard_status;
}

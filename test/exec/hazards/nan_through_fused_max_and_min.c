/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * nan_through_fused_max_and_min.c - NaN goes through maximum, minimum, clip, relu and the reductions over them, fused or not, wherever it
 * stands; +0 is greater than -0.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 4 --guards 60
 */
#include "Inputs/hazard.h"

static float x[MOST], y[MOST], z[MOST];

static float greater(float p, float q) { return p != p || q != q ? NAN : p > q ? p : q > p ? q : signbit(p) ? q : p; }
static float lesser(float p, float q) { return p != p || q != q ? NAN : p < q ? p : q < p ? q : signbit(p) ? p : q; }

NOINLINE static tn_tensor clamped(tn_tensor t, tn_tensor u) { return tn_maximum(tn_minimum(tn_mul(t, 2), u), -4); }
NOINLINE static tn_tensor between(tn_tensor t, tn_tensor u) { return tn_add(tn_clip(t, -2, 2), tn_clip(1.5f, t, u)); }
NOINLINE static double spread(tn_tensor t) { /* two reductions, one walk */
  tn_tensor m = tn_neg(tn_maximum(t, -2.5f));
  return tn_item(tn_reduce_max(m)) - tn_item(tn_reduce_min(m));
}
NOINLINE static tn_tensor lines(tn_tensor t, int axis) { return tn_sub(tn_reduce_max(tn_abs(t), axis), tn_reduce_min(t, axis)); }
NOINLINE static tn_tensor running(tn_tensor t, int64_t n, int64_t m) { /* carried by a loop */
  TN_SCOPE;
  tn_tensor top = tn_full(TN_F32, -INFINITY, m);
  for (int64_t i = 0; i < n; i++) {
    TN_SCOPE;
    tn_replace(&top, tn_maximum(top, tn_at(t, i)));
  }
  return tn_keep(top);
}
NOINLINE static void in_place(tn_tensor t, tn_tensor u) { tn_store(t, tn_minimum(tn_maximum(t, u), tn_mul(u, 2))); }

int main(void) {
  const int64_t shapes[][2] = {{1, 1}, {3, 5}, {9, 64}, {9, 67}, {96, 1030}};
  for (int s = 0; s < 5; s++)
    for (int where = 0; where < 5; where++) {
      TN_SCOPE;
      const int64_t n = shapes[s][0], m = shapes[s][1], size = n * m;
      const int64_t at = where == 1 ? 0 : where == 2 ? size - 1 : where == 3 ? size / 2 : where == 4 ? size * 2 / 3 : -1;
      fill(x, size, 29), fill(y, size, 31);
      for (int64_t i = 0; i < size; i++) { /* zeros of either sign */
        if (x[i] == 0 && i % 3) x[i] = -0.f;
        if (y[i] == 0 && i % 2) y[i] = -0.f;
      }
      if (at >= 0) x[at] = NAN, y[size - 1 - at] = -NAN;
      tn_tensor t = tn_view(x, TN_F32, n, m), u = tn_view(y, TN_F32, n, m);
      for (int64_t i = 0; i < size; i++) z[i] = greater(lesser(x[i] * 2, y[i]), -4);
      expect("clamped", clamped(t, u), z, size);
      for (int64_t i = 0; i < size; i++) z[i] = lesser(greater(x[i], -2), 2) + lesser(greater(1.5f, x[i]), y[i]);
      expect("between", between(t, u), z, size);
      float high = -INFINITY, low = INFINITY;
      for (int64_t i = 0; i < size; i++) high = greater(high, -greater(x[i], -2.5f)), low = lesser(low, -greater(x[i], -2.5f));
      expect_number("spread", spread(t), (double)high - low);
      for (int axis = 0; axis < 2; axis++) {
        const int64_t count = axis ? n : m, length = axis ? m : n;
        for (int64_t i = 0; i < count; i++) {
          high = -INFINITY, low = INFINITY;
          for (int64_t j = 0; j < length; j++) {
            const float v = axis ? x[i * m + j] : x[j * m + i];
            high = greater(high, fabsf(v)), low = lesser(low, v);
          }
          z[i] = high - low;
        }
        expect("lines", lines(t, axis), z, count);
      }
      for (int64_t j = 0; j < m; j++) {
        z[j] = -INFINITY;
        for (int64_t i = 0; i < n; i++) z[j] = greater(z[j], x[i * m + j]);
      }
      expect("running", running(t, n, m), z, m);
      for (int64_t i = 0; i < size; i++) z[i] = lesser(greater(x[i], y[i]), y[i] * 2);
      in_place(t, u);
      expect("in place", t, z, size);
    }
  return hazard_status;
}

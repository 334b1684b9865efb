/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * sum_of_itself_is_not_overwritten.c - z = y + x where y = x + x: y may be made over nothing, for x is needed once more; nor z over x,
 * for x is the program's.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 2 --guards 60
 */
#include "Inputs/hazard.h"

static float x[MOST], y[MOST], z[MOST];

NOINLINE static tn_tensor three(tn_tensor t) {
  tn_tensor twice = tn_add(t, t);
  return tn_add(twice, t);
}
NOINLINE static tn_tensor three_of_a_temporary(tn_tensor t, tn_tensor *out_twice) {
  tn_tensor m = tn_mul(t, 4), twice = tn_add(m, m);
  *out_twice = twice;
  return tn_sub(tn_add(twice, m), tn_sum_keepdims(m, -1)); /* m again, in another kernel */
}
NOINLINE static void in_place(tn_tensor t) {
  tn_tensor twice = tn_add(t, t);
  tn_store(t, tn_add(twice, t));
  tn_store(t, tn_sub(t, twice)); /* twice is of before */
}
NOINLINE static tn_tensor in_a_loop(tn_tensor t, int turns) {
  TN_SCOPE;
  tn_tensor w = tn_copy(t);
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    tn_tensor twice = tn_add(w, w);
    tn_replace(&w, tn_sub(tn_add(twice, w), tn_mul(twice, t)));
  }
  return tn_keep(w);
}

int main(void) {
  const int64_t shapes[][2] = {{1, 3}, {8, 64}, {96, 1030}};
  for (int s = 0; s < 3; s++) {
    TN_SCOPE;
    const int64_t n = shapes[s][0], m = shapes[s][1], size = n * m;
    fill(x, size, 11);
    tn_tensor t = tn_view(x, TN_F32, n, m), owned = tn_copy(t), twice;
    for (int64_t i = 0; i < size; i++) y[i] = x[i], z[i] = x[i] + x[i] + x[i];
    expect("z", three(t), z, size);
    expect("z", three(owned), z, size);
    expect("x", t, y, size);
    expect("x", owned, y, size);
    tn_tensor r = three_of_a_temporary(t, &twice);
    for (int64_t i = 0; i < n; i++) {
      float sum = 0;
      for (int64_t j = 0; j < m; j++) sum += x[i * m + j] * 4;
      for (int64_t j = 0; j < m; j++) z[i * m + j] = x[i * m + j] * 12 - sum, y[i * m + j] = x[i * m + j] * 8;
    }
    expect("of a temporary", r, z, size);
    expect("twice", twice, y, size);
    r = in_a_loop(t, 3);
    for (int64_t i = 0; i < size; i++) {
      z[i] = x[i];
      for (int turn = 0; turn < 3; turn++) z[i] = (z[i] + z[i] + z[i]) - (z[i] + z[i]) * x[i];
    }
    expect("in a loop", r, z, size);
    in_place(t);
    for (int64_t i = 0; i < size; i++) z[i] = x[i]; /* 3 x - 2 x */
    fill(y, size, 11);
    expect("in place", t, y, size);
  }
  return hazard_status;
}

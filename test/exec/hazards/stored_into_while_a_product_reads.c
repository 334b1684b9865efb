/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * stored_into_while_a_product_reads.c - x is stored over by an expression of which a product with x is part, elementwise at the
 * end: no row of x may be written while another row's product still needs it.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 4 --guards 60
 */
#include "Inputs/hazard.h"

static float x[MOST], w[96 * 96], y[MOST], z[MOST];

NOINLINE static void from_the_left(tn_tensor t, tn_tensor by) { tn_store(t, tn_add(tn_matmul(by, t), t)); }
NOINLINE static void from_the_right(tn_tensor t, tn_tensor by) { tn_store(t, tn_maximum(tn_matmul(t, by), 0)); }
NOINLINE static void with_itself(tn_tensor t) { tn_store(t, tn_sub(tn_matmul(t, t), t)); }
NOINLINE static void with_its_transpose(tn_tensor t) { tn_store(t, tn_matmul(tn_transpose(t), t)); }
/* The product is made first, and still to be read when x is stored over. */
NOINLINE static tn_tensor ahead(tn_tensor t, tn_tensor by) {
  tn_tensor product = tn_matmul(by, t), twice = tn_mul(t, 2);
  tn_store(t, twice);
  return tn_add(product, twice);
}
NOINLINE static void in_a_loop(tn_tensor t, tn_tensor by, int turns) {
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    tn_store(t, tn_clip(tn_matmul(by, t), -4, 4));
  }
}

/* out = a b with k ascending by fma; none of them may be out. */
static void product(float *restrict out, const float *a, const float *b, int64_t n, int64_t k, int64_t m) {
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < m; j++) {
      float s = 0;
      for (int64_t l = 0; l < k; l++) s = fmaf(a[i * k + l], b[l * m + j], s);
      out[i * m + j] = s;
    }
}

int main(void) {
  const int64_t sizes[] = {3, 16, 65, 96};
  for (int s = 0; s < 4; s++) {
    TN_SCOPE;
    const int64_t n = sizes[s], size = n * n;
    fill(w, size, 3);
    tn_tensor t = tn_view(x, TN_F32, n, n), by = tn_view(w, TN_F32, n, n);
    for (int form = 0; form < 6; form++) {
      TN_SCOPE;
      fill(x, size, 5), fill(y, size, 5);
      switch (form) {
      case 0:
        from_the_left(t, by);
        product(z, w, y, n, n, n);
        for (int64_t i = 0; i < size; i++) y[i] = z[i] + y[i];
        break;
      case 1:
        from_the_right(t, by);
        product(z, y, w, n, n, n);
        for (int64_t i = 0; i < size; i++) y[i] = z[i] > 0 ? z[i] : 0;
        break;
      case 2:
        with_itself(t);
        product(z, y, y, n, n, n);
        for (int64_t i = 0; i < size; i++) y[i] = z[i] - y[i];
        break;
      case 3: {
        static float turned[96 * 96];
        with_its_transpose(t);
        for (int64_t i = 0; i < size; i++) turned[i % n * n + i / n] = y[i];
        product(z, turned, y, n, n, n);
        memcpy(y, z, (size_t)size * sizeof *y);
        break;
      }
      case 4: {
        tn_tensor sum = ahead(t, by);
        product(z, w, y, n, n, n);
        for (int64_t i = 0; i < size; i++) y[i] *= 2, z[i] += y[i];
        expect("sum", sum, z, size);
        break;
      }
      default:
        in_a_loop(t, by, 3);
        for (int turn = 0; turn < 3; turn++) {
          product(z, w, y, n, n, n);
          for (int64_t i = 0; i < size; i++) y[i] = z[i] < -4 ? -4 : z[i] > 4 ? 4 : z[i];
        }
      }
      expect("x", t, y, size);
    }
  }
  return hazard_status;
}

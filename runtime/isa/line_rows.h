/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * line_rows.h - softmax and var for one floating dtype. Includer defines REAL_BITS, LANES 1, and what meet.h asks for.
 */
#include "tenon/scalar/elementary.h"

#include "tenon/scalar/arithmetic.h"

#undef N
#undef M
#undef GREATEST
#undef LEAST
#define N real
#if REAL_BITS == 32
#define M(name) name##_f32
#define GREATEST __builtin_inff()
#define LEAST -__builtin_inff()
#else
#define M(name) name##_f64
#define GREATEST __builtin_inf()
#define LEAST -__builtin_inf()
#endif
#include "meet.h"

/* m = max, e = exp(x - m), s = sum(e) in the order of meet.h, r = 1 / s, y = e * r. */
static void M(softmax)(const void *xs, int64_t n, void *out, void *scratch) {
  const real *x = xs;
  real *restrict y = out, m, s;
  M(meet)(TNI_MEET_MAX, x, n, 1, 1, 64, &m, scratch);
  for (int64_t i = 0; i < n; i++) y[i] = FN(exp)(x[i] - m);
  M(meet)(TNI_MEET_SUM, y, n, 1, 1, 64, &s, scratch);
  const real r = 1 / s;
  for (int64_t i = 0; i < n; i++) y[i] = y[i] * r;
}

/* The number of elements, their mean, and the sum of squared distances from it. */
typedef struct M(moments) {
  int64_t n; /* counted exactly, rounded where it is used */
  real mean, squares;
} M(moments);

/* At most 4096 elements, in two passes: the mean, from the lanes of sum; then the squares, likewise. */
static M(moments) M(moments_of_block)(const real *x, int64_t n) {
  real lane[64];
  M(moments) m = {n, 0, 0};
  M(meet)(TNI_MEET_SUM, x, n, 1, 1, 64, &m.mean, lane);
  m.mean = m.mean / (real)m.n;
  for (int l = 0; l < 64; l++) lane[l] = 0;
  int64_t i = 0;
  for (; i + 64 <= n; i += 64)
    for (int l = 0; l < 64; l++) {
      const real d = x[i + l] - m.mean;
      lane[l] += d * d;
    }
  for (int l = 0; i + l < n; l++) {
    const real d = x[i + l] - m.mean;
    lane[l] += d * d;
  }
  for (int half = 32; half; half /= 2)
    for (int l = 0; l < half; l++) lane[l] += lane[l + half];
  m.squares = lane[0];
  return m;
}

/* Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979. */
static M(moments) M(moments_met)(M(moments) a, M(moments) b) {
  const int64_t n = a.n + b.n;
  const real d = b.mean - a.mean, part = (real)b.n / (real)n;
  return (M(moments)){n, a.mean + d * part, (a.squares + b.squares) + (d * d) * ((real)a.n * part)};
}

/* Blocks of 4096 meet in the tree of sum. */
static void M(var)(const void *xs, int64_t n, void *out_var) {
  const real *x = xs;
  M(moments) tree[64];
  int top = 0;
  for (int64_t i = 0, index = 0; i < n; i += 4096, index++) {
    tree[top++] = M(moments_of_block)(x + i, n - i < 4096 ? n - i : 4096);
    for (int64_t c = index; c & 1; c >>= 1, top--) tree[top - 2] = M(moments_met)(tree[top - 2], tree[top - 1]);
  }
  for (; top > 1; top--) tree[top - 2] = M(moments_met)(tree[top - 2], tree[top - 1]);
  *(real *)out_var = tree[0].squares / (real)tree[0].n;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reduce_rows.h - the reductions for one dtype: what meet.h defines, and searches. Includer defines what meet.h
 * asks for, and IS_NAN.
 */
#include "meet.h"

#define MEET(name, how)                                                                                                \
  static void M(name)(const void *x, int64_t rows, int64_t width, int64_t stride, int64_t sides, void *out,            \
                      void *tree) {                                                                                    \
    M(meet)(how, x, rows, width, stride, sides, out, tree);                                                            \
  }
#if !defined INT_BITS || INT_BITS == 64
MEET(sum, TNI_MEET_SUM)
MEET(prod, TNI_MEET_PROD)
#endif
MEET(max, TNI_MEET_MAX)
MEET(min, TNI_MEET_MIN)
#undef MEET

/* The first of the extreme elements: their value, a chunk at a time, and then the place where it first stands. -0 equals
 * +0, as everywhere; a NaN wins, and then it is the first NaN that is looked for. */
static inline __attribute__((always_inline)) int64_t M(first_extreme)(int how, const N *x, int64_t n) {
  N best = M(start)(how), tree[2 * 64];
  for (int64_t i = 0; i < n; i += 4096) {
    N here;
    M(meet)(how, x + i, n - i < 4096 ? n - i : 4096, 1, 1, 64, &here, tree);
    best = M(met)(how, best, here);
  }
  int64_t i = 0;
  while (i < n - 1 && !(x[i] == best || (IS_NAN(best) && IS_NAN(x[i])))) i++;
  return i;
}
/* The same for SIDE_BY_SIDE short lines, one behind the other. */
enum { M(SIDE_BY_SIDE) = 16, M(SHORT_LINE) = 64 };
static inline __attribute__((always_inline)) void M(first_extremes)(int how, const N *restrict x, int64_t n,
                                                                    int64_t *restrict out) {
  N best[M(SIDE_BY_SIDE)];
  int32_t at[M(SIDE_BY_SIDE)];
  for (int l = 0; l < M(SIDE_BY_SIDE); l++) best[l] = x[l * n], at[l] = 0;
  for (int32_t j = 1; j < (int32_t)n; j++)
    for (int l = 0; l < M(SIDE_BY_SIDE); l++) {
      const N here = x[l * n + j];
      const int further = how == TNI_MEET_MAX ? here > best[l] : here < best[l];
      const int better = further | (IS_NAN(here) & !IS_NAN(best[l]));
      best[l] = better ? here : best[l];
      at[l] = better ? j : at[l];
    }
  for (int l = 0; l < M(SIDE_BY_SIDE); l++) out[l] = at[l];
}
static inline __attribute__((always_inline)) void M(extremes)(int how, const N *x, int64_t lines, int64_t n,
                                                              int64_t *out) {
  int64_t i = 0;
  if (n <= M(SHORT_LINE))
    for (; i + M(SIDE_BY_SIDE) <= lines; i += M(SIDE_BY_SIDE)) M(first_extremes)(how, x + i * n, n, out + i);
  for (; i < lines; i++) out[i] = M(first_extreme)(how, x + i * n, n);
}
static void M(argmax)(const void *x, int64_t lines, int64_t n, int64_t *out) {
  M(extremes)(TNI_MEET_MAX, x, lines, n, out);
}
static void M(argmin)(const void *x, int64_t lines, int64_t n, int64_t *out) {
  M(extremes)(TNI_MEET_MIN, x, lines, n, out);
}

/* A chunk without a way out vectorises; between two of them there is one. */
static bool M(any)(const void *xs, int64_t n) {
  const N *x = xs;
  for (int64_t i = 0; i < n; i += 1024) {
    unsigned found = 0;
    for (int64_t j = i; j < n && j < i + 1024; j++) found |= x[j] != 0;
    if (found) return true;
  }
  return false;
}
static bool M(any_zero)(const void *xs, int64_t n) {
  const N *x = xs;
  for (int64_t i = 0; i < n; i += 1024) {
    unsigned found = 0;
    for (int64_t j = i; j < n && j < i + 1024; j++) found |= x[j] == 0;
    if (found) return true;
  }
  return false;
}

#undef N
#undef M
#undef ADD
#undef MULTIPLY
#undef GREATER
#undef LESSER
#undef GREATEST
#undef LEAST
#undef IS_NAN

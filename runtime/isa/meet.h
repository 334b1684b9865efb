/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * meet.h - THE definition of every sum, product, maximum and minimum, for one dtype. Over one group of axes x is
 * [rows, width], and the result [width]:
 *
 * `sides` rows are met side by side, so that there are lanes = sides * width of them: as many sides as 64 lanes have
 * room for, a power of two, at least 1. (width 1: 64 lanes, lane l takes elements l, l + 64, ...; width 33 and more:
 * a lane for each column.) Lanes begin at the start value, and 64 rows of lanes make a block. Blocks meet, lane by lane,
 * in the tree T(m) = T(p) + T(m - p), p the largest power of two below m. Last the sides are halved. Absent terms leave
 * a lane as it is. Several groups of axes are reduced one after the other, the innermost first.
 *
 * The order depends on the logical shape alone, so that any processor, number of threads or fusion can keep it. The
 * start value +0 makes sum([-0]) +0. Maximum and minimum do not depend on an order, and use this one.
 *
 * The includer defines N (the type), M(name), and ADD, MULTIPLY, GREATER, LESSER (x, y), GREATEST, LEAST.
 */
enum { M(depth) = 64 };

static inline __attribute__((always_inline)) N M(met)(int how, N x, N y) {
  return how == TNI_MEET_SUM ? ADD(x, y) : how == TNI_MEET_PROD ? MULTIPLY(x, y)
       : how == TNI_MEET_MAX ? GREATER(x, y) : LESSER(x, y);
}
static inline __attribute__((always_inline)) N M(start)(int how) {
  return how == TNI_MEET_SUM ? 0 : how == TNI_MEET_PROD ? 1 : how == TNI_MEET_MAX ? LEAST : GREATEST;
}

static inline __attribute__((always_inline)) void M(into)(int how, N *restrict to, const N *restrict from, int64_t n) {
  for (int64_t l = 0; l < n; l++) to[l] = M(met)(how, to[l], from[l]);
}

/* At most 64 rows of lanes, and then `rest` elements of one more. With lanes a constant they stay in registers. */
static inline __attribute__((always_inline)) void M(block)(int how, const N *restrict x, int64_t rows, int64_t stride,
                                                           int64_t rest, int64_t lanes, N *restrict lane) {
  for (int64_t l = 0; l < lanes; l++) lane[l] = M(start)(how);
  for (int64_t i = 0; i < rows; i++) M(into)(how, lane, x + i * stride, lanes);
  M(into)(how, lane, x + rows * stride, rest);
}

static inline __attribute__((always_inline)) void M(meet)(int how, const N *x, int64_t rows, int64_t width,
                                                          int64_t stride, int64_t sides, N *out, N *tree) {
  const int64_t lanes = sides * width, full = rows / sides, rest = rows % sides * width;
  if (sides > 1) stride = lanes;
  const int64_t needed = (full + (rest > 0) + M(depth) - 1) / M(depth), blocks = needed ? needed : 1;
  int64_t top = 0;
  for (int64_t index = 0; index < blocks; index++) {
    const N *const first = x + index * M(depth) * stride;
    const int64_t left = full - index * M(depth), n = left < M(depth) ? left : M(depth);
    const int64_t more = index == blocks - 1 ? rest : 0;
    N *const lane = tree + top++ * lanes;
    if (lanes == 64) M(block)(how, first, n, stride, more, 64, lane);
    else M(block)(how, first, n, stride, more, lanes, lane);
    for (int64_t c = index; c & 1; c >>= 1, top--) M(into)(how, tree + (top - 2) * lanes, tree + (top - 1) * lanes, lanes);
  }
  for (; top > 1; top--) M(into)(how, tree + (top - 2) * lanes, tree + (top - 1) * lanes, lanes);
  for (; sides > 1; sides /= 2) M(into)(how, tree, tree + sides / 2 * width, sides / 2 * width);
  for (int64_t l = 0; l < width; l++) out[l] = tree[l];
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * product_real.h - the inner loops of matrix products for one dtype. The
 * includer defines real, QUAD and NAME.
 *
 * Accumulators are variables of their own, not an array: that they live in
 * registers must not depend on how a compiler unrolls.
 */
#define vec NAME(vec)
#define LANES ((int64_t)(VECTOR_BYTES / sizeof(real)))

typedef vec NAME(unaligned) __attribute__((aligned(sizeof(real)), may_alias));
typedef real NAME(quad) __attribute__((vector_size(16)));
typedef NAME(quad) NAME(unaligned_quad)
    __attribute__((aligned(sizeof(real)), may_alias));

static inline vec NAME(load)(const real *p) {
  return *(const NAME(unaligned) *)p;
}
static inline void NAME(put)(real *p, vec v) { *(NAME(unaligned) *)p = v; }

/* ---- tiles --------------------------------------------------------------- */

/* Row i of a tile of one or two vectors. */
#define ZERO_1(i) vec c##i##_0 = zero;
#define ZERO_2(i) vec c##i##_0 = zero, c##i##_1 = zero;
#define LOAD_1(i) c##i##_0 = NAME(load)(c + i * c_row);
#define LOAD_2(i) LOAD_1(i) c##i##_1 = NAME(load)(c + i * c_row + LANES);
#define PUT_1(i) NAME(put)(c + i * c_row, c##i##_0);
#define PUT_2(i) PUT_1(i) NAME(put)(c + i * c_row + LANES, c##i##_1);
/* With the last vector in part. */
#define LOAD_PART_1(i) c##i##_0 = NAME(load_part)(c + i * c_row, part);
#define LOAD_PART_2(i)                                                         \
  LOAD_1(i) c##i##_1 = NAME(load_part)(c + i * c_row + LANES, part);
#define PUT_PART_1(i) NAME(put_part)(c + i * c_row, c##i##_0, part);
#define PUT_PART_2(i)                                                          \
  PUT_1(i) NAME(put_part)(c + i * c_row + LANES, c##i##_1, part);
/* One index of k. */
#define FETCH_1 const vec b0 = NAME(load)(b);
#define FETCH_2 FETCH_1 const vec b1 = NAME(load)(b + LANES);
#define STEP_1(i, x)                                                           \
  {                                                                            \
    const vec w = NAME(splat)(x);                                              \
    c##i##_0 = NAME(fma)(w, b0, c##i##_0);                                     \
  }
#define STEP_2(i, x)                                                           \
  {                                                                            \
    const vec w = NAME(splat)(x);                                              \
    c##i##_0 = NAME(fma)(w, b0, c##i##_0);                                     \
    c##i##_1 = NAME(fma)(w, b1, c##i##_1);                                     \
  }
#define STEP_PACKED_1(i) STEP_1(i, a[i])
#define STEP_PACKED_2(i) STEP_2(i, a[i])
#define STEP_DIRECT_1(i) STEP_1(i, a[i * a_row])
#define STEP_DIRECT_2(i) STEP_2(i, a[i * a_row])

#define DEFINE_TILE(name, vectors, rows, STEP, a_step)                         \
  static void NAME(name)(int64_t k, const void *as, int64_t a_row,             \
                         int64_t a_column, const void *bs, int64_t b_row,      \
                         void *cs, int64_t c_row, int64_t columns,             \
                         bool adds) {                                          \
    const real *a = as, *b = bs;                                               \
    real *c = cs;                                                              \
    const vec zero = {0};                                                      \
    const int64_t part = columns - ((vectors) - 1) * LANES;                    \
    (void)a_row, (void)a_column;                                               \
    ROWS_##rows(ZERO_##vectors) if (adds) {                                    \
      if (part == LANES) {                                                     \
        ROWS_##rows(LOAD_##vectors)                                            \
      } else {                                                                 \
        ROWS_##rows(LOAD_PART_##vectors)                                       \
      }                                                                        \
    }                                                                          \
    for (; k > 0; k--, a += (a_step), b += b_row) {                            \
      FETCH_##vectors ROWS_##rows(STEP)                                        \
    }                                                                          \
    if (part == LANES) {                                                       \
      ROWS_##rows(PUT_##vectors)                                               \
    } else {                                                                   \
      ROWS_##rows(PUT_PART_##vectors)                                          \
    }                                                                          \
  }
#define DEFINE_TILES(rows)                                                     \
  DEFINE_TILE(tile_packed_1_##rows, 1, rows, STEP_PACKED_1, rows)              \
  DEFINE_TILE(tile_packed_2_##rows, 2, rows, STEP_PACKED_2, rows)              \
  DEFINE_TILE(tile_direct_1_##rows, 1, rows, STEP_DIRECT_1, a_column)          \
  DEFINE_TILE(tile_direct_2_##rows, 2, rows, STEP_DIRECT_2, a_column)
EACH_TILE_ROWS(DEFINE_TILES)

/* ---- packing ------------------------------------------------------------- */

static inline NAME(quad) NAME(load_quad)(const real *p) {
  return *(const NAME(unaligned_quad) *)p;
}

/* QUAD x QUAD elements: rows of `from` become columns of `to`. */
static inline void NAME(transpose_quad)(real *to, int64_t to_row,
                                        const real *from, int64_t from_row,
                                        int64_t rows) {
  typedef NAME(unaligned_quad) quad;
#if QUAD == 4
  const NAME(quad) zero = {0};
  const NAME(quad) r0 = NAME(load_quad)(from);
  const NAME(quad) r1 = rows > 1 ? NAME(load_quad)(from + from_row) : zero;
  const NAME(quad) r2 = rows > 2 ? NAME(load_quad)(from + from_row * 2) : zero;
  const NAME(quad) r3 = rows > 3 ? NAME(load_quad)(from + from_row * 3) : zero;
  const NAME(quad) low01 = __builtin_shufflevector(r0, r1, 0, 4, 1, 5);
  const NAME(quad) high01 = __builtin_shufflevector(r0, r1, 2, 6, 3, 7);
  const NAME(quad) low23 = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
  const NAME(quad) high23 = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
  *(quad *)to = __builtin_shufflevector(low01, low23, 0, 1, 4, 5);
  *(quad *)(to + to_row) = __builtin_shufflevector(low01, low23, 2, 3, 6, 7);
  *(quad *)(to + to_row * 2) =
      __builtin_shufflevector(high01, high23, 0, 1, 4, 5);
  *(quad *)(to + to_row * 3) =
      __builtin_shufflevector(high01, high23, 2, 3, 6, 7);
#else
  const NAME(quad) zero = {0};
  const NAME(quad) r0 = NAME(load_quad)(from);
  const NAME(quad) r1 = rows > 1 ? NAME(load_quad)(from + from_row) : zero;
  *(quad *)to = __builtin_shufflevector(r0, r1, 0, 2);
  *(quad *)(to + to_row) = __builtin_shufflevector(r0, r1, 1, 3);
#endif
}

/* Elements of a vector that are neighbours already. */
static void NAME(pack_rows)(real *to, int64_t to_width, const real *from,
                            int64_t width, int64_t count, int64_t i_stride) {
  if (width == 2 * LANES && to_width == width) {
    for (int64_t i = 0; i < count; i++, from += i_stride, to += to_width) {
      NAME(put)(to, NAME(load)(from));
      NAME(put)(to + LANES, NAME(load)(from + LANES));
    }
    return;
  }
  for (int64_t i = 0; i < count; i++, from += i_stride, to += to_width) {
    int64_t w = 0;
    for (; w + LANES <= width; w += LANES)
      NAME(put)(to + w, NAME(load)(from + w));
    for (; w < width; w++)
      to[w] = from[w];
    for (; w < to_width; w++)
      to[w] = 0;
  }
}

/* The i-th elements of all vectors are neighbours: transposed in squares. A
 * square may reach into the vector behind it, which is written later. */
static void NAME(pack_columns)(real *to, int64_t to_width, const real *from,
                               int64_t width, int64_t w_stride, int64_t count) {
  int64_t i = 0;
  for (; i + QUAD <= count; i += QUAD) {
    int64_t w = (to_width - 1) / QUAD * QUAD;
    const NAME(quad) zero = {0};
    for (; w >= width; w -= QUAD)
      for (int64_t q = 0; q < QUAD; q++)
        *(NAME(unaligned_quad) *)(to + (i + q) * to_width + w) = zero;
    for (; w >= 0; w -= QUAD)
      NAME(transpose_quad)(to + i * to_width + w, to_width,
                           from + i + w * w_stride, w_stride, width - w);
  }
  for (; i < count; i++) {
    for (int64_t w = 0; w < width; w++)
      to[i * to_width + w] = from[i + w * w_stride];
    for (int64_t w = width; w < to_width; w++)
      to[i * to_width + w] = 0;
  }
}

static void NAME(pack)(void *to, int64_t to_width, const void *from,
                       int64_t width, int64_t w_stride, int64_t count,
                       int64_t i_stride) {
  real *t = to;
  const real *f = from;
  if (w_stride == 1) {
    NAME(pack_rows)(t, to_width, f, width, count, i_stride);
  } else if (i_stride == 1) {
    NAME(pack_columns)(t, to_width, f, width, w_stride, count);
  } else {
    for (int64_t i = 0; i < count; i++, t += to_width, f += i_stride) {
      for (int64_t w = 0; w < width; w++)
        t[w] = f[w * w_stride];
      for (int64_t w = width; w < to_width; w++)
        t[w] = 0;
    }
  }
}

/* ---- one row ------------------------------------------------------------- */

/* A row of c that stays in registers: so many whole vectors, and `part`
 * elements behind them. */
#define NARROW_ZERO(v) vec c##v = {0};
#define NARROW_LOAD(v) c##v = NAME(load)(c + (v) * LANES);
#define NARROW_STEP(v) c##v = NAME(fma)(factor, NAME(load)(b + (v) * LANES), c##v);
#define NARROW_PUT(v) NAME(put)(c + (v) * LANES, c##v);
#define DEFINE_NARROW(whole)                                                   \
  static void NAME(stream_##whole)(int64_t part, int64_t k, const real *a,     \
                                   int64_t a_column, const real *b,            \
                                   int64_t b_row, real *c, bool adds) {        \
    ROWS_##whole(NARROW_ZERO) vec last = {0};                                  \
    if (adds) {                                                                \
      ROWS_##whole(NARROW_LOAD)                                                \
      last = NAME(load_part)(c + (whole) * LANES, part);                       \
    }                                                                          \
    for (; k > 0; k--, a += a_column, b += b_row) {                            \
      const vec factor = NAME(splat)(*a);                                      \
      ROWS_##whole(NARROW_STEP)                                                \
      last = NAME(fma)(factor, NAME(load_part)(b + (whole) * LANES, part),     \
                       last);                                                  \
    }                                                                          \
    ROWS_##whole(NARROW_PUT) NAME(put_part)(c + (whole) * LANES, last, part);  \
  }
#define ROWS_0(X)
DEFINE_NARROW(0)
DEFINE_NARROW(1)
DEFINE_NARROW(2)
DEFINE_NARROW(3)

/* Eight rows of b at a time: the row of c stays in the cache. */
static void NAME(stream)(int64_t n, int64_t k, const void *as, int64_t a_column,
                         const void *bs, int64_t b_row, void *cs, bool adds) {
  enum { AT_ONCE = 8 };
  const real *a = as, *b = bs;
  real *c = cs;
  const int64_t behind = (n - 1) / LANES; /* whole vectors before the last */
  switch (behind) {
#define NARROW(whole)                                                          \
  case whole:                                                                  \
    NAME(stream_##whole)(n - (whole) * LANES, k, a, a_column, b, b_row, c, adds); \
    return;
    NARROW(0) NARROW(1) NARROW(2) NARROW(3)
#undef NARROW
  }
  const int64_t whole = n / LANES * LANES, part = n - whole;
  if (!adds)
    for (int64_t j = 0; j < n; j++)
      c[j] = 0;
#define TERM(q) v = NAME(fma)(a##q, NAME(load)(b + (q) * b_row + j), v);
#define PART_TERM(q)                                                           \
  v = NAME(fma)(a##q, NAME(load_part)(b + (q) * b_row + j, part), v);
#define FACTOR(q) const vec a##q = NAME(splat)(a[(q) * a_column]);
  for (; k >= AT_ONCE; k -= AT_ONCE) {
    ROWS_8(FACTOR)
    int64_t j = 0;
    for (; j < whole; j += LANES) {
      vec v = NAME(load)(c + j);
      ROWS_8(TERM)
      NAME(put)(c + j, v);
    }
    if (part) {
      vec v = NAME(load_part)(c + j, part);
      ROWS_8(PART_TERM)
      NAME(put_part)(c + j, v, part);
    }
    a += AT_ONCE * a_column;
    b += AT_ONCE * b_row;
  }
  for (; k > 0; k--, a += a_column, b += b_row) {
    FACTOR(0)
    int64_t j = 0;
    for (; j < whole; j += LANES) {
      vec v = NAME(load)(c + j);
      TERM(0)
      NAME(put)(c + j, v);
    }
    if (part) {
      vec v = NAME(load_part)(c + j, part);
      PART_TERM(0)
      NAME(put_part)(c + j, v, part);
    }
  }
#undef TERM
#undef PART_TERM
#undef FACTOR
}

#undef vec
#undef LANES

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dot_real.h - matrix times vector for one dtype, summed as a line of `sum` is: by lanes (docs/numerics.md, section 7).
 * The includer defines real and NAME.
 *
 * Rows are gathered a few at a time, so that x is loaded once for all of them, and their last lanes are halved as many
 * at once as a vector has elements: the same additions, of which one instruction then does those of many rows. A matrix
 * that comes from afar is read in two streams, one for each half of its rows, and each in the order in which it stands in
 * memory: processors fetch that ahead, and two at once faster than one.
 */
#define vec NAME(vec)
#define LANES ((int64_t)(VECTOR_BYTES / sizeof(real)))

enum {
  NAME(GROUP) = 4 * VECTOR_BYTES / sizeof(real), /* lanes that are gathered in one walk along the rows */
  NAME(GROUPS) = TN_LANES / NAME(GROUP)
};

/* Of some rows: the group's four vectors. Terms that are not there leave a lane as it is: adding 0 would make -0 +0. */
#define ZERO(r) vec s##r##_0 = {0}, s##r##_1 = {0}, s##r##_2 = {0}, s##r##_3 = {0};
#define FETCH(q) const vec x##q = NAME(load)(x + i + (q) * LANES);
#define PRODUCT(r, q) s##r##_##q = NAME(fma)(NAME(load)(a + (r) * a_row + i + (q) * LANES), x##q, s##r##_##q);
#define PRODUCTS(r) PRODUCT(r, 0) PRODUCT(r, 1) PRODUCT(r, 2) PRODUCT(r, 3)
#define PART_PRODUCT_0(r) PART_PRODUCT(r, 0)
#define PART_PRODUCT_1(r) PART_PRODUCT(r, 1)
#define PART_PRODUCT_2(r) PART_PRODUCT(r, 2)
#define PART_PRODUCT_3(r) PART_PRODUCT(r, 3)
#define PART_PRODUCT(r, q)                                                                                             \
  s##r##_##q = NAME(fma_part)(NAME(load_part)(a + (r) * a_row + i + (q) * LANES, n), part, s##r##_##q, n);
#define PART(rows, q)                                                                                                  \
  if (k - i > (q) * LANES) {                                                                                           \
    const int64_t rest = k - i - (q) * LANES, n = rest < LANES ? rest : LANES;                                         \
    const vec part = NAME(load_part)(x + i + (q) * LANES, n);                                                          \
    ROWS_##rows(PART_PRODUCT_##q)                                                                                      \
  }
#define LEAVE(r) lanes[r][0] = s##r##_0, lanes[r][1] = s##r##_1, lanes[r][2] = s##r##_2, lanes[r][3] = s##r##_3;
#define DEFINE_GATHER(rows)                                                                                            \
  static inline __attribute__((always_inline)) void NAME(gather_##rows)(int64_t k, const real *a, int64_t a_row,       \
                                                                        const real *x, vec (*lanes)[4]) {              \
    ROWS_##rows(ZERO) int64_t i = 0;                                                                                   \
    for (; i + NAME(GROUP) <= k; i += TN_LANES) {                                                                      \
      ROWS_4(FETCH) ROWS_##rows(PRODUCTS)                                                                              \
    }                                                                                                                  \
    PART(rows, 0) PART(rows, 1) PART(rows, 2) PART(rows, 3) ROWS_##rows(LEAVE)                                         \
  }
#define DEFINE_ADD(rows)                                                                                               \
  static inline void NAME(add_##rows)(vec (*to)[rows][4], vec (*from)[rows][4], int groups) {                          \
    for (int g = 0; g < groups; g++)                                                                                   \
      for (int r = 0; r < rows; r++)                                                                                   \
        for (int q = 0; q < 4; q++)                                                                                    \
          to[g][r][q] += from[g][r][q];                                                                                \
  }
/* Lanes, halved until one vector is left of each row. */
#define DEFINE_LAST(rows)                                                                                              \
  static inline void NAME(last_##rows)(vec (*lanes)[rows][4], vec *out) {                                              \
    for (int half = NAME(GROUPS) / 2; half > 0; half /= 2)                                                             \
      NAME(add_##rows)(lanes, lanes + half, half);                                                                     \
    for (int r = 0; r < rows; r++)                                                                                     \
      out[r] = (lanes[0][r][0] + lanes[0][r][2]) + (lanes[0][r][1] + lanes[0][r][3]);                                  \
  }
#define DEFINE_SUM(rows)                                                                                               \
  static void NAME(sum_##rows)(int64_t k, const real *a, int64_t a_row, const real *x, vec *out) {                     \
    vec lanes[NAME(GROUPS)][rows][4];                                                                                  \
    for (int g = 0; g < NAME(GROUPS); g++)                                                                             \
      NAME(gather_##rows)(k - g * NAME(GROUP), a + g * NAME(GROUP), a_row, x + g * NAME(GROUP), lanes[g]);             \
    NAME(last_##rows)(lanes, out);                                                                                     \
  }
/* Of rows of more than a block. */
#define DEFINE_SUM_BLOCKS(rows)                                                                                        \
  static __attribute__((noinline)) void NAME(sum_blocks_##rows)(int64_t k, const real *a, int64_t a_row,               \
                                                                const real *x, vec *out) {                             \
    vec tree[MOST_LEVELS][NAME(GROUPS)][rows][4];                                                                      \
    int top = 0;                                                                                                       \
    int64_t index = 0;                                                                                                 \
    for (int64_t i = 0; i < k; i += TN_BLOCK, index++) {                                                               \
      const int64_t n = k - i < TN_BLOCK ? k - i : TN_BLOCK;                                                           \
      for (int g = 0; g < NAME(GROUPS); g++)                                                                           \
        NAME(gather_##rows)(n - g * NAME(GROUP), a + i + g * NAME(GROUP), a_row, x + i + g * NAME(GROUP),              \
                            tree[top][g]);                                                                             \
      top++;                                                                                                           \
      for (int64_t c = index; c & 1; c >>= 1, top--)                                                                   \
        NAME(add_##rows)(tree[top - 2], tree[top - 1], NAME(GROUPS));                                                  \
    }                                                                                                                  \
    for (; top > 1; top--)                                                                                             \
      NAME(add_##rows)(tree[top - 2], tree[top - 1], NAME(GROUPS));                                                    \
    NAME(last_##rows)(tree[0], out);                                                                                   \
  }
#define DEFINE_ROWS(rows) DEFINE_GATHER(rows) DEFINE_ADD(rows) DEFINE_LAST(rows) DEFINE_SUM(rows)
DEFINE_ROWS(1) DEFINE_SUM_BLOCKS(1)
DEFINE_ROWS(2) DEFINE_SUM_BLOCKS(2)
DEFINE_ROWS(4)

/* Of one row of each stream. Together they want more registers than there are where lanes are many groups. */
static inline void NAME(sum_streams)(int64_t k, const real *a, int64_t stream, const real *x, vec *out) {
  if (k > TN_BLOCK) {
    NAME(sum_blocks_2)(k, a, stream, x, out);
  } else if (NAME(GROUPS) == 1) {
    NAME(sum_2)(k, a, stream, x, out);
  } else {
    NAME(sum_1)(k, a, 0, x, out);
    NAME(sum_1)(k, a + stream, 0, x, out + 1);
  }
}

/* From the vectors that are left of `count` rows, as many as a vector has elements or fewer. */
static inline void NAME(put_sums)(vec *rows, int64_t count, real *c, int64_t c_row) {
  for (int64_t r = count; r < LANES; r++)
    rows[r] = (vec){0};
  const vec sums = NAME(halve_rows)(rows);
  if (c_row != 1) {
    for (int64_t r = 0; r < count; r++)
      c[r * c_row] = sums[r];
  } else if (count < LANES) {
    NAME(put_part)(c, sums, count);
  } else {
    NAME(put)(c, sums);
  }
}

static void NAME(dot)(int64_t m, int64_t k, const void *as, int64_t a_row, const void *xs, void *cs, int64_t c_row) {
  const real *a = as, *x = xs;
  real *c = cs;
  const bool has_blocks = k > TN_BLOCK;
  const bool is_far = has_blocks || (k > NEAR_COLUMNS && m * k > NEAR_BYTES / (int64_t)sizeof(real));
  const int64_t stream = is_far ? m / 2 : 0;
  int64_t i = 0;
  for (; i < stream; i += LANES) {
    const int64_t count = stream - i < LANES ? stream - i : LANES;
    vec rows[2][LANES], pair[2];
    for (int64_t r = 0; r < count; r++) {
      NAME(sum_streams)(k, a + (i + r) * a_row, stream * a_row, x, pair);
      rows[0][r] = pair[0], rows[1][r] = pair[1];
    }
    NAME(put_sums)(rows[0], count, c + i * c_row, c_row);
    NAME(put_sums)(rows[1], count, c + (stream + i) * c_row, c_row);
  }
  for (i = 2 * stream; i < m; i += LANES) {
    const int64_t count = m - i < LANES ? m - i : LANES;
    vec rows[LANES];
    int64_t r = 0;
    for (; !has_blocks && r + 4 <= count; r += 4)
      NAME(sum_4)(k, a + (i + r) * a_row, a_row, x, rows + r);
    for (; r < count; r++)
      (has_blocks ? NAME(sum_blocks_1) : NAME(sum_1))(k, a + (i + r) * a_row, a_row, x, rows + r);
    NAME(put_sums)(rows, count, c + i * c_row, c_row);
  }
}

#undef vec
#undef LANES

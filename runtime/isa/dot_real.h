/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dot_real.h - matrix times vector for one dtype, summed as a line of `sum` is: by lanes (docs/numerics.md, section 7).
 * The includer defines real, NAME and ROWS_AT_ONCE.
 *
 * Rows are gathered a few at a time, so that x is loaded once for all of them, and their last lanes are halved as many
 * at once as a vector has elements: the same additions, of which one instruction then does those of many rows.
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
/* Their lanes, halved until one vector is left of each. */
#define DEFINE_SUM(rows)                                                                                               \
  static void NAME(sum_##rows)(int64_t k, const real *a, int64_t a_row, const real *x, vec *out) {                     \
    vec lanes[NAME(GROUPS)][rows][4];                                                                                  \
    for (int g = 0; g < NAME(GROUPS); g++)                                                                             \
      NAME(gather_##rows)(k - g * NAME(GROUP), a + g * NAME(GROUP), a_row, x + g * NAME(GROUP), lanes[g]);             \
    for (int half = NAME(GROUPS) / 2; half > 0; half /= 2)                                                             \
      for (int g = 0; g < half; g++)                                                                                   \
        for (int r = 0; r < rows; r++)                                                                                 \
          for (int q = 0; q < 4; q++)                                                                                  \
            lanes[g][r][q] += lanes[g + half][r][q];                                                                   \
    for (int r = 0; r < rows; r++)                                                                                     \
      out[r] = (lanes[0][r][0] + lanes[0][r][2]) + (lanes[0][r][1] + lanes[0][r][3]);                                  \
  }
#define DEFINE_SUM_(rows) DEFINE_GATHER(rows) DEFINE_SUM(rows)
DEFINE_SUM_(1)
#if ROWS_AT_ONCE == 4
DEFINE_SUM_(4)
#define SUM_ROWS NAME(sum_4)
#else
DEFINE_SUM_(2)
#define SUM_ROWS NAME(sum_2)
#endif

/* A row of more than a block. */
static __attribute__((noinline)) real NAME(dot_blocks)(int64_t k, const real *a, const real *x) {
  vec tree[MOST_LEVELS][TN_LANES / LANES], rows[LANES] = {{0}};
  int top = 0;
  int64_t index = 0;
  for (int64_t i = 0; i < k; i += TN_BLOCK, index++) {
    const int64_t n = k - i < TN_BLOCK ? k - i : TN_BLOCK;
    for (int g = 0; g < NAME(GROUPS); g++)
      NAME(gather_1)(n - g * NAME(GROUP), a + i + g * NAME(GROUP), 0, x + i + g * NAME(GROUP),
                     (vec(*)[4]) &tree[top][4 * g]);
    top++;
    for (int64_t c = index; c & 1; c >>= 1, top--)
      for (int v = 0; v < TN_LANES / LANES; v++)
        tree[top - 2][v] += tree[top - 1][v];
  }
  for (; top > 1; top--)
    for (int v = 0; v < TN_LANES / LANES; v++)
      tree[top - 2][v] += tree[top - 1][v];
  for (int half = TN_LANES / LANES / 2; half > 0; half /= 2)
    for (int v = 0; v < half; v++)
      tree[0][v] += tree[0][v + half];
  rows[0] = tree[0][0];
  return NAME(halve_rows)(rows)[0];
}

static void NAME(dot)(int64_t m, int64_t k, const void *as, int64_t a_row, const void *xs, void *cs, int64_t c_row) {
  const real *a = as, *x = xs;
  real *c = cs;
  if (k > TN_BLOCK) {
    for (int64_t i = 0; i < m; i++)
      c[i * c_row] = NAME(dot_blocks)(k, a + i * a_row, x);
    return;
  }
  /* What comes from afar is to come in the order in which it stands there, for that is what processors fetch ahead. */
  const bool goes_by_line = k > NEAR_COLUMNS && m * k > NEAR_BYTES / (int64_t)sizeof(real);
  for (int64_t i = 0; i < m; i += LANES, a += LANES * a_row) {
    const int64_t count = m - i < LANES ? m - i : LANES;
    vec rows[LANES];
    int64_t r = 0;
    for (; !goes_by_line && r + ROWS_AT_ONCE <= count; r += ROWS_AT_ONCE)
      SUM_ROWS(k, a + r * a_row, a_row, x, rows + r);
    for (; r < count; r++)
      NAME(sum_1)(k, a + r * a_row, a_row, x, rows + r);
    for (; r < LANES; r++)
      rows[r] = (vec){0};
    const vec sums = NAME(halve_rows)(rows);
    if (c_row != 1) {
      for (r = 0; r < count; r++)
        c[(i + r) * c_row] = sums[r];
    } else if (count < LANES) {
      NAME(put_part)(c + i, sums, count);
    } else {
      NAME(put)(c + i, sums);
    }
  }
}

#undef vec
#undef LANES

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * product.c - product kernels of hand-written tables, with what is fused behind
 * the product, compared by memcmp with loops of fmaf (docs/numerics.md,
 * section 7).
 *
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s -o %t %tenon_libs
 * RUN: env TENON_NUM_THREADS=1 %t
 * RUN: env TENON_NUM_THREADS=3 %t
 * RUN: env TENON_NUM_THREADS=1 TENON_ISA=v3 %t
 * RUN: env TENON_NUM_THREADS=2 TENON_ISA=v2 %t short
 */
#include "Inputs/stages.h"

static bool is_short;

/* y = c * scalar + row */
STAGE(finish_f32) {
  EACH AT(float, 3, j) = AT(float, 0, j) * AT(float, 1, j) + AT(float, 2, j);
}
STAGE(finish_f64) {
  EACH AT(double, 3, j) =
      AT(double, 0, j) * AT(double, 1, j) + AT(double, 2, j);
}
STAGE(halve_f32) { EACH AT(float, 1, j) = AT(float, 0, j) * 0.5f; }
STAGE(halve_f64) { EACH AT(double, 1, j) = AT(double, 0, j) * 0.5; }

/* One element by the definition; terms a[q * a_step], b[q * b_step]. */
#define DEFINE_ELEMENT(type, name, fma, sums)                                  \
  static type name(const type *a, int64_t a_step, const type *b,               \
                   int64_t b_step, int64_t k, bool column) {                   \
    if (!column) {                                                             \
      type c = 0;                                                              \
      for (int64_t q = 0; q < k; q++)                                          \
        c = fma(a[q * a_step], b[q * b_step], c);                              \
      return c;                                                                \
    }                                                                          \
    type tree[32][64];                                                         \
    int top = 0;                                                               \
    int64_t index = 0;                                                         \
    for (int64_t i = 0; i < k || index == 0; i += 4096, index++) {             \
      type *lane = tree[top++];                                                \
      for (int l = 0; l < 64; l++)                                             \
        lane[l] = 0;                                                           \
      for (int64_t q = i; q < k && q < i + 4096; q++)                          \
        lane[(q - i) % 64] =                                                   \
            fma(a[q * a_step], b[q * b_step], lane[(q - i) % 64]);             \
      for (int64_t c = index; c & 1; c >>= 1, top--)                           \
        for (int l = 0; l < 64; l++)                                           \
          tree[top - 2][l] += tree[top - 1][l];                                \
    }                                                                          \
    for (; top > 1; top--)                                                     \
      for (int l = 0; l < 64; l++)                                             \
        tree[top - 2][l] += tree[top - 1][l];                                  \
    for (int half = 32; half; half /= 2)                                       \
      for (int l = 0; l < half; l++)                                           \
        tree[0][l] += tree[0][l + half];                                       \
    return tree[0][0];                                                         \
  }
DEFINE_ELEMENT(float, element_f32, fmaf, _)
DEFINE_ELEMENT(double, element_f64, fma, _)

typedef enum layout { ROWS, TURNED, APART, LAYOUTS } layout;

/* A matrix [rows, columns] over data, lying so. */
static struct tn_tensor_impl matrix(unsigned dtype, void *data, int64_t rows,
                                    int64_t columns, layout how) {
  const int64_t turned[] = {1, rows}, apart[] = {columns * 2 + 1, 2};
  const int64_t dims[] = {rows, columns};
  return strided_tensor(dtype, data, 2, dims,
                        how == ROWS     ? NULL
                        : how == TURNED ? turned
                                        : apart);
}

enum { FACTOR_A, FACTOR_B, ROW, RESULT, RESULT_2 };

static void run(unsigned dtype, int64_t m, int64_t n, int64_t k, layout how_a,
                layout how_b, char *a_data, char *b_data, char *row_data,
                bool two_stages) {
  const tn_value values[] = {
      {.kind = TN_VALUE_PRODUCT, .dtype = (uint8_t)dtype},
      {.kind = TN_VALUE_SCALAR, .dtype = (uint8_t)dtype, .index = 0},
      {.kind = TN_VALUE_INPUT, .dtype = (uint8_t)dtype, .index = ROW},
      {.kind = TN_VALUE_RESULT, .dtype = (uint8_t)dtype, .index = RESULT},
      {.kind = TN_VALUE_RESULT, .dtype = (uint8_t)dtype, .index = RESULT_2}};
  const tn_stage stages[] = {
      BLOCK_STAGE(dtype == F32 ? finish_f32 : finish_f64, 0, 0, 1, 2, 3),
      BLOCK_STAGE(dtype == F32 ? halve_f32 : halve_f64, 0, 0, 4)};
  tn_kernel kernel = {KERNEL(values, stages), .axis = TN_AXIS_NONE,
                      .product = 1, .tensor_count = 5, .scalar_count = 1};
  if (!two_stages) {
    kernel.value_count = 4;
    kernel.stage_count = 1;
  }
  struct tn_tensor_impl a = matrix(dtype, a_data, m, k, how_a);
  struct tn_tensor_impl b = matrix(dtype, b_data, k, n, how_b);
  struct tn_tensor_impl row = strided_tensor(dtype, row_data, DIMS(n), NULL);
  const float factor_f32 = 1.5f;
  const double factor_f64 = 1.5;
  uint64_t scalar = 0;
  if (dtype == F32)
    memcpy(&scalar, &factor_f32, 4);
  else
    memcpy(&scalar, &factor_f64, 8);
  tn_tensor t[5] = {&a, &b, &row};
  const bool done = tn_rt_launch(&kernel, t, &scalar);
  CHECK(done, "%lld x %lld x %lld", (long long)m, (long long)k, (long long)n);
  if (!done)
    return;
  int64_t bad = 0;
  for (int64_t i = 0; i < m; i++)
    for (int64_t j = 0; j < n; j++) {
      if (dtype == F32) {
        const float c = element_f32(
            (float *)a_data + i * a.strides[0], a.strides[1],
            (float *)b_data + j * b.strides[1], b.strides[0], k, n == 1);
        const float y = c * 1.5f + ((float *)row_data)[j], h = c * 0.5f;
        bad += memcmp(&y, (float *)t[RESULT]->data + i * n + j, 4) != 0;
        if (two_stages)
          bad += memcmp(&h, (float *)t[RESULT_2]->data + i * n + j, 4) != 0;
      } else {
        const double c = element_f64(
            (double *)a_data + i * a.strides[0], a.strides[1],
            (double *)b_data + j * b.strides[1], b.strides[0], k, n == 1);
        const double y = c * 1.5 + ((double *)row_data)[j], h = c * 0.5;
        bad += memcmp(&y, (double *)t[RESULT]->data + i * n + j, 8) != 0;
        if (two_stages)
          bad += memcmp(&h, (double *)t[RESULT_2]->data + i * n + j, 8) != 0;
      }
    }
  CHECK(bad == 0, "%s %lld x %lld x %lld, layouts %d %d, %d stages: %lld bad",
        dtype == F32 ? "f32" : "f64", (long long)m, (long long)k, (long long)n,
        how_a, how_b, two_stages + 1, (long long)bad);
  tn_free(t[RESULT]);
  if (two_stages)
    tn_free(t[RESULT_2]);
}

/* Batches that broadcast, and factors of rank 1. */
static void run_batch(float *a, float *b, float *c) {
  const tn_value values[] = {
      {.kind = TN_VALUE_PRODUCT, .dtype = F32},
      {.kind = TN_VALUE_SCALAR, .dtype = F32, .index = 0},
      {.kind = TN_VALUE_INPUT, .dtype = F32, .index = ROW},
      {.kind = TN_VALUE_RESULT, .dtype = F32, .index = RESULT}};
  const tn_stage stages[] = {BLOCK_STAGE(finish_f32, 0, 0, 1, 2, 3)};
  const tn_kernel kernel = {KERNEL(values, stages), .axis = TN_AXIS_NONE,
                            .product = 1, .tensor_count = 4, .scalar_count = 1};
  const float factor = 1.5f;
  uint64_t scalar = 0;
  memcpy(&scalar, &factor, 4);
  static const int64_t sizes[][3] = {
      {5, 7, 9}, {1, 7, 9}, {5, 7, 1}, {40, 50, 60}, {3, 300, 100}};
  for (size_t s = 0; s < COUNT_OF(sizes); s++) {
    const int64_t m = sizes[s][0], k = sizes[s][1], n = sizes[s][2];
    struct tn_tensor_impl ta = strided_tensor(F32, a, DIMS(3, 1, m, k), NULL);
    struct tn_tensor_impl tb = strided_tensor(F32, b, DIMS(4, k, n), NULL);
    struct tn_tensor_impl tc = strided_tensor(F32, c, DIMS(3, 1, m, 1), NULL);
    tn_tensor t[4] = {&ta, &tb, &tc};
    CHECK(tn_rt_launch(&kernel, t, &scalar), "batch %zu", s);
    int64_t bad = 0;
    for (int64_t x = 0; x < 3; x++)
      for (int64_t y = 0; y < 4; y++)
        for (int64_t i = 0; i < m; i++)
          for (int64_t j = 0; j < n; j++) {
            const float e = element_f32(a + (x * m + i) * k, 1,
                                        b + y * k * n + j, n, k, n == 1);
            const float want = e * 1.5f + c[x * m + i];
            bad += memcmp(&want,
                          (float *)t[3]->data + ((x * 4 + y) * m + i) * n + j,
                          4) != 0;
          }
    CHECK(bad == 0, "batch %zu: %lld bad", s, (long long)bad);
    tn_free(t[3]);
    /* a row, a column, both */
    struct tn_tensor_impl row = strided_tensor(F32, a, DIMS(k), NULL);
    struct tn_tensor_impl right = strided_tensor(F32, b, DIMS(k, n), NULL);
    struct tn_tensor_impl left = strided_tensor(F32, b, DIMS(m, k), NULL);
    struct tn_tensor_impl one = strided_tensor(F32, c, 0, STRIDES(0), NULL);
    tn_tensor rows[4] = {&row, &right, &one}, columns[4] = {&left, &row, &one},
              dots[4] = {&row, &row, &one};
    CHECK(tn_rt_launch(&kernel, rows, &scalar), "row %zu", s);
    CHECK(tn_rt_launch(&kernel, columns, &scalar), "column %zu", s);
    CHECK(tn_rt_launch(&kernel, dots, &scalar), "dot %zu", s);
    bad = 0;
    for (int64_t j = 0; j < n; j++) {
      const float want = element_f32(a, 1, b + j, n, k, n == 1) * 1.5f + c[0];
      bad += memcmp(&want, (float *)rows[3]->data + j, 4) != 0;
    }
    for (int64_t i = 0; i < m; i++) {
      const float want = element_f32(b + i * k, 1, a, 1, k, true) * 1.5f + c[0];
      bad += memcmp(&want, (float *)columns[3]->data + i, 4) != 0;
    }
    const float want = element_f32(a, 1, a, 1, k, true) * 1.5f + c[0];
    bad += memcmp(&want, dots[3]->data, 4) != 0 ||
           TN_HEADER_RANK(dots[3]->header) != 0;
    CHECK(bad == 0, "rank 1, %zu: %lld bad", s, (long long)bad);
    tn_free(rows[3]);
    tn_free(columns[3]);
    tn_free(dots[3]);
  }
}

int main(int count, char **arguments) {
  is_short = count > 1 && strcmp(arguments[1], "short") == 0;
  (void)arguments;
  enum { MOST = 3 << 20 };
  char *a = malloc(MOST * 8), *b = malloc(MOST * 8), *row = malloc(MOST);
  for (unsigned dtype = F32;; dtype = F64) {
    if (dtype == F32) {
      fill_f32((float *)a, MOST);
      fill_f32((float *)b, MOST);
      fill_f32((float *)row, MOST / 8);
      run_batch((float *)a, (float *)b, (float *)row);
    } else {
      fill_f64((double *)a, MOST);
      fill_f64((double *)b, MOST);
      fill_f64((double *)row, MOST / 8);
    }
    for (int64_t i = 0; i < 71; i += is_short ? 7 : 1) {
      run(dtype, i, i, i, i % 3, i / 3 % 3, a, b, row, i & 1);
      run(dtype, i, 33, 5, ROWS, ROWS, a, b, row, false);
      run(dtype, 5, i, 9, ROWS, ROWS, a, b, row, false);
      run(dtype, 15, 20, i, ROWS, TURNED, a, b, row, true);
      run(dtype, 1, i, 17, ROWS, ROWS, a, b, row, true);
      run(dtype, i, 1, 200, ROWS, ROWS, a, b, row, true);
    }
    static const int64_t sizes[][3] = {
        {1, 1, 5000},   {3, 1, 4096},   {20, 1, 4097},  {33, 1, 300},
        {1, 100, 5000}, {2, 4100, 70},  {3, 40, 301},   {14, 32, 256},
        {15, 33, 257},  {13, 31, 255},  {64, 64, 513},  {100, 10, 784},
        {5, 7, 5000},   {70, 70, 5000}, {129, 400, 65}, {300, 129, 40},
        {31, 1500, 33}, {200, 1, 200},  {28, 48, 600},  {1, 2, 1},
        {150, 150, 300}, {301, 1, 300}, {33, 1, 9000}, {2, 1, 70000}};
    for (size_t s = 0; s < COUNT_OF(sizes); s++) {
      const int64_t m = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
      if (is_short && m * n * k > 300000)
        continue;
      for (int layouts = 0; layouts < LAYOUTS * LAYOUTS; layouts++)
        run(dtype, m, n, k, layouts % LAYOUTS, layouts / LAYOUTS, a, b, row,
            layouts & 1);
    }
    if (dtype == F64)
      break;
  }
  free(a);
  free(b);
  free(row);
  printf("%d checks, %d failures\n", checks, failures);
  return failures != 0;
}

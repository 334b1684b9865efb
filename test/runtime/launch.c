/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * launch.c - elementwise and row kernels of hand-written tables, compared by
 * memcmp with the definitions of docs/numerics.md. Long, for a table is thirty
 * lines; columns.c has the rest.
 *
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s -o %t %tenon_libs
 * RUN: env TENON_NUM_THREADS=1 %t
 * RUN: env TENON_NUM_THREADS=2 %t
 * RUN: env TENON_NUM_THREADS=3 %t
 */
#include "Inputs/stages.h"

/* ---- elementwise --------------------------------------------------------- */

static const tn_value affine_values[] = {
    {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
    {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 1},
    {.kind = TN_VALUE_SCALAR, .dtype = F32, .index = 0},
    {.kind = TN_VALUE_RESULT, .dtype = F32, .index = 2}};
static const tn_stage affine_stages[] = {
    BLOCK_STAGE(affine_f32, 0, 0, 1, 2, 3)};
static const tn_kernel affine = {KERNEL(affine_values, affine_stages),
                                 .axis = TN_AXIS_NONE, .tensor_count = 3,
                                 .scalar_count = 1, .cost = 4};

static const float *point(const struct tn_tensor_impl *t, int rank,
                          const int64_t *index) {
  const int own = (int)TN_HEADER_RANK(t->header);
  int64_t offset = 0;
  for (int d = 0; d < own; d++)
    if (t->dims[d] != 1)
      offset += index[rank - own + d] * t->strides[d];
  return (const float *)t->data + offset;
}

/* Checks a result element by element, whatever the strides of all are. */
static void expect_affine(const struct tn_tensor_impl *a,
                          const struct tn_tensor_impl *b, float c,
                          const struct tn_tensor_impl *y, const float *old_a) {
  const int rank = (int)TN_HEADER_RANK(y->header);
  int64_t index[TN_MAX_RANK] = {0};
  for (int64_t i = 0; i < y->size; i++) {
    int64_t flat = i;
    for (int d = rank - 1; d >= 0; d--) {
      index[d] = flat % y->dims[d];
      flat /= y->dims[d];
    }
    const float x = old_a ? old_a[point(a, rank, index) - (float *)a->data]
                          : *point(a, rank, index);
    const float want = x * *point(b, rank, index) + c;
    const float got = *point(y, rank, index);
    if (memcmp(&want, &got, sizeof got) != 0) {
      CHECK(false, "element %lld of %lld: %a, not %a", (long long)i,
            (long long)y->size, got, want);
      return;
    }
  }
  CHECK(true, "all elements");
}

static void run_affine(struct tn_tensor_impl a, struct tn_tensor_impl b) {
  const float c = 0.375f;
  uint64_t scalar = 0;
  memcpy(&scalar, &c, sizeof c);
  tn_tensor tensors[3] = {&a, &b, NULL};
  const bool done = tn_rt_launch(&affine, tensors, &scalar);
  CHECK(done, "rank %u and %u", TN_HEADER_RANK(a.header),
        TN_HEADER_RANK(b.header));
  if (!done)
    return;
  expect_affine(&a, &b, c, tensors[2], NULL);
  tn_free(tensors[2]);
}

static void test_elementwise(void) {
  enum { MOST = 1 << 20 };
  float *x = malloc(MOST * sizeof *x), *y = malloc(MOST * sizeof *y);
  fill_f32(x, MOST);
  fill_f32(y, MOST);
  for (int64_t n = 0; n < 200; n += n < 70 ? 1 : 31)
    run_affine(strided_tensor(F32, x, DIMS(n), NULL),
               strided_tensor(F32, y, DIMS(n), NULL));
  static const int64_t lengths[] = {4095, 4096, 4097, 8192, 12289, 700001};
  for (size_t i = 0; i < COUNT_OF(lengths); i++)
    run_affine(strided_tensor(F32, x, DIMS(lengths[i]), NULL),
               strided_tensor(F32, y, DIMS(lengths[i]), NULL));
  /* Broadcasting: rows, columns, scalars, outer products, ranks. */
  for (int64_t rows = 1; rows < 100; rows += 14)
    for (int64_t columns = 1; columns < 5000; columns = columns * 3 + 1) {
      struct tn_tensor_impl full =
          strided_tensor(F32, x, DIMS(rows, columns), NULL);
      struct tn_tensor_impl row = strided_tensor(F32, y, DIMS(columns), NULL);
      struct tn_tensor_impl column =
          strided_tensor(F32, y, DIMS(rows, 1), NULL);
      run_affine(full, row);
      run_affine(full, column);
      run_affine(column, full);
      run_affine(row, column);
      run_affine(full, strided_tensor(F32, y, 0, STRIDES(0), NULL));
      /* A transposed operand, a step, a reversed one. */
      run_affine(full,
                 strided_tensor(F32, y, DIMS(rows, columns), STRIDES(1, rows)));
      run_affine(
          strided_tensor(F32, x, DIMS(rows, columns), STRIDES(columns * 2, 2)),
          row);
      run_affine(strided_tensor(F32, x + rows * columns - 1,
                                DIMS(rows, columns), STRIDES(-columns, -1)),
                 full);
    }
  run_affine(strided_tensor(F32, x, DIMS(7, 1, 5, 1, 3), NULL),
             strided_tensor(F32, y, DIMS(4, 1, 6, 3), NULL));
  run_affine(strided_tensor(F32, x, DIMS(3, 0, 5), NULL),
             strided_tensor(F32, y, DIMS(5), NULL));
  run_affine(strided_tensor(F32, x, DIMS(2, 2, 2, 2, 2, 2, 2, 2), NULL),
             strided_tensor(F32, y, DIMS(2, 2, 2, 2, 2, 2, 2, 2),
                            STRIDES(1, 2, 4, 8, 16, 32, 64, 128)));
  free(x);
  free(y);
}

/* Stores: into views of any strides, broadcast, and over an input. */
static void test_stores(void) {
  static float x[40 * 50 * 2], y[40 * 50 * 2], old[40 * 50 * 2];
  tn_value values[4];
  memcpy(values, affine_values, sizeof values);
  values[3].mode = TN_RESULT_STORE;
  const tn_kernel store = {KERNEL(values, affine_stages), .axis = TN_AXIS_NONE,
                           .tensor_count = 3};
  const float c = -1.5f;
  uint64_t scalar = 0;
  memcpy(&scalar, &c, sizeof c);
  fill_f32(x, COUNT_OF(x));
  struct tn_tensor_impl a = strided_tensor(F32, x, DIMS(40, 50), NULL);
  struct tn_tensor_impl b = strided_tensor(F32, x + 2000, DIMS(50), NULL);
  struct tn_tensor_impl to[] = {
      strided_tensor(F32, y, DIMS(40, 50), NULL),
      strided_tensor(F32, y, DIMS(40, 50), STRIDES(1, 40)),
      strided_tensor(F32, y, DIMS(40, 50), STRIDES(100, 2)),
      strided_tensor(F32, y + 49, DIMS(40, 50), STRIDES(50, -1)),
      strided_tensor(F32, y, DIMS(2, 40, 50), NULL)};
  for (size_t i = 0; i < COUNT_OF(to); i++) {
    tn_tensor tensors[3] = {&a, &b, &to[i]};
    memset(y, 0xff, sizeof y);
    CHECK(tn_rt_launch(&store, tensors, &scalar), "store %zu", i);
    expect_affine(&a, &b, c, &to[i], NULL);
  }
  /* In place: the same elements, in order and transposed. */
  memcpy(old, x, sizeof x);
  tn_tensor in_place[3] = {&a, &b, &a};
  CHECK(tn_rt_launch(&store, in_place, &scalar), "in place");
  expect_affine(&a, &b, c, &a, old);
  memcpy(old, x, sizeof x);
  struct tn_tensor_impl turned =
      strided_tensor(F32, x, DIMS(50, 40), STRIDES(1, 50));
  struct tn_tensor_impl column =
      strided_tensor(F32, x + 2000, DIMS(50, 1), NULL);
  tn_tensor turned_in_place[3] = {&turned, &column, &turned};
  CHECK(tn_rt_launch(&store, turned_in_place, &scalar), "in place, turned");
  expect_affine(&turned, &column, c, &turned, old);
}

/* ---- rows ---------------------------------------------------------------- */

/* sum x, sum x * x, max, min, prod of 1 + x / 65536 */
STAGE(gather_five) {
  LANES(float, 1, 0);
  LANES(float, 2, 0);
  LANES(float, 3, -INFINITY);
  LANES(float, 4, INFINITY);
  LANES(float, 5, 1);
  EACH {
    const float x = AT(float, 0, j);
    LANE(1) += x;
    LANE(2) += x * x;
    LANE(3) = x > LANE(3) ? x : LANE(3);
    LANE(4) = x < LANE(4) ? x : LANE(4);
    LANE(5) *= 1 + x * 0x1p-16f;
  }
}
STAGE(divide_by_count) {
  EACH AT(float, 2, j) = AT(float, 0, j) / AT(float, 1, j);
}

static void run_five(struct tn_tensor_impl x, int axis, bool keepdims,
                     const float *lines, int64_t rows, int64_t length) {
  const tn_value values[] = {{.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
                             {.kind = TN_VALUE_LANES, .dtype = F32},
                             {.kind = TN_VALUE_LANES, .dtype = F32},
                             {.kind = TN_VALUE_LANES, .dtype = F32},
                             {.kind = TN_VALUE_LANES, .dtype = F32},
                             {.kind = TN_VALUE_LANES, .dtype = F32},
                             {.kind = TN_VALUE_ROW_RESULT,
                              .dtype = F32,
                              .index = 1,
                              .keepdims = keepdims},
                             {.kind = TN_VALUE_ROW_RESULT,
                              .dtype = F32,
                              .index = 2,
                              .keepdims = keepdims},
                             {.kind = TN_VALUE_ROW_RESULT,
                              .dtype = F32,
                              .index = 3,
                              .keepdims = keepdims},
                             {.kind = TN_VALUE_ROW_RESULT,
                              .dtype = F32,
                              .index = 4,
                              .keepdims = keepdims},
                             {.kind = TN_VALUE_ROW_RESULT,
                              .dtype = F32,
                              .index = 5,
                              .keepdims = keepdims},
                             {.kind = TN_VALUE_COUNT, .dtype = F32},
                             {.kind = TN_VALUE_ROW_RESULT,
                              .dtype = F32,
                              .index = 6,
                              .keepdims = keepdims}};
  const tn_stage stages[] = {BLOCK_STAGE(gather_five, 0, 0, 1, 2, 3, 4, 5),
                             ROW_STAGE(divide_by_count, 0, 6, 11, 12)};
  const tn_reduction reductions[] = {{TN_REDUCE_SUM, F32, 0, 1, 6, 0, 0, 0},
                                     {TN_REDUCE_SUM, F32, 0, 2, 7, 0, 0, 0},
                                     {TN_REDUCE_MAX, F32, 0, 3, 8, 0, 0, 0},
                                     {TN_REDUCE_MIN, F32, 0, 4, 9, 0, 0, 0},
                                     {TN_REDUCE_PROD, F32, 0, 5, 10, 0, 0, 0}};
  const tn_kernel kernel = {KERNEL(values, stages),
                            .axis = (int8_t)axis,
                            .line = 1,
                            .tensor_count = 7,
                            .cost = 4,
                            .reductions = reductions,
                            .reduction_count = 5};
  tn_tensor t[7] = {&x};
  const bool done = tn_rt_launch(&kernel, t, NULL);
  CHECK(done, "axis %d", axis);
  if (!done)
    return;
  CHECK(t[1]->size == rows, "%lld results", (long long)t[1]->size);
  float *mapped = malloc(((size_t)length + 1) * sizeof *mapped);
  for (int64_t row = 0; row < rows; row++) {
    const float *line = lines + row * length;
    float want[6] = {
        sum_f32(line, (size_t)length), 0, -INFINITY, INFINITY, 0, 0};
    for (int64_t i = 0; i < length; i++) {
      mapped[i] = line[i] * line[i];
      want[2] = fmaxf(want[2], line[i]);
      want[3] = fminf(want[3], line[i]);
    }
    want[1] = sum_f32(mapped, (size_t)length);
    for (int64_t i = 0; i < length; i++)
      mapped[i] = 1 + line[i] * 0x1p-16f;
    reduce_prod_f32(mapped, (size_t)length, 1, &want[4]);
    want[5] = want[0] / (float)length;
    for (int i = 0; i < 6; i++) {
      const float got = ((float *)t[1 + i]->data)[row];
      CHECK(memcmp(&got, &want[i], 4) == 0,
            "row %lld of %lld, length %lld, sum %d: %a, not %a", (long long)row,
            (long long)rows, (long long)length, i, got, want[i]);
    }
  }
  free(mapped);
  for (int i = 1; i < 7; i++)
    tn_free(t[i]);
}

static void test_five_sums(void) {
  enum { MOST = 1 << 21 };
  float *x = malloc(MOST * sizeof *x), *turned = malloc(MOST * sizeof *x);
  fill_f32(x, MOST);
  static const int64_t lengths[] = {
      1,    2,    3,     15,    16,    17,     31,      63,
      64,   65,   127,   128,   1000,  4095,   4096,    4097,
      8191, 8192, 12288, 12289, 69631, 500001, 1048576, 2000003};
  for (size_t i = 0; i < COUNT_OF(lengths); i++) {
    const int64_t n = lengths[i];
    run_five(strided_tensor(F32, x, DIMS(n), NULL), TN_AXIS_ALL, i & 1, x, 1,
             n);
    run_five(strided_tensor(F32, x, DIMS(n), NULL), -1, i & 1, x, 1, n);
    const int64_t rows = MOST / n < 37 ? MOST / n : 37;
    run_five(strided_tensor(F32, x, DIMS(rows, n), NULL), 1, false, x, rows, n);
    /* The same lines across the rows of memory. */
    for (int64_t row = 0; row < rows; row++)
      for (int64_t j = 0; j < n; j++)
        turned[j * rows + row] = x[row * n + j];
    run_five(strided_tensor(F32, turned, DIMS(n, rows), NULL), 0, true, x, rows,
             n);
    run_five(strided_tensor(F32, turned, DIMS(rows, n), STRIDES(1, rows)), -1,
             true, x, rows, n);
    /* Everything in logical order, whatever the strides. */
    run_five(strided_tensor(F32, turned, DIMS(rows, n), STRIDES(1, rows)),
             TN_AXIS_ALL, true, x, 1, rows * n);
  }
  run_five(strided_tensor(F32, x, DIMS(5, 6, 7), NULL), 2, false, x, 30, 7);
  run_five(strided_tensor(F32, x, 0, STRIDES(0), NULL), TN_AXIS_ALL, false, x,
           1, 1);
  free(x);
  free(turned);
}

/* pass 0: m = max x; pass 1: y = exp2(x - m), s = sum y, r = 1 / s; pass 2: y
 * *= r */
STAGE(gather_max) {
  LANES(float, 1, -INFINITY);
  EACH LANE(1) = AT(float, 0, j) > LANE(1) ? AT(float, 0, j) : LANE(1);
}
STAGE(exp_and_sum) {
  LANES(float, 3, 0);
  EACH {
    const float e = exp2f(AT(float, 0, j) - AT(float, 1, j));
    AT(float, 2, j) = e;
    LANE(3) += e;
  }
}
STAGE(reciprocal) { EACH AT(float, 1, j) = 1 / AT(float, 0, j); }
STAGE(scale) { EACH AT(float, 2, j) = AT(float, 0, j) * AT(float, 1, j); }

static void softmax_line(const float *x, float *y, int64_t n) {
  float m = -INFINITY;
  for (int64_t i = 0; i < n; i++)
    m = fmaxf(m, x[i]);
  for (int64_t i = 0; i < n; i++)
    y[i] = exp2f(x[i] - m);
  const float r = 1 / sum_f32(y, (size_t)n);
  for (int64_t i = 0; i < n; i++)
    y[i] = y[i] * r;
}

/* The exponentials in a temporary, too, where `temporary` says so. */
static void run_softmax(struct tn_tensor_impl x, struct tn_tensor_impl *store,
                        int axis, bool temporary, const float *want,
                        const float *got, int64_t n) {
  const tn_value values[] = {{.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
                             {.kind = TN_VALUE_LANES, .dtype = F32},
                             {.kind = TN_VALUE_SLOT, .dtype = F32},
                             {.kind = TN_VALUE_LANES, .dtype = F32},
                             {.kind = TN_VALUE_SLOT, .dtype = F32},
                             {.kind = TN_VALUE_SLOT, .dtype = F32},
                             {.kind = TN_VALUE_RESULT,
                              .dtype = F32,
                              .index = 1,
                              .mode = store ? TN_RESULT_STORE : TN_RESULT_NEW},
                             {.kind = TN_VALUE_TEMPORARY, .dtype = F32}};
  const tn_stage direct[] = {
      BLOCK_STAGE(gather_max, 0, 0, 1), BLOCK_STAGE(exp_and_sum, 1, 0, 2, 6, 3),
      ROW_STAGE(reciprocal, 1, 4, 5), BLOCK_STAGE(scale, 2, 6, 5, 6)};
  const tn_stage by_temporary[] = {
      BLOCK_STAGE(gather_max, 0, 0, 1), BLOCK_STAGE(exp_and_sum, 1, 0, 2, 7, 3),
      ROW_STAGE(reciprocal, 1, 4, 5), BLOCK_STAGE(scale, 2, 7, 5, 6)};
  const tn_reduction reductions[] = {{TN_REDUCE_MAX, F32, 0, 1, 2, 0, 0, 0},
                                     {TN_REDUCE_SUM, F32, 1, 3, 4, 0, 0, 0}};
  const tn_kernel kernel = {
      KERNEL(values, direct), .axis = (int8_t)axis, .line = 1,
      .tensor_count = 2,      .cost = 16,           .reductions = reductions,
      .reduction_count = 2};
  tn_kernel chosen = kernel;
  chosen.pass_count = 3;
  if (temporary)
    chosen.stages = by_temporary;
  tn_tensor t[2] = {&x, store};
  const bool done = tn_rt_launch(&chosen, t, NULL);
  CHECK(done, "axis %d, %lld elements", axis, (long long)n);
  if (!done)
    return;
  CHECK(memcmp(store ? got : t[1]->data, want, (size_t)n * 4) == 0,
        "axis %d, %lld elements, temporary %d", axis, (long long)n, temporary);
  if (!store)
    tn_free(t[1]);
}

static void test_softmax(void) {
  enum { MOST = 1 << 19 };
  float *x = malloc(MOST * 4), *turned = malloc(MOST * 4);
  float *want = malloc(MOST * 4), *wanted = malloc(MOST * 4);
  fill_f32(x, MOST);
  for (int64_t n = 1; n < 200000; n = n < 40 ? n + 1 : n * 3) {
    const int64_t rows = MOST / n < 33 ? MOST / n : 33, size = rows * n;
    for (int64_t row = 0; row < rows; row++) {
      softmax_line(x + row * n, want + row * n, n);
      for (int64_t j = 0; j < n; j++) {
        turned[j * rows + row] = x[row * n + j];
        wanted[j * rows + row] = want[row * n + j];
      }
    }
    struct tn_tensor_impl lines = strided_tensor(F32, x, DIMS(rows, n), NULL);
    for (int temporary = 0; temporary < 2; temporary++) {
      run_softmax(lines, NULL, -1, temporary, want, NULL, size);
      struct tn_tensor_impl across =
          strided_tensor(F32, turned, DIMS(n, rows), NULL);
      run_softmax(across, NULL, 0, temporary, wanted, NULL, size);
      run_softmax(strided_tensor(F32, turned, DIMS(rows, n), STRIDES(1, rows)),
                  NULL, -1, temporary, want, NULL, size);
      run_softmax(lines, NULL, TN_AXIS_ALL, temporary,
                  (softmax_line(x, wanted, size), wanted), NULL, size);
      for (int64_t row = 0; row < rows; row++)
        for (int64_t j = 0; j < n; j++)
          wanted[j * rows + row] = want[row * n + j];
      if (temporary) /* in place, across */
        run_softmax(across, &across, 0, temporary, wanted, turned, size);
    }
  }
  free(x);
  free(turned);
  free(want);
  free(wanted);
}

/* Mean and variance in one pass. */
STAGE(gather_sum) {
  LANES(float, 1, 0);
  EACH LANE(1) += AT(float, 0, j);
}
STAGE(gather_squares) {
  LANES(float, 2, 0);
  EACH {
    const float d = AT(float, 0, j) - AT(float, 1, j);
    LANE(2) += d * d;
  }
}
static void test_moments(void) {
  enum { MOST = 1 << 20 };
  float *x = malloc(MOST * 4);
  fill_f32(x, MOST);
  const tn_value values[] = {
      {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
      {.kind = TN_VALUE_LANES, .dtype = F32},
      {.kind = TN_VALUE_SLOT, .dtype = F32}, /* block mean */
      {.kind = TN_VALUE_LANES, .dtype = F32},
      {.kind = TN_VALUE_SLOT, .dtype = F32}, /* sum */
      {.kind = TN_VALUE_SLOT, .dtype = F32}, /* squares */
      {.kind = TN_VALUE_COUNT, .dtype = F32},
      {.kind = TN_VALUE_ROW_RESULT, .dtype = F32, .index = 1},
      {.kind = TN_VALUE_ROW_RESULT, .dtype = F32, .index = 2}};
  const tn_stage stages[] = {BLOCK_STAGE(gather_sum, 0, 0, 1),
                             BLOCK_STAGE(gather_squares, 0, 0, 2, 3),
                             ROW_STAGE(divide_by_count, 0, 4, 6, 7),
                             ROW_STAGE(divide_by_count, 0, 5, 6, 8)};
  const tn_reduction reductions[] = {
      {TN_REDUCE_SUM, F32, 0, 1, 4, 0, 0, 0},
      {TN_REDUCE_MOMENTS, F32, 0, 1, 5, 3, 2, 0}};
  tn_kernel kernel = {
      KERNEL(values, stages), .axis = -1, .line = 1,
      .tensor_count = 3,      .cost = 8,  .reductions = reductions,
      .reduction_count = 2};
  for (int64_t n = 1; n <= MOST; n = n < 70 ? n + 1 : n * 2 - 3) {
    const int64_t rows = MOST / n < 9 ? MOST / n : 9;
    for (int all = 0; all < 2; all++) {
      kernel.axis = all ? TN_AXIS_ALL : -1;
      struct tn_tensor_impl t0 = strided_tensor(F32, x, DIMS(rows, n), NULL);
      tn_tensor t[3] = {&t0};
      CHECK(tn_rt_launch(&kernel, t, NULL), "%lld", (long long)n);
      const int64_t length = all ? rows * n : n;
      for (int64_t row = 0; row < (all ? 1 : rows); row++) {
        const float *line = x + row * length;
        const float mean = sum_f32(line, (size_t)length) / (float)length;
        const float var =
            spread_of(line, (size_t)length).squares / (float)length;
        CHECK(memcmp(&mean, (float *)t[1]->data + row, 4) == 0, "mean of %lld",
              (long long)length);
        CHECK(memcmp(&var, (float *)t[2]->data + row, 4) == 0,
              "var of %lld: %a, not %a", (long long)length,
              ((float *)t[2]->data)[row], var);
      }
      tn_free(t[1]);
      tn_free(t[2]);
    }
  }
  free(x);
}

/* f64, a row scalar, no elements. */
STAGE(gather_sum_f64) {
  LANES(double, 1, 0);
  EACH LANE(1) += AT(double, 0, j);
}
static void test_row_scalar(void) {
  enum { MOST = 400000 };
  double *x = malloc(MOST * sizeof *x);
  fill_f64(x, MOST);
  const tn_value values[] = {
      {.kind = TN_VALUE_INPUT, .dtype = F64, .index = 0},
      {.kind = TN_VALUE_LANES, .dtype = F64},
      {.kind = TN_VALUE_ROW_SCALAR, .dtype = F64, .index = 0}};
  const tn_stage stages[] = {BLOCK_STAGE(gather_sum_f64, 0, 0, 1)};
  const tn_reduction reductions[] = {{TN_REDUCE_SUM, F64, 0, 1, 2, 0, 0, 0}};
  const tn_kernel kernel = {KERNEL(values, stages),   .axis = TN_AXIS_ALL,
                            .tensor_count = 1,        .cost = 4,
                            .reductions = reductions, .reduction_count = 1};
  for (int64_t n = 0; n <= MOST; n = n < 10 ? n + 1 : n * 3 - 1) {
    struct tn_tensor_impl t0 = strided_tensor(F64, x, DIMS(n), NULL);
    tn_tensor t[1] = {&t0};
    uint64_t scalar = 99;
    CHECK(tn_rt_launch(&kernel, t, &scalar), "%lld", (long long)n);
    const double want = sum_f64(x, (size_t)n);
    CHECK(memcmp(&want, &scalar, 8) == 0, "sum of %lld", (long long)n);
  }
  free(x);
}

int main(void) {
  test_elementwise();
  test_stores();
  test_five_sums();
  test_softmax();
  test_moments();
  test_row_scalar();
  printf("%d checks, %d failures\n", checks, failures);
  return failures != 0;
}

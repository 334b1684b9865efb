/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * columns.c - column programs of hand-written tables: reductions along an axis
 * that is not innermost, compared by memcmp with docs/numerics.md, section 3.
 *
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s -o %t %tenon_libs
 * RUN: env TENON_NUM_THREADS=1 %t
 * RUN: env TENON_NUM_THREADS=2 %t
 * RUN: env TENON_NUM_THREADS=3 %t
 */
#include "Inputs/stages.h"

/* Lanes are read and written here, with one for each element. t = x * w is kept
 * for the second pass. */
STAGE(gather) {
  EACH {
    const float t = AT(float, 0, j) * AT(float, 1, j);
    AT(float, 2, j) = t;
    AT(float, 3, j) += t;
    AT(float, 4, j) *= 1 + t * 0x1p-16f;
    AT(float, 5, j) = t > AT(float, 5, j) ? t : AT(float, 5, j);
    AT(float, 6, j) = t < AT(float, 6, j) ? t : AT(float, 6, j);
  }
}
STAGE(divide) { EACH AT(float, 2, j) = AT(float, 0, j) / AT(float, 1, j); }
STAGE(centre) {
  EACH AT(float, 3, j) = (AT(float, 0, j) - AT(float, 1, j)) * AT(float, 2, j);
}

enum {
  X,
  W,
  TEMPORARY,
  SUM,
  PROD,
  MAX,
  MIN,
  COUNT,
  TOTAL,
  SLOT_PROD,
  MEAN,
  LARGEST,
  SMALLEST,
  FACTOR,
  CENTRED
};

/* Values without the keepdims and modes that runs choose. */
static void make_values(tn_value *v, bool keepdims, bool store) {
  const tn_value values[] = {
      [X] = {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
      [W] = {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 1},
      [TEMPORARY] = {.kind = TN_VALUE_TEMPORARY, .dtype = F32},
      [SUM] = {.kind = TN_VALUE_LANES, .dtype = F32},
      [PROD] = {.kind = TN_VALUE_LANES, .dtype = F32},
      [MAX] = {.kind = TN_VALUE_LANES, .dtype = F32},
      [MIN] = {.kind = TN_VALUE_LANES, .dtype = F32},
      [COUNT] = {.kind = TN_VALUE_COUNT, .dtype = F32},
      [TOTAL] = {.kind = TN_VALUE_SLOT, .dtype = F32},
      [SLOT_PROD] = {.kind = TN_VALUE_ROW_RESULT, .dtype = F32, .index = 2},
      [MEAN] = {.kind = TN_VALUE_ROW_RESULT, .dtype = F32, .index = 3},
      [LARGEST] = {.kind = TN_VALUE_ROW_RESULT, .dtype = F32, .index = 4},
      [SMALLEST] = {.kind = TN_VALUE_ROW_RESULT, .dtype = F32, .index = 5},
      [FACTOR] = {.kind = TN_VALUE_SCALAR, .dtype = F32, .index = 0},
      [CENTRED] = {.kind = TN_VALUE_RESULT, .dtype = F32, .index = 6}};
  memcpy(v, values, sizeof values);
  v[CENTRED].mode = store ? TN_RESULT_STORE : TN_RESULT_NEW;
  for (int i = SLOT_PROD; i <= SMALLEST; i++)
    v[i].keepdims = keepdims;
}

/* t: x * w in row-major order, [outer, rows, width]. */
static void run(struct tn_tensor_impl x, struct tn_tensor_impl w, int axis,
                struct tn_tensor_impl *store, const float *t, int64_t outer,
                int64_t rows, int64_t width) {
  tn_value values[CENTRED + 1];
  make_values(values, (rows + width) % 2 == 0, store != NULL);
  const tn_stage stages[] = {
      BLOCK_STAGE(gather, 0, X, W, TEMPORARY, SUM, PROD, MAX, MIN),
      ROW_STAGE(divide, 0, TOTAL, COUNT, MEAN),
      BLOCK_STAGE(centre, 1, TEMPORARY, MEAN, FACTOR, CENTRED)};
  const tn_reduction reductions[] = {
      {TN_REDUCE_SUM, F32, 0, SUM, TOTAL, 0, 0, 0},
      {TN_REDUCE_PROD, F32, 0, PROD, SLOT_PROD, 0, 0, 0},
      {TN_REDUCE_MAX, F32, 0, MAX, LARGEST, 0, 0, 0},
      {TN_REDUCE_MIN, F32, 0, MIN, SMALLEST, 0, 0, 0}};
  tn_kernel kernel = {KERNEL(values, stages),
                      .axis = (int8_t)axis,
                      .tensor_count = 7,
                      .scalar_count = 1,
                      .column_stages = stages,
                      .column_stage_count = COUNT_OF(stages),
                      .cost = 8,
                      .reductions = reductions,
                      .reduction_count = 4};
  kernel.pass_count = 2;
  const float factor = 0.5f;
  uint64_t scalar = 0;
  memcpy(&scalar, &factor, sizeof factor);
  tn_tensor tensors[7] = {&x, &w, [6] = store};
  const bool done = tn_rt_launch(&kernel, tensors, &scalar);
  CHECK(done, "%lld x %lld x %lld", (long long)outer, (long long)rows,
        (long long)width);
  if (!done)
    return;
  const size_t w_ = (size_t)width, r_ = (size_t)rows;
  float *mapped = malloc(r_ * w_ * 4 + 4), *want = malloc(w_ * 4 * 4);
  for (int64_t o = 0; o < outer; o++) {
    const float *matrix = t + o * rows * width;
    float *mean = want, *prod = want + w_, *max = prod + w_, *min = max + w_;
    reduce_sum_f32(matrix, r_, w_, mean);
    for (size_t i = 0; i < r_ * w_; i++)
      mapped[i] = 1 + matrix[i] * 0x1p-16f;
    reduce_prod_f32(mapped, r_, w_, prod);
    for (size_t j = 0; j < w_; j++) {
      mean[j] /= (float)rows;
      max[j] = -INFINITY;
      min[j] = INFINITY;
      for (size_t i = 0; i < r_; i++) {
        max[j] = fmaxf(max[j], matrix[i * w_ + j]);
        min[j] = fminf(min[j], matrix[i * w_ + j]);
        mapped[i * w_ + j] = (matrix[i * w_ + j] - mean[j]) * 0.5f;
      }
    }
    const float *all[] = {prod, mean, max, min};
    for (int i = 0; i < 4; i++)
      CHECK(memcmp((float *)tensors[2 + i]->data + o * width, all[i], w_ * 4) ==
                0,
            "%lld x %lld x %lld: row result %d", (long long)outer,
            (long long)rows, (long long)width, i);
    bool same = true;
    for (int64_t i = 0; i < rows; i++)
      for (int64_t j = 0; j < width; j++) {
        const float got =
            store ? ((float *)store->data)[(i * width + j) * 2]
                  : ((float *)tensors[6]->data)[(o * rows + i) * width + j];
        same = same && memcmp(&got, &mapped[i * width + j], 4) == 0;
      }
    CHECK(same, "%lld x %lld x %lld: centred", (long long)outer,
          (long long)rows, (long long)width);
  }
  free(mapped);
  free(want);
  for (int i = 2; i < 6; i++)
    tn_free(tensors[i]);
  if (!store)
    tn_free(tensors[6]);
}

int main(void) {
  enum { MOST = 1 << 21 };
  static const int64_t widths[] = {2,   3,   5,   8,    10,   16,  31,
                                   32,  33,  34,  48,   63,   64,  65,
                                   100, 127, 513, 1024, 1025, 5000};
  static const int64_t lengths[] = {0,  1,   2,   3,   7,   31,   63,   64,
                                    65, 127, 128, 129, 200, 1000, 4097, 20000};
  float *x = malloc(MOST * 4), *w = malloc(MOST * 4), *t = malloc(MOST * 4);
  float *turned = malloc(MOST * 4), *apart = malloc(MOST * 2 * 4);
  fill_f32(x, MOST);
  fill_f32(w, MOST);
  for (size_t i = 0; i < COUNT_OF(widths); i++)
    for (size_t l = 0; l < COUNT_OF(lengths); l++) {
      const int64_t width = widths[i], rows = lengths[l];
      const int64_t outer = l % 3 + 1, size = outer * rows * width;
      if (size > 200000)
        continue;
      const bool empty = rows == 0;
      struct tn_tensor_impl full =
          strided_tensor(F32, x, DIMS(outer, rows, width), NULL);
      /* w: the same shape; a row; a column; one number. */
      for (int64_t k = 0; k < size; k++)
        t[k] = x[k] * w[k];
      if (empty) { /* MAX of nothing is refused */
        continue;
      }
      run(full, strided_tensor(F32, w, DIMS(outer, rows, width), NULL), 1, NULL,
          t, outer, rows, width);
      for (int64_t k = 0; k < size; k++)
        t[k] = x[k] * w[k % width];
      run(full, strided_tensor(F32, w, DIMS(width), NULL), -2, NULL, t, outer,
          rows, width);
      for (int64_t k = 0; k < size; k++)
        t[k] = x[k] * w[k / width % rows];
      run(full, strided_tensor(F32, w, DIMS(rows, 1), NULL), 1, NULL, t, outer,
          rows, width);
      for (int64_t k = 0; k < size; k++)
        t[k] = x[k] * w[0];
      run(full, strided_tensor(F32, w, 0, STRIDES(0), NULL), 1, NULL, t, outer,
          rows, width);
      /* x transposed; the result stored with gaps. */
      for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < width; c++)
          turned[c * rows + r] = x[r * width + c];
      struct tn_tensor_impl across =
          strided_tensor(F32, turned, DIMS(rows, width), STRIDES(1, rows));
      struct tn_tensor_impl gaps =
          strided_tensor(F32, apart, DIMS(rows, width), STRIDES(width * 2, 2));
      run(across, strided_tensor(F32, w, 0, STRIDES(0), NULL), 0, &gaps, t, 1,
          rows, width);
      /* width in two dims that do not merge */
      if (width % 4 == 0)
        run(strided_tensor(F32, turned, DIMS(rows, 4, width / 4),
                           STRIDES(1, width / 4 * rows, rows)),
            strided_tensor(F32, w, 0, STRIDES(0), NULL), 0, NULL, t, 1, rows,
            width);
    }
  free(x);
  free(w);
  free(t);
  free(turned);
  free(apart);
  printf("%d checks, %d failures\n", checks, failures);
  return failures != 0;
}

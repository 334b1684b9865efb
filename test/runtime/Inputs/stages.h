/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * stages.h - what hand-written kernel tables are made of, for tests of the
 * runtime: stage functions in plain C, tables, tensors over arrays.
 *
 * A stage here is what the compiler would write, one element at a time.
 */
#ifndef TENON_TEST_STAGES_H
#define TENON_TEST_STAGES_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon.h"
#include "tenon/abi.h"

enum { F32 = TN_F32 & 0xff, F64 = TN_F64 & 0xff };

static _Atomic int failures, checks;
#define CHECK(condition, ...)                                                  \
  do {                                                                         \
    checks++;                                                                  \
    if (!(condition) && failures++ < 20)                                       \
      printf("%s:%d: %s: ", __FILE__, __LINE__, #condition),                   \
          printf(__VA_ARGS__), printf("\n");                                   \
  } while (0)

/* ---- tensors over arrays ------------------------------------------------- */

static struct tn_tensor_impl strided_tensor(unsigned dtype, void *data,
                                            int rank, const int64_t *dims,
                                            const int64_t *strides) {
  struct tn_tensor_impl t = {.data = data, .size = 1};
  int64_t expected = 1;
  unsigned flags = TN_FLAG_VIEW;
  for (int d = rank - 1; d >= 0; d--) {
    t.dims[d] = dims[d];
    t.strides[d] = strides ? strides[d] : expected;
    if (dims[d] != 1 && t.strides[d] != expected)
      flags |= TN_FLAG_STRIDED;
    expected *= dims[d];
    t.size *= dims[d];
  }
  t.header = TN_HEADER(dtype, rank, flags);
  return t;
}
#define DIMS(...)                                                              \
  (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)),                   \
      (const int64_t[]) {                                                      \
    __VA_ARGS__                                                                \
  }
#define STRIDES(...) ((const int64_t[]){__VA_ARGS__})
#define TENSOR(type, data, dims_)                                              \
  (struct tn_tensor_impl[]) { strided_tensor(type, data, dims_, NULL) }

/* ---- numbers ------------------------------------------------------------- */

static uint32_t random_state = 12345;
static uint32_t random_word(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  random_state ^= random_state << 5;
  return random_state;
}
static double random_number(void) {
  return (double)(random_word() >> 8) * 0x1p-23 - 1;
}
static void fill_f32(float *x, size_t n) {
  for (size_t i = 0; i < n; i++)
    x[i] = (float)random_number();
}
static void fill_f64(double *x, size_t n) {
  for (size_t i = 0; i < n; i++)
    x[i] = random_number() + random_number() * 0x1p-30;
}

/* ---- stages -------------------------------------------------------------- */

#define STAGE(name)                                                            \
  static void name(char *const *data, const int64_t *steps, int64_t n)
#define AT(type, operand, j) (((type *)data[operand])[(j) * steps[operand]])
#define EACH for (int64_t j = 0; j < n; j++)
/* Lanes of a row program: set, then gathered. */
#define LANES(type, operand, first)                                            \
  type *const lane##operand = (type *)data[operand];                           \
  for (int l = 0; l < TN_LANES; l++)                                           \
  lane##operand[l] = (first)
#define LANE(operand) lane##operand[j % TN_LANES]

/* y = a * b + c */
STAGE(affine_f32) {
  EACH AT(float, 3, j) = AT(float, 0, j) * AT(float, 1, j) + AT(float, 2, j);
}
STAGE(affine_f64) {
  EACH AT(double, 3, j) =
      AT(double, 0, j) * AT(double, 1, j) + AT(double, 2, j);
}

#define TABLE(f) {f, f, f}
#define OPERANDS(...)                                                          \
  (const uint8_t[]){__VA_ARGS__},                                              \
      (uint8_t)sizeof((const uint8_t[]){__VA_ARGS__})
#define BLOCK_STAGE(f, pass_, ...)                                             \
  {.function = TABLE(f), STAGE_OPERANDS(__VA_ARGS__), .pass = (pass_)}
#define ROW_STAGE(f, pass_, ...)                                               \
  {.function = TABLE(f), STAGE_OPERANDS(__VA_ARGS__), .pass = (pass_), .row = 1}
#define STAGE_OPERANDS(...)                                                    \
  .operands = (const uint8_t[]){__VA_ARGS__},                                  \
  .operand_count = (uint8_t)sizeof((const uint8_t[]){__VA_ARGS__})
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* A kernel whose tables are arrays in sight. */
#define KERNEL(values_, stages_)                                               \
  .abi = TN_ABI, .values = values_, .value_count = COUNT_OF(values_),          \
  .stages = stages_, .stage_count = COUNT_OF(stages_), .pass_count = 1,        \
  .function = "test", .file = __FILE__

/* ---- definitions: docs/numerics.md in its plainest form ------------------ */

/* sum and prod of one matrix [rows, width] into width results, `op` + or *. */
#define DEFINE_REDUCE(name, type, op, first)                                   \
  static void name(const type *x, size_t rows, size_t width, type *out) {      \
    size_t sides = 64;                                                         \
    while (sides > 1 && sides * width > 64)                                    \
      sides /= 2;                                                              \
    const size_t lanes = sides * width, block = 64 * lanes, n = rows * width;  \
    type *tree = malloc(64 * lanes * sizeof *tree);                            \
    size_t top = 0, index = 0;                                                 \
    for (size_t i = 0; i < n || index == 0; i += block, index++) {             \
      type *lane = tree + top++ * lanes;                                       \
      for (size_t l = 0; l < lanes; l++)                                       \
        lane[l] = first;                                                       \
      for (size_t k = i; k < n && k < i + block; k++)                          \
        lane[(k - i) % lanes] = lane[(k - i) % lanes] op x[k];                 \
      for (size_t c = index; c & 1; c >>= 1, top--)                            \
        for (size_t l = 0; l < lanes; l++)                                     \
          tree[(top - 2) * lanes + l] =                                        \
              tree[(top - 2) * lanes + l] op tree[(top - 1) * lanes + l];      \
    }                                                                          \
    for (; top > 1; top--)                                                     \
      for (size_t l = 0; l < lanes; l++)                                       \
        tree[(top - 2) * lanes + l] =                                          \
            tree[(top - 2) * lanes + l] op tree[(top - 1) * lanes + l];        \
    for (; sides > 1; sides /= 2)                                              \
      for (size_t l = 0; l < sides / 2 * width; l++)                           \
        tree[l] = tree[l] op tree[l + sides / 2 * width];                      \
    memcpy(out, tree, width * sizeof *out);                                    \
    free(tree);                                                                \
  }
DEFINE_REDUCE(reduce_sum_f32, float, +, 0)
DEFINE_REDUCE(reduce_sum_f64, double, +, 0)
DEFINE_REDUCE(reduce_prod_f32, float, *, 1)

static float sum_f32(const float *x, size_t n) {
  float out;
  reduce_sum_f32(x, n, 1, &out);
  return out;
}
static double sum_f64(const double *x, size_t n) {
  double out;
  reduce_sum_f64(x, n, 1, &out);
  return out;
}

/* Sum of squared distances from the mean, by Chan's rule over T(m). */
typedef struct spread {
  size_t count;
  float mean, squares;
} spread;
static spread spread_of(const float *x, size_t n) {
  if (n <= 4096) {
    spread s = {n, sum_f32(x, n) / (float)n, 0};
    float *squares = malloc((n + 1) * sizeof *squares);
    for (size_t i = 0; i < n; i++) {
      const float d = x[i] - s.mean;
      squares[i] = d * d;
    }
    s.squares = sum_f32(squares, n);
    free(squares);
    return s;
  }
  size_t left = 4096;
  while (left * 2 < n)
    left *= 2;
  const spread a = spread_of(x, left), b = spread_of(x + left, n - left);
  const float n1 = (float)a.count, n2 = (float)b.count;
  const float total = (float)(a.count + b.count), d = b.mean - a.mean;
  return (spread){n, a.mean + d * (n2 / total),
                  (a.squares + b.squares) + (d * d) * (n1 * (n2 / total))};
}

#endif

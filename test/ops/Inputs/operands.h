/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * operands.h - operands in many layouts, full of special numbers, and the comparison of two results by their bits: what
 * the test programs of test/ops share.
 */
#ifndef TENON_TEST_OPERANDS_H
#define TENON_TEST_OPERANDS_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/abi.h>

#include "rows.h"

/* ---- numbers --------------------------------------------------------------------------------------------------- */

static uint64_t random_bits(uint64_t *state) { /* splitmix64 */
  uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

static const double specials[] = {
    0.0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3, -3, 0.1, -0.7, 7.25, -12.75, 20, -20, 88.5, -87.3, 89, -103.5, 128,
    -150, 709.5, -744.5, 1000, -1e4, 3.14159265358979, 1.5707963267948966, 1e5, 1e8, 8388607.5, 8388608.5, -4503599627370495.5,
    1e15, 1e22, 1e30, -1e37, 3.4028234663852886e38, 1.17549435e-38, -1e-40, 1.4e-45, -1.4e-45, 1e-20, 1e-8, -1e-4,
    1.7976931348623157e308, -1e200, 2.2250738585072014e-308, -1e-310, 4.9e-324, 0.9999999, 1.0000001, -0.9999999, -1.0000001};
enum { SPECIALS = sizeof specials / sizeof *specials, WITH_NAN = SPECIALS + 3 };
static double special(uint64_t i) {
  i %= WITH_NAN;
  return i < SPECIALS ? specials[i] : i == SPECIALS ? HUGE_VAL : i == SPECIALS + 1 ? -HUGE_VAL : nan("");
}
static const int64_t integer_specials[] = {0, 1, -1, 2, -2, 3, 7, -10, 100, INT32_MAX, INT32_MIN, INT32_MIN + 1,
                                           INT64_MAX, INT64_MIN, INT64_MIN + 1, 46341, -46341, 3037000500,
                                           (INT64_C(1) << 53) + 1};
enum { INTEGER_SPECIALS = sizeof integer_specials / sizeof *integer_specials };

static size_t size_of(tn_dtype dtype) {
  return dtype == TN_BOOL || dtype == TN_U8 ? 1 : dtype == TN_F32 || dtype == TN_I32 ? 4 : 8;
}

/* Element i of an operand; `second` says which: pairs of small i go over all pairs of special values. */
static void put(char *at, tn_dtype dtype, uint64_t i, bool second, uint64_t *state) {
  const uint64_t bits = random_bits(state);
  if (dtype == TN_BOOL) {
    *at = (char)(second ? i / 2 % 2 : i % 2);
  } else if (dtype == TN_F32 || dtype == TN_F64) {
    double v;
    if (i < WITH_NAN * WITH_NAN)
      v = special(second ? i / WITH_NAN + i : i);
    else if (bits % 8) /* ordinary numbers, mostly */
      v = ldexp((double)(int64_t)random_bits(state) * 0x1p-63, (int)(bits >> 8) % 6);
    else { /* any bits at all */
      const uint64_t any = random_bits(state);
      memcpy(at, &any, size_of(dtype));
      return;
    }
    const float f = (float)v;
    memcpy(at, dtype == TN_F32 ? (const void *)&f : &v, size_of(dtype));
  } else {
    const int64_t v = i < INTEGER_SPECIALS * INTEGER_SPECIALS
                          ? integer_specials[(second ? i / INTEGER_SPECIALS + i : i) % INTEGER_SPECIALS]
                          : (int64_t)(bits >> bits % 60);
    const int32_t narrow = (int32_t)(uint32_t)v;
    memcpy(at, dtype == TN_I32 ? (const void *)&narrow : &v, size_of(dtype));
  }
}

/* ---- operands -------------------------------------------------------------------------------------------------- */

typedef enum layout { CONTIGUOUS, EVERY_SECOND, TRANSPOSED, REVERSED, MISALIGNED, LAYOUTS } layout;

typedef struct storage {
  char *memory;
  size_t capacity;
} storage;

/* From one element to the next, in row-major order: where that is, in elements from the first. Quicker than a division for each dim. */
static inline int64_t next_element(const operand *x, int64_t *index, int64_t at) {
  for (int d = x->rank; d--;) {
    at += x->strides[d];
    if (++index[d] < x->dims[d]) return at;
    at -= x->dims[d] * x->strides[d];
    index[d] = 0;
  }
  return at;
}

/* An operand in memory whose elements are not set. Returns how many they are. */
static int64_t place_operand(operand *out, storage *s, tn_dtype dtype, int rank, const int64_t *dims, layout how) {
  const size_t width = size_of(dtype);
  int64_t size = 1;
  out->rank = rank;
  for (int d = 0; d < rank; d++) size *= out->dims[d] = dims[d];
  const size_t bytes = (size_t)size * width * 2 + 64;
  if (s->capacity < bytes) s->memory = realloc(s->memory, s->capacity = bytes);
  memset(s->memory, 0x5a, bytes);
  int64_t step = how == EVERY_SECOND ? 2 : 1;
  int order[8];
  for (int d = 0; d < rank; d++) order[d] = d;
  if (how == TRANSPOSED && rank > 1) order[rank - 1] = rank - 2, order[rank - 2] = rank - 1;
  for (int d = rank; d--; step *= dims[order[d]]) out->strides[order[d]] = step;
  out->data = s->memory + (how == MISALIGNED);
  if (how == REVERSED)
    for (int d = 0; d < rank; d++) {
      if (dims[d] > 1) out->data += (dims[d] - 1) * out->strides[d] * (int64_t)width;
      out->strides[d] = -out->strides[d];
    }
  return size;
}

static inline void make_operand(operand *out, storage *s, tn_dtype dtype, int rank, const int64_t *dims, layout how, bool second) {
  const int64_t size = place_operand(out, s, dtype, rank, dims, how);
  uint64_t state = (uint64_t)size * 2 + second;
  int64_t index[8] = {0};
  for (int64_t i = 0, at = 0; i < size; i++, at = next_element(out, index, at))
    put(out->data + at * (int64_t)size_of(dtype), dtype, (uint64_t)i, second, &state);
}

/* The address of the element of x that meets element i of the result. */
static inline const char *element(const operand *x, const struct tn_tensor_impl *result, size_t width, int64_t i) {
  int64_t at = 0;
  const int rank = (int)TN_HEADER_RANK(result->header);
  for (int d = rank; d--; i /= result->dims[d]) {
    const int own = d - (rank - x->rank);
    if (own >= 0 && x->dims[own] != 1) at += i % result->dims[d] * x->strides[own];
  }
  return x->data + at * (int64_t)width;
}

/* ---- comparisons ----------------------------------------------------------------------------------------------- */

static int failures, shown; /* shown: of the row at hand */
static const char *where_text;
#define FAIL(...)                                                                                                      \
  do {                                                                                                                 \
    failures++;                                                                                                        \
    if (shown++ < 3) printf("%s: ", where_text), printf(__VA_ARGS__), putchar('\n');                               \
  } while (0)

/* One NaN is as good as another. */
static uint64_t bits_of(const char *at, tn_dtype dtype) {
  uint64_t bits = 0;
  memcpy(&bits, at, size_of(dtype));
  if (dtype == TN_F32 && (bits & 0x7fffffff) > 0x7f800000) return 0x7fc00000;
  if (dtype == TN_F64 && (bits & INT64_MAX) > UINT64_C(0x7ff0000000000000)) return UINT64_C(0x7ff8000000000000);
  return bits;
}

static void compare_sides(tn_tensor eager, tn_tensor compiled, const char *form) {
  if (!eager || !compiled) {
    FAIL("%s: eager gives %s, compiled %s (%s)", form, eager ? "a tensor" : "NULL", compiled ? "a tensor" : "NULL", tn_error());
    return;
  }
  if (eager->header >> 32 != compiled->header >> 32 || (uint16_t)eager->header != (uint16_t)compiled->header ||
      memcmp(eager->dims, compiled->dims, sizeof *eager->dims * TN_HEADER_RANK(eager->header))) {
    FAIL("%s: dtype or shape differ", form);
    return;
  }
  const tn_dtype dtype = tn_dtype_of(eager);
  const size_t width = size_of(dtype);
  const char *p = tn_data_const(eager), *q = tn_data_const(compiled);
  for (int64_t i = 0; i < eager->size; i++, p += width, q += width)
    if (bits_of(p, dtype) != bits_of(q, dtype)) {
      FAIL("%s: element %lld of %lld: eager %llx, compiled %llx", form, (long long)i, (long long)eager->size,
           (unsigned long long)bits_of(p, dtype), (unsigned long long)bits_of(q, dtype));
      return;
    }
}

typedef struct shape {
  int rank;
  int64_t dims[8];
} shape;
#define SHAPE(n, ...) {n, {__VA_ARGS__}}

/* Of all results of a row: other instruction sets and thread counts must have the same. */
static uint64_t hash;
static void write_hash(FILE *out, const char *row, int variant) {
  if (out) fprintf(out, "%s %d %016llx\n", row, variant, (unsigned long long)hash);
  hash = UINT64_C(0xcbf29ce484222325);
  shown = 0;
}

static void hash_result(tn_tensor t) {
  const char *p = t ? tn_data_const(t) : NULL;
  for (int64_t i = 0; p && i < t->size; i++)
    hash = (hash ^ bits_of(p + i * (int64_t)size_of(tn_dtype_of(t)), tn_dtype_of(t))) * UINT64_C(0x100000001b3);
}

#endif

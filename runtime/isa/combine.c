/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * combine.c - how what a reduction gathered is put together, for one
 * instruction set.
 *
 * One instance of each function for each kind and dtype: the compiler turns the
 * loops into vector code.
 */
#include "../lanes.h"

#include <math.h>
#include <string.h>

/* IEEE 754-2019 maximum and minimum: NaN wins, -0 < +0. Numbers that compare
 * equal have the same bits or are zeros; there `and` keeps a sign that both
 * have, `or` one that either has. No branches, so that it vectorises. */
#define DEFINE_EXTREMES(type, word)                                            \
  static inline type maximum_##type(type x, type y) {                          \
    union {                                                                    \
      type number;                                                             \
      word bits;                                                               \
    } a = {x}, b = {y}, both;                                                  \
    both.bits = a.bits & b.bits;                                               \
    type larger = x > y ? x : y;                                               \
    larger = x == y ? both.number : larger;                                    \
    return x != x ? x : larger;                                                \
  }                                                                            \
  static inline type minimum_##type(type x, type y) {                          \
    union {                                                                    \
      type number;                                                             \
      word bits;                                                               \
    } a = {x}, b = {y}, either;                                                \
    either.bits = a.bits | b.bits;                                             \
    type smaller = x < y ? x : y;                                              \
    smaller = x == y ? either.number : smaller;                                \
    return x != x ? x : smaller;                                               \
  }
DEFINE_EXTREMES(float, uint32_t)
DEFINE_EXTREMES(double, uint64_t)

#define ADD(x, y) ((x) + (y))
#define MUL(x, y) ((x) * (y))
#define WRAP_ADD(x, y) (CALC(x) + CALC(y))
#define WRAP_MUL(x, y) (CALC(x) * CALC(y))
#define CALC(x) ((uint64_t)(x))
#define INT_MAXIMUM(x, y) ((x) > (y) ? (x) : (y))
#define INT_MINIMUM(x, y) ((x) < (y) ? (x) : (y))

#define DEFINE(name, type, OP, first)                                          \
  static void combine_##name(void *to, const void *from, int64_t n) {          \
    type *restrict t = to;                                                     \
    const type *restrict f = from;                                             \
    for (int64_t i = 0; i < n; i++)                                            \
      t[i] = (type)OP(t[i], f[i]);                                             \
  }                                                                            \
  static void halve_##name(void *lanes, int64_t count, int64_t width) {        \
    for (int64_t n = count / 2 * width; count > 1; count /= 2, n /= 2)         \
      combine_##name(lanes, (const type *)lanes + n, n);                       \
  }                                                                            \
  static void start_##name(void *lanes, int64_t n) {                           \
    type *l = lanes;                                                           \
    for (int64_t i = 0; i < n; i++)                                            \
      l[i] = (first);                                                          \
  }

/* From TN_LANES lanes to half[0], in constant steps. */
#define HALVE(type, OP, n)                                                     \
  for (int i = 0; i < n; i++)                                                  \
    half[i] = (type)OP(half[i], half[i + n]);
#define HALVE_ALL(type, OP)                                                    \
  type half[TN_LANES / 2];                                                     \
  for (int i = 0; i < TN_LANES / 2; i++)                                       \
    half[i] = (type)OP(l[i], l[i + TN_LANES / 2]);                             \
  HALVE(type, OP, 16)                                                          \
  HALVE(type, OP, 8)                                                           \
  HALVE(type, OP, 4)                                                           \
  HALVE(type, OP, 2)                                                           \
  HALVE(type, OP, 1)
#define PUT_SPLAT(type, value)                                                 \
  for (size_t i = 0; i < TN_SPLAT_BYTES / sizeof(type); i++)                   \
    ((type *)out_splat)[i] = (value);

#define DEFINE_TOTAL(name, type, OP)                                           \
  static void total_##name(const void *lanes, void *out_splat) {               \
    const type *restrict l = lanes;                                            \
    HALVE_ALL(type, OP)                                                        \
    PUT_SPLAT(type, half[0])                                                   \
  }

/* The extreme of floating lanes does not depend on an order. So NaN and the
 * sign of zero, which take longer than all else, are looked for once and beside
 * the rest: a zero is the better one if any lane has the bits of that. */
#define FIRST_GREATER(x, y) ((x) > (y) ? (x) : (y))
#define FIRST_LESSER(x, y) ((x) < (y) ? (x) : (y))
#define DEFINE_EXTREME_TOTAL(name, type, word, OP, zero)                       \
  static void total_##name(const void *lanes, void *out_splat) {               \
    typedef word __attribute__((may_alias)) pattern;                           \
    const type *restrict l = lanes;                                            \
    const pattern *restrict bits = lanes;                                      \
    const type better_zero = zero;                                             \
    const word better_bits = *(const pattern *)&better_zero;                   \
    word has_nan = 0, has_better = 0;                                          \
    for (int i = 0; i < TN_LANES; i++) {                                       \
      has_nan |= l[i] != l[i];                                                 \
      has_better |= bits[i] == better_bits;                                    \
    }                                                                          \
    HALVE_ALL(type, OP)                                                        \
    type extreme = half[0];                                                    \
    if (extreme == 0)                                                          \
      extreme = has_better ? better_zero : -better_zero;                       \
    if (has_nan)                                                               \
      extreme = (type)NAN;                                                     \
    PUT_SPLAT(type, extreme)                                                   \
  }

#define FLOATS(code, type, word, infinity)                                     \
  DEFINE(sum_##type, type, ADD, 0)                                             \
  DEFINE(prod_##type, type, MUL, 1)                                            \
  DEFINE(max_##type, type, maximum_##type, -infinity)                          \
  DEFINE(min_##type, type, minimum_##type, infinity)                           \
  DEFINE_TOTAL(sum_##type, type, ADD)                                          \
  DEFINE_TOTAL(prod_##type, type, MUL)                                         \
  DEFINE_EXTREME_TOTAL(max_##type, type, word, FIRST_GREATER, 0)               \
  DEFINE_EXTREME_TOTAL(min_##type, type, word, FIRST_LESSER, -(type)0)

#define INTEGERS(code, type, least, most)                                      \
  DEFINE(sum_##type, type, WRAP_ADD, 0)                                        \
  DEFINE(prod_##type, type, WRAP_MUL, 1)                                       \
  DEFINE(max_##type, type, INT_MAXIMUM, least)                                 \
  DEFINE(min_##type, type, INT_MINIMUM, most)                                  \
  DEFINE_TOTAL(sum_##type, type, WRAP_ADD)                                     \
  DEFINE_TOTAL(prod_##type, type, WRAP_MUL)                                    \
  DEFINE_TOTAL(max_##type, type, INT_MAXIMUM)                                  \
  DEFINE_TOTAL(min_##type, type, INT_MINIMUM)

#define EACH_DTYPE(FLOATS, INTEGERS)                                           \
  FLOATS(TNI_F32, float, uint32_t, HUGE_VALF)                                  \
  FLOATS(TNI_F64, double, uint64_t, HUGE_VAL)                                  \
  INTEGERS(TNI_I8, int8_t, INT8_MIN, INT8_MAX)                                 \
  INTEGERS(TNI_U8, uint8_t, 0, UINT8_MAX)                                      \
  INTEGERS(TNI_I16, int16_t, INT16_MIN, INT16_MAX)                             \
  INTEGERS(TNI_U16, uint16_t, 0, UINT16_MAX)                                   \
  INTEGERS(TNI_I32, int32_t, INT32_MIN, INT32_MAX)                             \
  INTEGERS(TNI_U32, uint32_t, 0, UINT32_MAX)                                   \
  INTEGERS(TNI_I64, int64_t, INT64_MIN, INT64_MAX)                             \
  INTEGERS(TNI_U64, uint64_t, 0, UINT64_MAX)

EACH_DTYPE(FLOATS, INTEGERS)

#define ENTRY(name, type)                                                      \
  {sizeof(type), combine_##name##_##type, halve_##name##_##type,               \
   total_##name##_##type, start_##name##_##type}
#define ROW(code, type, ...)                                                   \
  [code] = {ENTRY(sum, type), ENTRY(prod, type), ENTRY(max, type),             \
            ENTRY(min, type)},

/* One whole store, so that a stage's vector load need not wait for parts. */
#define DEFINE_SPLAT(bits)                                                     \
  static void splat_##bits(void *out_splat, const void *element) {             \
    uint##bits##_t x;                                                          \
    memcpy(&x, element, sizeof x);                                             \
    PUT_SPLAT(uint##bits##_t, x)                                               \
  }
DEFINE_SPLAT(8)
DEFINE_SPLAT(16)
DEFINE_SPLAT(32)
DEFINE_SPLAT(64)

#define PASTE_(x, y) x##y
#define PASTE(x, y) PASTE_(x, y)
const tni_lanes PASTE(tni_lanes_,
                      TN_ISA_NAME)[TNI_DTYPES][4] = {EACH_DTYPE(ROW, ROW)};
const tni_splat_function PASTE(tni_splats_, TN_ISA_NAME)[9] = {
    [1] = splat_8, [2] = splat_16, [4] = splat_32, [8] = splat_64};

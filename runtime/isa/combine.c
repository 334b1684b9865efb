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

#define HALVE(type, OP, n)                                                     \
  for (int i = 0; i < n; i++)                                                  \
    half[i] = (type)OP(half[i], half[i + n]);
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
  static void total_##name(const void *lanes, void *out_element) {             \
    const type *restrict l = lanes;                                            \
    type half[TN_LANES / 2];                                                   \
    for (int i = 0; i < TN_LANES / 2; i++)                                     \
      half[i] = (type)OP(l[i], l[i + TN_LANES / 2]);                           \
    HALVE(type, OP, 16)                                                        \
        HALVE(type, OP, 8) HALVE(type, OP, 4) HALVE(type, OP, 2)               \
            HALVE(type, OP, 1) *                                               \
        (type *)out_element = half[0];                                         \
  }                                                                            \
  static void start_##name(void *lanes, int64_t n) {                           \
    type *l = lanes;                                                           \
    for (int64_t i = 0; i < n; i++)                                            \
      l[i] = (first);                                                          \
  }

#define FLOATS(code, type, infinity)                                           \
  DEFINE(sum_##type, type, ADD, 0)                                             \
  DEFINE(prod_##type, type, MUL, 1)                                            \
  DEFINE(max_##type, type, maximum_##type, -infinity)                          \
  DEFINE(min_##type, type, minimum_##type, infinity)

#define INTEGERS(code, type, least, most)                                      \
  DEFINE(sum_##type, type, WRAP_ADD, 0)                                        \
  DEFINE(prod_##type, type, WRAP_MUL, 1)                                       \
  DEFINE(max_##type, type, INT_MAXIMUM, least)                                 \
  DEFINE(min_##type, type, INT_MINIMUM, most)

#define EACH_DTYPE(FLOATS, INTEGERS)                                           \
  FLOATS(TNI_F32, float, HUGE_VALF)                                            \
  FLOATS(TNI_F64, double, HUGE_VAL)                                            \
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

#define PASTE_(x, y) x##y
#define PASTE(x, y) PASTE_(x, y)
const tni_lanes PASTE(tni_lanes_,
                      TN_ISA_NAME)[TNI_DTYPES][4] = {EACH_DTYPE(ROW, ROW)};

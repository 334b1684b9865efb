/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * integer_rows.h - the loops of ops.def's elementwise rows for one integer dtype. Includer defines INT_BITS, INT_SIGNED.
 */
#include "tenon/scalar/integer.h"

/* Comparisons are written once for floats and integers, as masks: less than is FN(lt). */
#undef FN
#define FN(name) INTEGER_##name
#define INTEGER_lt(x, y) -((x) < (y))
#define INTEGER_le(x, y) -((x) <= (y))
#define INTEGER_eq(x, y) -((x) == (y))

/* Rows for floats only have no integer form. */
#define UNARY_TN_FLOATS(name, integer)
#define UNARY_TN_NUMBERS(name, integer)                                                                                \
  static void I(unary_##name)(void *restrict out, const void *xs, const void *ys, const void *zs, int64_t n) {         \
    for (int64_t i = 0; i < n; i++) {                                                                                  \
      const I(number) x = ((const I(number) *)xs)[i];                                                                    \
      ((I(number) *)out)[i] = integer;                                                                                  \
    }                                                                                                                  \
    (void)ys, (void)zs;                                                                                                \
  }
#define BINARY_TN_FLOATS(name, integer)
#define BINARY_TN_NUMBERS(name, integer)                                                                               \
  static void I(binary_##name)(void *restrict out, const void *xs, const void *ys, const void *zs, int64_t n) {        \
    for (int64_t i = 0; i < n; i++) {                                                                                  \
      const I(number) x = ((const I(number) *)xs)[i], y = ((const I(number) *)ys)[i];                                     \
      ((I(number) *)out)[i] = integer;                                                                                  \
    }                                                                                                                  \
    (void)zs;                                                                                                          \
  }
#define TN_UNARY(name, types, value, integer, derivative, ulp32, ulp64) UNARY_##types(name, integer)
#define TN_BINARY(name, types, value, integer, derivative_x, derivative_y, ulp32, ulp64) BINARY_##types(name, integer)
#define TN_COMPARE(name, types, value)                                                                                 \
  static void I(compare_##name)(void *restrict out, const void *xs, const void *ys, const void *zs, int64_t n) {       \
    for (int64_t i = 0; i < n; i++) {                                                                                  \
      const I(number) x = ((const I(number) *)xs)[i], y = ((const I(number) *)ys)[i];                                     \
      ((uint8_t *)out)[i] = (uint8_t)((value)&1);                                                                      \
    }                                                                                                                  \
    (void)zs;                                                                                                          \
  }
#define OPERANDS_1 const I(number) x = ((const I(number) *)xs)[i]
#define OPERANDS_2 const I(number) x = ((const I(number) *)xs)[i], y = ((const I(number) *)ys)[i]
#define TN_LOGICAL(name, arity, value)                                                                                 \
  static void I(logical_##name)(void *restrict out, const void *xs, const void *ys, const void *zs, int64_t n) {       \
    for (int64_t i = 0; i < n; i++) {                                                                                  \
      OPERANDS_##arity;                                                                                                \
      ((I(number) *)out)[i] = (I(number))(value);                                                                        \
    }                                                                                                                  \
    (void)ys, (void)zs;                                                                                                \
  }
#include "tenon/ops.def"

static void I(clip)(void *restrict out, const void *xs, const void *lows, const void *highs, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    ((I(number) *)out)[i] =
        I(min)(I(max)(((const I(number) *)xs)[i], ((const I(number) *)lows)[i]), ((const I(number) *)highs)[i]);
}

#undef FN
#undef INTEGER_lt
#undef INTEGER_le
#undef INTEGER_eq
#undef UNARY_TN_FLOATS
#undef UNARY_TN_NUMBERS
#undef BINARY_TN_FLOATS
#undef BINARY_TN_NUMBERS
#undef OPERANDS_1
#undef OPERANDS_2
#undef INT_BITS
#undef INT_SIGNED

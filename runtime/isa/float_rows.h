/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * float_rows.h - the loops of ops.def's elementwise rows for one floating dtype. Includer defines REAL_BITS.
 */
#define LANES 1
#include "tenon/scalar/elementary.h"

#include "tenon/scalar/arithmetic.h"

#define K(c) FN(splat)((real)(c))

#define TN_UNARY(name, types, value, integer, derivative, ulp32, ulp64)                                                \
  static void FN(unary_##name)(void *restrict out, const void *xs, const void *ys, const void *zs, int64_t n) {        \
    for (int64_t i = 0; i < n; i++) {                                                                                  \
      const F x = ((const F *)xs)[i];                                                                                  \
      ((F *)out)[i] = value;                                                                                           \
    }                                                                                                                  \
    (void)ys, (void)zs;                                                                                                \
  }
#define TN_BINARY(name, types, value, integer, derivative_x, derivative_y, ulp32, ulp64)                               \
  static void FN(binary_##name)(void *restrict out, const void *xs, const void *ys, const void *zs, int64_t n) {       \
    for (int64_t i = 0; i < n; i++) {                                                                                  \
      const F x = ((const F *)xs)[i], y = ((const F *)ys)[i];                                                          \
      ((F *)out)[i] = value;                                                                                           \
    }                                                                                                                  \
    (void)zs;                                                                                                          \
  }
#define TN_COMPARE(name, types, value)                                                                                 \
  static void FN(compare_##name)(void *restrict out, const void *xs, const void *ys, const void *zs, int64_t n) {      \
    for (int64_t i = 0; i < n; i++) {                                                                                  \
      const F x = ((const F *)xs)[i], y = ((const F *)ys)[i];                                                          \
      ((uint8_t *)out)[i] = (uint8_t)((value)&1);                                                                      \
    }                                                                                                                  \
    (void)zs;                                                                                                          \
  }
#include "tenon/ops.def"

static void FN(clip)(void *restrict out, const void *xs, const void *lows, const void *highs, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    ((F *)out)[i] = FN(minimum)(FN(maximum)(((const F *)xs)[i], ((const F *)lows)[i]), ((const F *)highs)[i]);
}

#undef K
#undef LANES

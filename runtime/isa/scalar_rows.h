/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * scalar_rows.h - ops.def's rows as functions of one float or double. Includer defines REAL_BITS.
 */
#define LANES 1
#include "tenon/scalar/elementary.h"

#include "tenon/scalar/arithmetic.h"

#define K(c) FN(splat)((real)(c))
/* inline: those that math.h does not offer are not missed. */
#define TN_UNARY(name, types, value, integer, derivative, ulp32, ulp64)                                                \
  static inline F FN(scalar_##name)(F x) { return value; }
#define TN_BINARY(name, types, value, integer, derivative_x, derivative_y, ulp32, ulp64)                               \
  static inline F FN(scalar_##name)(F x, F y) { return value; }
#include "tenon/ops.def"

#undef K
#undef LANES

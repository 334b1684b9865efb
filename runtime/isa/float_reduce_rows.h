/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * float_reduce_rows.h - reduce_rows.h for one floating dtype. Includer defines REAL_BITS.
 */
#define LANES 1
#include "tenon/scalar/elementary.h"

#include "tenon/scalar/arithmetic.h"

#define N F
#define M(name) FN(reduce_##name)
#define ADD(x, y) ((x) + (y))
#define MULTIPLY(x, y) ((x) * (y))
#define GREATER(x, y) FN(maximum)(x, y)
#define LESSER(x, y) FN(minimum)(x, y)
#define LEAST ((F)-__builtin_inf())
#define GREATEST ((F)__builtin_inf())
#define IS_NAN(x) ((x) != (x))
#include "reduce_rows.h"

#undef LANES

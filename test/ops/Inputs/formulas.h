/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * formulas.h - what each elementwise row means, as plain C. Included once for each type of number:
 *
 *   #define R double          the type
 *   #define M(f) f            libm's function for it
 *   #define NAMED(f) f##_64   names of what this header defines
 *
 * Values. FORMULA_name, below, is written from the documentation (ops.h) and not from the table. A row without one is
 * held to its own tokens, evaluated with libm's functions: NAMED(value_name).
 * Derivatives. NAMED(slope_name) and, of rows with two operands, NAMED(slope_y_name) are the table's own tokens.
 */

/* The tokens of ops.def, on R. A mask is 0 or -1, so that ~ works. */
#define K(c) ((R)(c))
#define FN(f) NAMED(token_##f)
#define DEFINE(f) static inline R NAMED(token_##f)
DEFINE(magnitude)(R x) { return M(fabs)(x); }
DEFINE(sqrt)(R x) { return M(sqrt)(x); }
DEFINE(exp)(R x) { return M(exp)(x); }
DEFINE(expm1)(R x) { return M(expm1)(x); }
DEFINE(log)(R x) { return M(log)(x); }
DEFINE(log1p)(R x) { return M(log1p)(x); }
DEFINE(sin)(R x) { return M(sin)(x); }
DEFINE(cos)(R x) { return M(cos)(x); }
DEFINE(tanh)(R x) { return M(tanh)(x); }
DEFINE(erf)(R x) { return M(erf)(x); }
DEFINE(sigmoid)(R x) { return 1 / (1 + M(exp)(-x)); }
DEFINE(floor)(R x) { return M(floor)(x); }
DEFINE(ceil)(R x) { return M(ceil)(x); }
DEFINE(round_even)(R x) { return M(nearbyint)(x); }
DEFINE(pow)(R x, R y) { return M(pow)(x, y); }
DEFINE(maximum)(R x, R y) { return x != x ? x : y != y ? y : x < y || (x == y && signbit(x)) ? y : x; }
DEFINE(minimum)(R x, R y) { return x != x ? x : y != y ? y : y < x || (x == y && signbit(y)) ? y : x; }
DEFINE(sel)(int mask, R x, R y) { return mask ? x : y; }
#undef DEFINE
#define DEFINE(f) static inline int NAMED(token_##f)
DEFINE(eq)(R x, R y) { return -(x == y); }
DEFINE(lt)(R x, R y) { return -(x < y); }
DEFINE(le)(R x, R y) { return -(x <= y); }
#undef DEFINE

#ifndef FORMULA_OR
/* FORMULA_OR(name, tokens): the formula where there is one. */
#define FORMULA_OR(name, ...) FORMULA_OR_(FORMULA_##name, __VA_ARGS__, ~)
#define FORMULA_OR_(...) FORMULA_OR__(__VA_ARGS__)
#define FORMULA_OR__(first, second, ...) second

#define FORMULA_neg ~, -x
#define FORMULA_abs ~, M(fabs)(x)
#define FORMULA_square ~, x *x
#define FORMULA_sqrt ~, M(sqrt)(x)
#define FORMULA_rsqrt ~, 1 / M(sqrt)(x)
#define FORMULA_exp ~, M(exp)(x)
#define FORMULA_expm1 ~, M(expm1)(x)
#define FORMULA_log ~, M(log)(x)
#define FORMULA_log1p ~, M(log1p)(x)
#define FORMULA_sin ~, M(sin)(x)
#define FORMULA_cos ~, M(cos)(x)
#define FORMULA_tanh ~, M(tanh)(x)
#define FORMULA_erf ~, M(erf)(x)
#define FORMULA_sigmoid ~, 1 / (1 + M(exp)(-x))
#define FORMULA_relu ~, (x != x || x > 0 ? x : 0)
#define FORMULA_silu ~, x *(1 / (1 + M(exp)(-x)))
#define FORMULA_gelu ~, x * (1 + M(erf)(x / M(sqrt)(2))) / 2
#define FORMULA_floor ~, M(floor)(x)
#define FORMULA_ceil ~, M(ceil)(x)
#define FORMULA_round ~, M(rint)(x)
#define FORMULA_add ~, x + y
#define FORMULA_sub ~, x - y
#define FORMULA_mul ~, x *y
#define FORMULA_div ~, x / y
#define FORMULA_pow ~, M(pow)(x, y)
#define FORMULA_maximum ~, (x != x || y != y ? x + y : x == y ? (signbit(x) ? y : x) : x > y ? x : y)
#define FORMULA_minimum ~, (x != x || y != y ? x + y : x == y ? (signbit(x) ? x : y) : x < y ? x : y)
#define FORMULA_equal ~, x == y
#define FORMULA_not_equal ~, x != y
#define FORMULA_less ~, x < y
#define FORMULA_less_equal ~, x <= y
#define FORMULA_greater ~, x > y
#define FORMULA_greater_equal ~, x >= y
#endif

/* One signature for all: rows of one operand get a y of 0. r is the value. */
#define SIGNATURE(prefix, name) static inline R NAMED(prefix##name)(R x, R y)
#define UNUSED (void)x, (void)y
#define TN_UNARY(name, types, value, integer, derivative, ulp32, ulp64)                                                \
  SIGNATURE(value_, name) { return UNUSED, FORMULA_OR(name, value); }                                                  \
  SIGNATURE(slope_, name) {                                                                                            \
    const R r = NAMED(value_##name)(x, y);                                                                             \
    return UNUSED, (void)r, derivative;                                                                                \
  }
#define TN_BINARY(name, types, value, integer, derivative_x, derivative_y, ulp32, ulp64)                               \
  TN_UNARY(name, types, value, integer, derivative_x, ulp32, ulp64)                                                    \
  SIGNATURE(slope_y_, name) {                                                                                          \
    const R r = NAMED(value_##name)(x, y);                                                                             \
    return UNUSED, (void)r, derivative_y;                                                                              \
  }
#define TN_COMPARE(name, types, value)                                                                                 \
  SIGNATURE(value_, name) { return (FORMULA_OR(name, value)) != 0; }
#include "tenon/ops.def"
#undef SIGNATURE
#undef UNUSED
#undef K
#undef FN

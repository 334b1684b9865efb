/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * integer_formulas.h - what each elementwise row means on integers, as plain C in 128 bits, cut to N by the caller.
 * Included once for i32 (INT_BITS 32, INT_SIGNED 1), once for i64 and once for u64. As in formulas.h, a row without a formula is held to the
 * table's own tokens.
 */
#include "tenon/scalar/integer.h"
#undef INT_SIGNED

#ifndef INTEGER_OR
#define INTEGER_OR(name, ...) INTEGER_OR_(INTEGER_##name, __VA_ARGS__, ~)
#define INTEGER_OR_(...) INTEGER_OR__(__VA_ARGS__)
#define INTEGER_OR__(first, second, ...) second
#define INTEGER_neg ~, -x
#define INTEGER_abs ~, (x < 0 ? -x : x)
#define INTEGER_square ~, (wide)((unsigned_wide)x * (unsigned_wide)x)
#define INTEGER_relu ~, (x < 0 ? 0 : x)
#define INTEGER_floor ~, x
#define INTEGER_ceil ~, x
#define INTEGER_round ~, x
#define INTEGER_add ~, x + y
#define INTEGER_sub ~, x - y
#define INTEGER_mul ~, (wide)((unsigned_wide)x * (unsigned_wide)y)
#define INTEGER_div ~, (y == 0 ? 0 : x / y)
#define INTEGER_maximum ~, (x < y ? y : x)
#define INTEGER_minimum ~, (x < y ? x : y)
typedef __int128 wide;
typedef unsigned __int128 unsigned_wide; /* in which the product of two u64 fits */
#endif

#define SIGNATURE(name) static wide NAMED(integer_##name)(wide x, wide y)
#define TN_NONE 0
#define TN_UNARY(name, types, value, integer, derivative, ulp32, ulp64)                                                \
  SIGNATURE(name) { return (void)x, (void)y, INTEGER_OR(name, integer); }
#define TN_BINARY(name, types, value, integer, derivative_x, derivative_y, ulp32, ulp64)                               \
  SIGNATURE(name) { return (void)x, (void)y, INTEGER_OR(name, integer); }
#define FN(f) compare_##f
#define TN_COMPARE(name, types, value)                                                                                 \
  SIGNATURE(name) { return (FORMULA_OR(name, value)) != 0; }
#define TN_LOGICAL(name, arity, value)                                                                                 \
  SIGNATURE(name) { return (void)y, value; }
#include "tenon/ops.def"
#undef SIGNATURE
#undef TN_NONE
#undef FN

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * ops.h - what can be computed. Over 500 lines, for it is the reference of every op, in one place.
 *
 * Each comment says, in this order: what is returned; Shape; Types; Errors; Numerics; Grad (the gradient's rule);
 * Source (what the op follows). For all of them:
 *   - results are new tensors of the innermost scope, row-major, that share no memory with anything;
 *   - an operand that is NULL gives NULL. So does memory that runs out. Errors say what else does;
 *   - "broadcast" is NumPy's rule: shapes are aligned at the last axis, a dim of 1 or a missing one stretches;
 *   - axes count from 0; negative ones from the end;
 *   - two operands have the same dtype. A C number fits any dtype that holds it; a fraction with integers is an error;
 *   - a dtype that an op does not have yet is an error that says so. "floats" are f32 and f64 today, "numbers" these
 *     with the integers, signed and unsigned, of 8 to 64 bits, "all" each dtype there is;
 *   - bits: results are the same bits on every processor, whoever compiles the program, with any number of threads,
 *     but for the sign and payload of a NaN. "exact" is the correctly rounded result; ULP is a bound on the error in
 *     units in the last place, f32 / f64. NaN comes out where NaN goes in; -0 and denormals are kept.
 */
#ifndef TENON_OPS_H
#define TENON_OPS_H

#include "tenon/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- One operand, element by element --------------------------------------------------------------------------------- */
/* -x.
 * Shape: x's. Types: numbers. Errors: other dtypes. Numerics: exact; integers wrap: -INT_MIN is INT_MIN.
 * Grad: -1. Source: C. */
TN_OP("neg") TN_RESULT tn_tensor tn_neg(tn_tensor x) TN_NOTHROW;

/* |x|, and -0 becomes +0.
 * Shape: x's. Types: numbers. Errors: other dtypes. Numerics: exact; |INT_MIN| is INT_MIN.
 * Grad: the sign of x, 1 at 0. Source: C fabs. */
TN_OP("abs") TN_RESULT tn_tensor tn_abs(tn_tensor x) TN_NOTHROW;

/* x * x.
 * Shape: x's. Types: numbers. Errors: other dtypes. Numerics: exact; integers wrap.
 * Grad: 2x. Source: x * x. */
TN_OP("square") TN_RESULT tn_tensor tn_square(tn_tensor x) TN_NOTHROW;

/* The square root; NaN below 0, -0 of -0.
 * Shape: x's. Types: floats. Errors: other dtypes. Numerics: exact.
 * Grad: 0.5 / sqrt(x). Source: IEEE 754 squareRoot. */
TN_OP("sqrt") TN_RESULT tn_tensor tn_sqrt(tn_tensor x) TN_NOTHROW;

/* 1 / sqrt(x): one square root, one division.
 * Shape: x's. Types: floats. Errors: other dtypes. Numerics: 2 / 2 ULP.
 * Grad: -0.5 r / x. Source: as written. */
TN_OP("rsqrt") TN_RESULT tn_tensor tn_rsqrt(tn_tensor x) TN_NOTHROW;

/* e to the x.
 * Shape: x's. Types: floats. Errors: other dtypes. Numerics: 2 / 2 ULP (worst seen for f32: 1.04).
 * Grad: exp(x). Source: C exp. */
TN_OP("exp") TN_RESULT tn_tensor tn_exp(tn_tensor x) TN_NOTHROW;

/* exp(x) - 1, right also where x is near 0.
 * Shape: x's. Types: floats. Errors: other dtypes. Numerics: 2 / 2 ULP.
 * Grad: exp(x). Source: C expm1. */
TN_OP("expm1") TN_RESULT tn_tensor tn_expm1(tn_tensor x) TN_NOTHROW;

/* The natural logarithm; -inf of 0, NaN below 0.
 * Shape: x's. Types: floats. Errors: other dtypes. Numerics: 2 / 2 ULP.
 * Grad: 1 / x. Source: C log. */
TN_OP("log") TN_RESULT tn_tensor tn_log(tn_tensor x) TN_NOTHROW;

/* log(1 + x), right also where x is near 0; -inf of -1, NaN below.
 * Shape: x's. Types: floats. Errors: other dtypes. Numerics: 2 / 2 ULP.
 * Grad: 1 / (1 + x). Source: C log1p. */
TN_OP("log1p") TN_RESULT tn_tensor tn_log1p(tn_tensor x) TN_NOTHROW;

/* The sine of x in radians, right for every finite x; NaN of infinities.
 * Shape: x's. Types: floats. Errors: other dtypes. Numerics: 2 / 2 ULP.
 * Grad: cos(x). Source: C sin. */
TN_OP("sin") TN_RESULT tn_tensor tn_sin(tn_tensor x) TN_NOTHROW;

/* The cosine of x in radians, right for every finite x; NaN of infinities.
 * Shape: x's. Types: floats. Errors: other dtypes. Numerics: 2 / 2 ULP.
 * Grad: -sin(x). Source: C cos. */
TN_OP("cos") TN_RESULT tn_tensor tn_cos(tn_tensor x) TN_NOTHROW;

/* The hyperbolic tangent.
 * Shape: x's. Types: floats. Errors: other dtypes. Numerics: 2 / 2 ULP.
 * Grad: 1 - tanh(x)^2. Source: C tanh. */
TN_OP("tanh") TN_RESULT tn_tensor tn_tanh(tn_tensor x) TN_NOTHROW;

/* The error function.
 * Shape: x's. Types: floats. Errors: other dtypes. Numerics: 2 / 2 ULP.
 * Grad: 2 / sqrt(pi) exp(-x^2). Source: C erf. */
TN_OP("erf") TN_RESULT tn_tensor tn_erf(tn_tensor x) TN_NOTHROW;

/* 1 / (1 + exp(-x)), the logistic function.
 * Shape: x's. Types: floats. Errors: other dtypes. Numerics: 2.5 / 3 ULP.
 * Grad: r (1 - r). Source: as written. */
TN_OP("sigmoid") TN_RESULT tn_tensor tn_sigmoid(tn_tensor x) TN_NOTHROW;

/* maximum(x, 0): NaN stays NaN, -0 becomes +0.
 * Shape: x's. Types: numbers. Errors: other dtypes. Numerics: exact.
 * Grad: 1 where 0 < x, else 0. Source: IEEE 754-2019 maximum. */
TN_OP("relu") TN_RESULT tn_tensor tn_relu(tn_tensor x) TN_NOTHROW;

/* x * sigmoid(x).
 * Shape: x's. Types: floats. Errors: other dtypes. Numerics: 3.5 / 4 ULP where sigmoid(x) is normal, else under 4 ulps of x.
 * Grad: s + x s (1 - s), s = sigmoid(x). Source: Swish with beta = 1. */
TN_OP("silu") TN_RESULT tn_tensor tn_silu(tn_tensor x) TN_NOTHROW;

/* x / 2 * (1 + erf(x / sqrt(2))), not the tanh form.
 * Shape: x's. Types: floats. Errors: other dtypes. Numerics: error under 2 ulps of x (it cancels below 0).
 * Grad: the derivative of that. Source: Hendrycks and Gimpel, GELU. */
TN_OP("gelu") TN_RESULT tn_tensor tn_gelu(tn_tensor x) TN_NOTHROW;

/* The greatest integer not above x.
 * Shape: x's. Types: numbers. Errors: other dtypes. Numerics: exact.
 * Grad: 0. Source: C floor. */
TN_OP("floor") TN_RESULT tn_tensor tn_floor(tn_tensor x) TN_NOTHROW;

/* The least integer not below x.
 * Shape: x's. Types: numbers. Errors: other dtypes. Numerics: exact.
 * Grad: 0. Source: C ceil. */
TN_OP("ceil") TN_RESULT tn_tensor tn_ceil(tn_tensor x) TN_NOTHROW;

/* The nearest integer, the even one of two.
 * Shape: x's. Types: numbers. Errors: other dtypes. Numerics: exact.
 * Grad: 0. Source: IEEE 754 roundToIntegralTiesToEven. */
TN_OP("round") TN_RESULT tn_tensor tn_round(tn_tensor x) TN_NOTHROW;


/* ---- Two operands, element by element -------------------------------------------------------------------------------- */
/* x + y.
 * Shape: x and y broadcast. Types: numbers. Errors: shapes that do not broadcast, dtypes that differ. Numerics: exact; integers wrap.
 * Grad: 1, 1. Source: C, IEEE 754. */
TN_OP("add") TN_RESULT tn_tensor tn_add(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* x - y.
 * Shape: x and y broadcast. Types: numbers. Errors: shapes that do not broadcast, dtypes that differ. Numerics: exact; integers wrap.
 * Grad: 1, -1. Source: C, IEEE 754. */
TN_OP("sub") TN_RESULT tn_tensor tn_sub(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* x * y.
 * Shape: x and y broadcast. Types: numbers. Errors: shapes that do not broadcast, dtypes that differ. Numerics: exact; integers wrap.
 * Grad: y, x. Source: C, IEEE 754. */
TN_OP("mul") TN_RESULT tn_tensor tn_mul(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* x / y. Integers truncate as in C; x / 0 is 0 and INT_MIN / -1 is INT_MIN, without a trap.
 * Shape: x and y broadcast. Types: numbers. Errors: shapes that do not broadcast, dtypes that differ. Numerics: exact.
 * Grad: 1 / y, -r / y. Source: C, IEEE 754. */
TN_OP("div") TN_RESULT tn_tensor tn_div(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* x to the y. pow(1, y) and pow(x, 0) are 1, for NaN too; x below 0 with a fractional y is NaN.
 * Shape: x and y broadcast. Types: floats. Errors: shapes that do not broadcast, dtypes that differ. Numerics: 2 / 2 ULP.
 * Grad: y pow(x, y - 1), r log(x). Source: C pow. */
TN_OP("pow") TN_RESULT tn_tensor tn_pow(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* The greater of the two; NaN if either is, and +0 is greater than -0.
 * Shape: x and y broadcast. Types: numbers. Errors: shapes that do not broadcast, dtypes that differ. Numerics: exact.
 * Grad: 1 to the operand that is chosen; x of equals. Source: IEEE 754-2019 maximum. */
TN_OP("maximum") TN_RESULT tn_tensor tn_maximum(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* The lesser of the two; NaN if either is, and -0 is less than +0.
 * Shape: x and y broadcast. Types: numbers. Errors: shapes that do not broadcast, dtypes that differ. Numerics: exact.
 * Grad: 1 to the operand that is chosen; x of equals. Source: IEEE 754-2019 minimum. */
TN_OP("minimum") TN_RESULT tn_tensor tn_minimum(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* x == y; NaN equals nothing, -0 equals +0. The result is a tensor of TN_BOOL: reduce it with tn_any or tn_all for an if.
 * Shape: x and y broadcast. Types: numbers and bool. Errors: shapes that do not broadcast, dtypes that differ.
 * Numerics: exact. Grad: none. Source: IEEE 754 quiet comparisons. */
TN_OP("equal") TN_RESULT tn_tensor tn_equal(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* x != y; true for NaN. The result is a tensor of TN_BOOL: reduce it with tn_any or tn_all for an if.
 * Shape: x and y broadcast. Types: numbers and bool. Errors: shapes that do not broadcast, dtypes that differ.
 * Numerics: exact. Grad: none. Source: IEEE 754 quiet comparisons. */
TN_OP("not_equal") TN_RESULT tn_tensor tn_not_equal(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* x < y; false for NaN. The result is a tensor of TN_BOOL: reduce it with tn_any or tn_all for an if.
 * Shape: x and y broadcast. Types: numbers and bool. Errors: shapes that do not broadcast, dtypes that differ.
 * Numerics: exact. Grad: none. Source: IEEE 754 quiet comparisons. */
TN_OP("less") TN_RESULT tn_tensor tn_less(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* x <= y; false for NaN. The result is a tensor of TN_BOOL: reduce it with tn_any or tn_all for an if.
 * Shape: x and y broadcast. Types: numbers and bool. Errors: shapes that do not broadcast, dtypes that differ.
 * Numerics: exact. Grad: none. Source: IEEE 754 quiet comparisons. */
TN_OP("less_equal") TN_RESULT tn_tensor tn_less_equal(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* x > y; false for NaN. The result is a tensor of TN_BOOL: reduce it with tn_any or tn_all for an if.
 * Shape: x and y broadcast. Types: numbers and bool. Errors: shapes that do not broadcast, dtypes that differ.
 * Numerics: exact. Grad: none. Source: IEEE 754 quiet comparisons. */
TN_OP("greater") TN_RESULT tn_tensor tn_greater(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* x >= y; false for NaN. The result is a tensor of TN_BOOL: reduce it with tn_any or tn_all for an if.
 * Shape: x and y broadcast. Types: numbers and bool. Errors: shapes that do not broadcast, dtypes that differ.
 * Numerics: exact. Grad: none. Source: IEEE 754 quiet comparisons. */
TN_OP("greater_equal") TN_RESULT tn_tensor tn_greater_equal(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* x & y: both, on bool; bit by bit on integers.
 * Shape: x and y broadcast. Types: bool and integers. Errors: shapes that do not broadcast, dtypes that differ.
 * Numerics: exact. Grad: none. Source: C. */
TN_OP("and") TN_RESULT tn_tensor tn_and(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* x | y: either, on bool; bit by bit on integers.
 * Shape: x and y broadcast. Types: bool and integers. Errors: shapes that do not broadcast, dtypes that differ.
 * Numerics: exact. Grad: none. Source: C. */
TN_OP("or") TN_RESULT tn_tensor tn_or(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* x ^ y: one of the two, on bool; bit by bit on integers.
 * Shape: x and y broadcast. Types: bool and integers. Errors: shapes that do not broadcast, dtypes that differ.
 * Numerics: exact. Grad: none. Source: C. */
TN_OP("xor") TN_RESULT tn_tensor tn_xor(tn_tensor x, tn_tensor y) TN_NOTHROW;

/* ~x: the other one, on bool; bit by bit on integers.
 * Shape: x's. Types: bool and integers. Errors: other dtypes. Numerics: exact. Grad: none. Source: C. */
TN_OP("not") TN_RESULT tn_tensor tn_not(tn_tensor x) TN_NOTHROW;

/* x where c is true, else y.
 * Shape: c, x and y broadcast. Types: c is bool; x and y all, the same. Errors: shapes that do not broadcast, dtypes that
 * differ, c not bool. Numerics: exact, NaN bits kept. Grad: to the operand that is chosen. Source: NumPy where. */
TN_OP("where") TN_RESULT tn_tensor tn_where(tn_tensor c, tn_tensor x, tn_tensor y) TN_NOTHROW;

/* minimum(maximum(x, low), high): where low > high it is high.
 * Shape: x, low and high broadcast. Types: numbers. Errors: shapes that do not broadcast, dtypes that differ.
 * Numerics: exact. Grad: to the operand that is chosen. Source: NumPy clip. */
TN_OP("clip") TN_RESULT tn_tensor tn_clip(tn_tensor x, tn_tensor low, tn_tensor high) TN_NOTHROW;

/* The same numbers in another dtype. To integers: truncated towards 0, saturated to the dtype's range, NaN is 0. To bool:
 * true where not 0 (NaN is true). To floats: rounded to nearest, the even one of two.
 * Shape: x's. Types: all but f16 and bf16, to the same. Errors: not a dtype. Numerics: exact (one rounding).
 * Grad: 1 between floats, else none. Source: Rust's `as`, WebAssembly trunc_sat. */
TN_OP("cast") TN_RESULT tn_tensor tn_cast(tn_tensor x, tn_dtype dtype) TN_NOTHROW;

/* f of every element: f is a function of the program, float (float) or double (double). The calls come one after
 * another, in row-major order. Compiled by Tenon, a body that touches no memory becomes part of the kernel around it.
 * Shape: x's. Types: f32 for a float function, f64 for a double one. Errors: another dtype. Numerics: f's.
 * Grad: none. Source: map of functional languages. tn_map(f, x) chooses by f's type. */
TN_OP("map_f32") TN_RESULT tn_tensor tn_map_f32(float (*f)(float), tn_tensor x) TN_NOTHROW;
TN_OP("map_f64") TN_RESULT tn_tensor tn_map_f64(double (*f)(double), tn_tensor x) TN_NOTHROW;

/* f of every pair of elements, as tn_map.
 * Shape: x and y broadcast. Types: f32 or f64, as f. Errors: another dtype, shapes that do not broadcast.
 * Numerics: f's. Grad: none. Source: zipWith. tn_zip(f, x, y) chooses by f's type. */
TN_OP("zip_f32") TN_RESULT tn_tensor tn_zip_f32(float (*f)(float, float), tn_tensor x, tn_tensor y) TN_NOTHROW;
TN_OP("zip_f64") TN_RESULT tn_tensor tn_zip_f64(double (*f)(double, double), tn_tensor x, tn_tensor y) TN_NOTHROW;


/* ---- Reductions: tn_sum(t), tn_sum(t, axis), tn_sum(t, axis, axis) --------------------------------------------------- */
/* Each comes in two forms: tn_sum(t, axes...) drops the reduced axes, tn_sum_keepdims(t, axes...) keeps them as 1.
 * Without axes all are reduced. Shape: t's without the axes (or with 1 there). Errors, for all: axis out of range or named
 * twice. tn_sum_n(t, count, axes) and so on take an array. */

/* The sum. bool and integers below 64 bits are summed in i64.
 * Types: floats, bool, integers. Numerics: 64 interleaved lanes, blocks of 64 rows, a fixed tree (docs/numerics.md); the sum of nothing is +0. Integers wrap.
 * Grad: broadcast back. Source: NumPy sum. */
TN_OP("sum") TN_RESULT tn_tensor tn_sum_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_OP("sum_keepdims") TN_RESULT tn_tensor tn_sum_keepdims_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_sum_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;
TN_RESULT tn_tensor tn_sum_keepdims_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;

/* The product. bool and integers below 64 bits are multiplied in i64.
 * Types: floats, bool, integers. Numerics: the order of sum, beginning with 1; the product of nothing is 1. Integers wrap.
 * Grad: r / x. Source: NumPy prod. */
TN_OP("prod") TN_RESULT tn_tensor tn_prod_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_OP("prod_keepdims") TN_RESULT tn_tensor tn_prod_keepdims_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_prod_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;
TN_RESULT tn_tensor tn_prod_keepdims_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;

/* The sum divided by the number of elements; NaN for none.
 * Types: floats. Numerics: the sum, then one division.
 * Grad: broadcast back, / n. Source: NumPy mean. */
TN_OP("mean") TN_RESULT tn_tensor tn_mean_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_OP("mean_keepdims") TN_RESULT tn_tensor tn_mean_keepdims_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_mean_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;
TN_RESULT tn_tensor tn_mean_keepdims_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;

/* The mean of squared distances from the mean (divided by n, not n - 1); NaN for no elements.
 * Types: floats. Numerics: by blocks of 4096 in two passes, joined by Chan's rule (docs/numerics.md).
 * Grad: 2 (x - mean) / n. Source: NumPy var. */
TN_OP("var") TN_RESULT tn_tensor tn_var_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_OP("var_keepdims") TN_RESULT tn_tensor tn_var_keepdims_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_var_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;
TN_RESULT tn_tensor tn_var_keepdims_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;

/* The greatest; NaN if one is; +0 is greater than -0. Errors: none to choose from.
 * Types: numbers. Numerics: exact.
 * Grad: to the first of the greatest. Source: NumPy max. */
TN_OP("reduce_max") TN_RESULT tn_tensor tn_reduce_max_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_OP("reduce_max_keepdims") TN_RESULT tn_tensor tn_reduce_max_keepdims_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_reduce_max_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;
TN_RESULT tn_tensor tn_reduce_max_keepdims_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;

/* The least; NaN if one is; -0 is less than +0. Errors: none to choose from.
 * Types: numbers. Numerics: exact.
 * Grad: to the first of the least. Source: NumPy min. */
TN_OP("reduce_min") TN_RESULT tn_tensor tn_reduce_min_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_OP("reduce_min_keepdims") TN_RESULT tn_tensor tn_reduce_min_keepdims_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_reduce_min_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;
TN_RESULT tn_tensor tn_reduce_min_keepdims_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;

/* The index of the first greatest, as i64; the first NaN wins. Over several axes: the flat index in these, row-major.
 * Errors: none to choose from.
 * Types: numbers. Numerics: exact; -0 equals +0.
 * Grad: none. Source: NumPy argmax. */
TN_OP("argmax") TN_RESULT tn_tensor tn_argmax_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_OP("argmax_keepdims") TN_RESULT tn_tensor tn_argmax_keepdims_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_argmax_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;
TN_RESULT tn_tensor tn_argmax_keepdims_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;

/* The index of the first least, as i64; the first NaN wins. Over several axes: the flat index in these, row-major.
 * Errors: none to choose from.
 * Types: numbers. Numerics: exact; -0 equals +0.
 * Grad: none. Source: NumPy argmin. */
TN_OP("argmin") TN_RESULT tn_tensor tn_argmin_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_OP("argmin_keepdims") TN_RESULT tn_tensor tn_argmin_keepdims_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_argmin_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;
TN_RESULT tn_tensor tn_argmin_keepdims_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;

/* True where at least one element is not 0 (NaN is not 0); false for none.
 * Types: numbers and bool. Numerics: exact.
 * Grad: none. Source: NumPy any. */
TN_OP("any") TN_RESULT tn_tensor tn_any_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_OP("any_keepdims") TN_RESULT tn_tensor tn_any_keepdims_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_any_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;
TN_RESULT tn_tensor tn_any_keepdims_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;

/* True where no element is 0; true for none.
 * Types: numbers and bool. Numerics: exact.
 * Grad: none. Source: NumPy all. */
TN_OP("all") TN_RESULT tn_tensor tn_all_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_OP("all_keepdims") TN_RESULT tn_tensor tn_all_keepdims_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_all_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;
TN_RESULT tn_tensor tn_all_keepdims_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;


/* ---- Rows and matrices ----------------------------------------------------------------------------------------------- */
/* exp(x - max) / sum of these, along one axis.
 * Shape: x's. Types: floats. Errors: axis out of range (rank 0 has none). Numerics: m = max, e = exp(x - m), s = sum(e) in
 * the order of tn_sum on a line, r = 1 / s, y = e * r: under 4 ULP. Grad: y (g - sum(g y)). Source: as written. */
TN_OP("softmax") TN_RESULT tn_tensor tn_softmax(tn_tensor x, int64_t axis) TN_NOTHROW;

/* The elements along one axis in ascending order: -0 before +0, NaN last.
 * Shape: t's. Types: all but f16 and bf16. Errors: axis out of range. Numerics: exact. Grad: by the permutation.
 * Source: NumPy sort. */
TN_OP("sort") TN_RESULT tn_tensor tn_sort(tn_tensor t, int64_t axis) TN_NOTHROW;

/* The slices of t that indices name along one axis: for axis 0, result[i, ...] = t[indices[i], ...].
 * Shape: t's, with indices' shape in place of the axis. Types: t all; indices i32 or i64. Errors: an index out of
 * range (negative ones count from the end), axis out of range. Numerics: exact. Grad: added up. Source: NumPy take. */
TN_OP("take") TN_RESULT tn_tensor tn_take(tn_tensor t, tn_tensor indices, int64_t axis) TN_NOTHROW;

/* tn_concat(axis, t, u, ...), up to 8: the tensors one behind the other along an axis.
 * Shape: as the first, the axis their sum. Types: all, the same. Errors: ranks or other dims differ, axis out of range.
 * Numerics: exact. Grad: cut apart. Source: NumPy concatenate. */
TN_OP("concat") TN_RESULT tn_tensor tn_concat_(int64_t axis, int count, tn_tensor, tn_tensor, tn_tensor, tn_tensor,
                                             tn_tensor, tn_tensor, tn_tensor, tn_tensor) TN_NOTHROW;
TN_RESULT tn_tensor tn_concat_n(int64_t axis, int count, const tn_tensor *tensors) TN_NOTHROW;

/* The matrix product. [m, k] with [k, n] is [m, n]; further axes in front are broadcast; a rank 1 on the left is a row, on
 * the right a column, and its axis is dropped from the result.
 * Shape: [..., m, k], [..., k, n]: [..., m, n]. Types: floats. Errors: rank 0, k that differ, axes in front that do not
 * broadcast. Numerics: k ascending by fma, one accumulator an element, however long k is; for n = 1, 64 lanes by fma that
 * meet as in tn_sum. k = 0 gives +0. Grad: g y^T, x^T g. Source: NumPy matmul. */
TN_OP("matmul") TN_RESULT tn_tensor tn_matmul(tn_tensor x, tn_tensor y) TN_NOTHROW;


/* ---- Other arrangements of the same elements ------------------------------------------------------------------------- */
/* All of these return values: a slice is not a window on t, and later stores into t do not change it. Types: all.
 * Numerics: exact, NaN bits kept. Grad: the inverse arrangement. */

/* tn_reshape(t, dims...): the elements in the same order in another shape; one dim may be -1 and is found.
 * Shape: dims. Errors: sizes differ, more than one -1. Source: NumPy reshape. */
TN_OP("reshape") TN_RESULT tn_tensor tn_reshape_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_reshape_n(tn_tensor t, int rank, const int64_t *dims) TN_NOTHROW;

/* The last two axes exchanged.
 * Shape: [..., n, m]. Errors: rank below 2. Source: NumPy matrix_transpose. */
TN_OP("transpose") TN_RESULT tn_tensor tn_transpose(tn_tensor t) TN_NOTHROW;

/* tn_permute_dims(t, axes...): axis i of the result is axis axes[i] of t.
 * Shape: permuted. Errors: not each axis once. Source: NumPy permute_dims. */
TN_OP("permute_dims") TN_RESULT tn_tensor tn_permute_dims_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_permute_dims_n(tn_tensor t, int count, const int64_t *axes) TN_NOTHROW;

/* tn_broadcast_to(t, dims...): t repeated to this shape.
 * Shape: dims. Errors: t does not broadcast to it. Source: NumPy broadcast_to. */
TN_OP("broadcast_to") TN_RESULT tn_tensor tn_broadcast_to_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_broadcast_to_n(tn_tensor t, int rank, const int64_t *dims) TN_NOTHROW;

/* The elements start, start + 1, ... before stop along one axis. Negative numbers count from the end, TN_END is the end, and
 * what is out of range is clamped, as in Python.
 * Shape: t's, the axis shorter or empty. Errors: axis out of range. Source: Python slices. */
TN_OP("slice") TN_RESULT tn_tensor tn_slice(tn_tensor t, int64_t axis, int64_t start, int64_t stop) TN_NOTHROW;

/* The same in steps. For a step below 0 TN_END as start is the last element, and as stop lets the first one in:
 * tn_slice_step(t, 0, TN_END, TN_END, -1) turns t around.
 * Shape: t's, the axis shorter or empty. Errors: axis out of range, step 0. Source: Python slices. */
TN_OP("slice_step") TN_RESULT tn_tensor tn_slice_step(tn_tensor t, int64_t axis, int64_t start, int64_t stop,
                                                      int64_t step) TN_NOTHROW;

/* The slice at index i of one axis, without that axis. Negative i counts from the end.
 * Shape: t's without the axis. Errors: axis or i out of range. Source: NumPy t[:, i]. */
TN_OP("select") TN_RESULT tn_tensor tn_select(tn_tensor t, int64_t axis, int64_t i) TN_NOTHROW;

/* tn_window(t, start0, stop0, start1, stop1, ...): tn_slice along axis 0, 1, and so on at once; axes without a pair stay
 * whole. tn_window(u, 1, -1, 1, -1) is u without its border.
 * Shape: t's, axes shorter or empty. Errors: more pairs than axes, a start without a stop. Source: NumPy t[a:b, c:d]. */
TN_OP("window") TN_RESULT tn_tensor tn_window_(tn_tensor t, TN_DIMS8, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_window_n(tn_tensor t, int count, const int64_t *starts, const int64_t *stops) TN_NOTHROW;

/* tn_at(t, i...): t at these leading indices, without those axes: row i of a matrix. Negative ones count from the end.
 * Shape: t's remaining axes. Errors: more indices than axes, one out of range. Source: NumPy t[i, j]. */
TN_OP("at") TN_RESULT tn_tensor tn_at_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_at_n(tn_tensor t, int count, const int64_t *indices) TN_NOTHROW;

#ifdef __cplusplus
}
#endif

/* ---- The forms that programs write --------------------------------------------------------------------------- */

#ifndef __cplusplus

#define tn_add(x, y) (tn_add)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_sub(x, y) (tn_sub)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_mul(x, y) (tn_mul)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_div(x, y) (tn_div)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_pow(x, y) (tn_pow)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_maximum(x, y) (tn_maximum)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_minimum(x, y) (tn_minimum)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_equal(x, y) (tn_equal)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_not_equal(x, y) (tn_not_equal)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_less(x, y) (tn_less)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_less_equal(x, y) (tn_less_equal)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_greater(x, y) (tn_greater)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_greater_equal(x, y) (tn_greater_equal)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_and(x, y) (tn_and)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_or(x, y) (tn_or)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_xor(x, y) (tn_xor)(TN_OPERAND(x), TN_OPERAND(y))
#define tn_where(c, x, y) (tn_where)(c, TN_OPERAND(x), TN_OPERAND(y))
#define tn_clip(x, low, high) (tn_clip)(TN_OPERAND(x), TN_OPERAND(low), TN_OPERAND(high))
#define tn_map(f, x) \
  (TN_EXPECT(TN_BY_MAP(f, 1, 1, 0), TN_NOT_A_MAP), TN_BY_MAP(f, tn_map_f32, tn_map_f64, tn_map_f32)(f, TN_OPERAND(x)))
#define TN_BY_MAP(f, f32, f64, other) _Generic(&*(f), float (*)(float): f32, double (*)(double): f64, default: other)
#define tn_zip(f, x, y) \
  (TN_EXPECT(TN_BY_ZIP(f, 1, 1, 0), TN_NOT_A_ZIP), \
   TN_BY_ZIP(f, tn_zip_f32, tn_zip_f64, tn_zip_f32)(f, TN_OPERAND(x), TN_OPERAND(y)))
#define TN_BY_ZIP(f, f32, f64, other) \
  _Generic(&*(f), float (*)(float, float): f32, double (*)(double, double): f64, default: other)

#define tn_sum(...) TN_UPTO8(tn_sum_, __VA_ARGS__)
#define tn_sum_keepdims(...) TN_UPTO8(tn_sum_keepdims_, __VA_ARGS__)
#define tn_prod(...) TN_UPTO8(tn_prod_, __VA_ARGS__)
#define tn_prod_keepdims(...) TN_UPTO8(tn_prod_keepdims_, __VA_ARGS__)
#define tn_mean(...) TN_UPTO8(tn_mean_, __VA_ARGS__)
#define tn_mean_keepdims(...) TN_UPTO8(tn_mean_keepdims_, __VA_ARGS__)
#define tn_var(...) TN_UPTO8(tn_var_, __VA_ARGS__)
#define tn_var_keepdims(...) TN_UPTO8(tn_var_keepdims_, __VA_ARGS__)
#define tn_reduce_max(...) TN_UPTO8(tn_reduce_max_, __VA_ARGS__)
#define tn_reduce_max_keepdims(...) TN_UPTO8(tn_reduce_max_keepdims_, __VA_ARGS__)
#define tn_reduce_min(...) TN_UPTO8(tn_reduce_min_, __VA_ARGS__)
#define tn_reduce_min_keepdims(...) TN_UPTO8(tn_reduce_min_keepdims_, __VA_ARGS__)
#define tn_argmax(...) TN_UPTO8(tn_argmax_, __VA_ARGS__)
#define tn_argmax_keepdims(...) TN_UPTO8(tn_argmax_keepdims_, __VA_ARGS__)
#define tn_argmin(...) TN_UPTO8(tn_argmin_, __VA_ARGS__)
#define tn_argmin_keepdims(...) TN_UPTO8(tn_argmin_keepdims_, __VA_ARGS__)
#define tn_any(...) TN_UPTO8(tn_any_, __VA_ARGS__)
#define tn_any_keepdims(...) TN_UPTO8(tn_any_keepdims_, __VA_ARGS__)
#define tn_all(...) TN_UPTO8(tn_all_, __VA_ARGS__)
#define tn_all_keepdims(...) TN_UPTO8(tn_all_keepdims_, __VA_ARGS__)

/* A count and not a NULL at the end, for an operand may be NULL. */
#define tn_concat(axis, ...) \
  TN_PICK(__VA_ARGS__, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, \
          TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_CONCAT_8, TN_CONCAT_7, TN_CONCAT_6, TN_CONCAT_5, \
          TN_CONCAT_4, TN_CONCAT_3, TN_CONCAT_2, TN_CONCAT_1, ~)(axis, __VA_ARGS__, 0, 0, 0, 0, 0, 0, 0, 0, ~)
#define TN_CONCAT(n, axis, a, b, c, d, e, f, g, h, ...) tn_concat_(axis, n, a, b, c, d, e, f, g, h)
#define TN_CONCAT_1(...) TN_CONCAT(1, __VA_ARGS__)
#define TN_CONCAT_2(...) TN_CONCAT(2, __VA_ARGS__)
#define TN_CONCAT_3(...) TN_CONCAT(3, __VA_ARGS__)
#define TN_CONCAT_4(...) TN_CONCAT(4, __VA_ARGS__)
#define TN_CONCAT_5(...) TN_CONCAT(5, __VA_ARGS__)
#define TN_CONCAT_6(...) TN_CONCAT(6, __VA_ARGS__)
#define TN_CONCAT_7(...) TN_CONCAT(7, __VA_ARGS__)
#define TN_CONCAT_8(...) TN_CONCAT(8, __VA_ARGS__)

#define tn_reshape(...) TN_UPTO8(tn_reshape_, __VA_ARGS__)
#define tn_permute_dims(...) TN_UPTO8(tn_permute_dims_, __VA_ARGS__)
#define tn_broadcast_to(...) TN_UPTO8(tn_broadcast_to_, __VA_ARGS__)
#define tn_at(...) TN_UPTO8(tn_at_, __VA_ARGS__)
#define tn_window(...) TN_UPTO16(tn_window_, __VA_ARGS__)

/* Half of all readers would take tn_max(x, 1) for a reduction over axis 1, and half for an elementwise maximum. */
#define tn_max(...) TN_ERROR_HERE(TN_NO_TN_MAX)
#define tn_min(...) TN_ERROR_HERE(TN_NO_TN_MIN)

#else

/* Templates, for a literal 0 would rather become a null tensor than an operand. */
#define TN_BINARY_OVERLOAD(name) \
  template <class X, class Y> TN_RESULT TN_INLINE tn_if_operands<tn_tensor, X, Y> name(X x, Y y) { \
    return name(tn_operand(x).t, tn_operand(y).t); \
  } \
  template <class X, class Y> TN_REFUSED(TN_NOT_AN_OPERAND) tn_unless_operands<tn_tensor, X, Y> name(const X &x, const Y &y);
TN_BINARY_OVERLOAD(tn_add)
TN_BINARY_OVERLOAD(tn_sub)
TN_BINARY_OVERLOAD(tn_mul)
TN_BINARY_OVERLOAD(tn_div)
TN_BINARY_OVERLOAD(tn_pow)
TN_BINARY_OVERLOAD(tn_maximum)
TN_BINARY_OVERLOAD(tn_minimum)
TN_BINARY_OVERLOAD(tn_equal)
TN_BINARY_OVERLOAD(tn_not_equal)
TN_BINARY_OVERLOAD(tn_less)
TN_BINARY_OVERLOAD(tn_less_equal)
TN_BINARY_OVERLOAD(tn_greater)
TN_BINARY_OVERLOAD(tn_greater_equal)
TN_BINARY_OVERLOAD(tn_and)
TN_BINARY_OVERLOAD(tn_or)
TN_BINARY_OVERLOAD(tn_xor)
#undef TN_BINARY_OVERLOAD
template <class X, class Y> TN_RESULT TN_INLINE tn_if_operands<tn_tensor, X, Y> tn_where(tn_tensor c, X x, Y y) {
  return tn_where(c, tn_operand(x).t, tn_operand(y).t);
}
template <class X, class Y>
TN_REFUSED(TN_NOT_AN_OPERAND) tn_unless_operands<tn_tensor, X, Y> tn_where(tn_tensor c, const X &x, const Y &y);
template <class X, class Y, class Z> TN_RESULT TN_INLINE tn_if_operands<tn_tensor, X, Y, Z> tn_clip(X x, Y low, Z high) {
  return tn_clip(tn_operand(x).t, tn_operand(low).t, tn_operand(high).t);
}
template <class X, class Y, class Z>
TN_REFUSED(TN_NOT_AN_OPERAND) tn_unless_operands<tn_tensor, X, Y, Z> tn_clip(const X &x, const Y &low, const Z &high);
template <class... T> TN_REFUSED(TN_NO_TN_MAX) tn_tensor tn_max(T...);
template <class... T> TN_REFUSED(TN_NO_TN_MIN) tn_tensor tn_min(T...);
TN_RESULT TN_INLINE tn_tensor tn_map(float (*f)(float), tn_operand x) { return tn_map_f32(f, x.t); }
TN_RESULT TN_INLINE tn_tensor tn_map(double (*f)(double), tn_operand x) { return tn_map_f64(f, x.t); }
TN_RESULT TN_INLINE tn_tensor tn_zip(float (*f)(float, float), tn_operand x, tn_operand y) {
  return tn_zip_f32(f, x.t, y.t);
}
TN_RESULT TN_INLINE tn_tensor tn_zip(double (*f)(double, double), tn_operand x, tn_operand y) {
  return tn_zip_f64(f, x.t, y.t);
}
#define TN_DIMS_OVERLOAD(name) \
  TN_RESULT TN_INLINE tn_tensor name(tn_tensor t, TN_DIMS8_DEFAULT) { return name##_(t, TN_DIMS8_NAMES); }
TN_DIMS_OVERLOAD(tn_sum)
TN_DIMS_OVERLOAD(tn_sum_keepdims)
TN_DIMS_OVERLOAD(tn_prod)
TN_DIMS_OVERLOAD(tn_prod_keepdims)
TN_DIMS_OVERLOAD(tn_mean)
TN_DIMS_OVERLOAD(tn_mean_keepdims)
TN_DIMS_OVERLOAD(tn_var)
TN_DIMS_OVERLOAD(tn_var_keepdims)
TN_DIMS_OVERLOAD(tn_reduce_max)
TN_DIMS_OVERLOAD(tn_reduce_max_keepdims)
TN_DIMS_OVERLOAD(tn_reduce_min)
TN_DIMS_OVERLOAD(tn_reduce_min_keepdims)
TN_DIMS_OVERLOAD(tn_argmax)
TN_DIMS_OVERLOAD(tn_argmax_keepdims)
TN_DIMS_OVERLOAD(tn_argmin)
TN_DIMS_OVERLOAD(tn_argmin_keepdims)
TN_DIMS_OVERLOAD(tn_any)
TN_DIMS_OVERLOAD(tn_any_keepdims)
TN_DIMS_OVERLOAD(tn_all)
TN_DIMS_OVERLOAD(tn_all_keepdims)
TN_DIMS_OVERLOAD(tn_reshape)
TN_DIMS_OVERLOAD(tn_permute_dims)
TN_DIMS_OVERLOAD(tn_broadcast_to)
TN_DIMS_OVERLOAD(tn_at)
#undef TN_DIMS_OVERLOAD
template <class... T> TN_RESULT TN_INLINE tn_tensor tn_concat(int64_t axis, T... tensors) {
  static_assert(sizeof...(tensors) >= 1 && sizeof...(tensors) <= 8, "Tenon: 1 to 8 tensors");
  const tn_tensor t[8] = {tensors...};
  return tn_concat_(axis, static_cast<int>(sizeof...(tensors)), t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7]);
}
template <class... N> TN_RESULT TN_INLINE tn_tensor tn_window(tn_tensor t, N... numbers) {
  static_assert(sizeof...(numbers) <= 16, "Tenon: more than 8 axes");
  const int64_t given[] = {static_cast<int64_t>(numbers)..., 0};
  int64_t n[16];
  for (unsigned i = 0; i < 16; i++) n[i] = i < sizeof...(numbers) ? given[i] : TN_PAD_VALUE;
  return tn_window_(t, n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11], n[12], n[13], n[14],
                    n[15]);
}

#endif
#endif

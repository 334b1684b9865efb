/*===-- elementary.h - exp, log, tanh, erf, sin, pow and others ----*- C -*-===*
 *
 * Part of Tenon, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * The one definition of the transcendental functions, for f32 and f64 and for
 * every width: FN(exp), FN(expm1), FN(log), FN(log1p), FN(tanh), FN(sigmoid),
 * FN(erf), FN(sin), FN(cos) of one F, FN(pow) of two.
 *
 * Included once for each pair of REAL_BITS and LANES; see lanes.h, which this
 * includes unless TN_OWN_LANES is defined.
 *
 *   #define REAL_BITS 32
 *   #define LANES 8
 *   #include "tenon/scalar/elementary.h"     // exp32_8, log32_8, ...
 *
 * Every lane goes the same way, without tables and branches, by operations
 * that round once as IEEE 754 says. So a result depends on its argument only:
 * scalar code, any vector width and any processor give the same bits. Which
 * NaN comes back for a NaN is not promised. errno is never set.
 *
 * What is written here also runs on C++ classes that build IR. Lanes are
 * therefore touched only by + - * / and unary - on F, by & | ^ ~ + - << >> on
 * B and U (shifts by plain ints), and by the functions of the adaptor: no
 * conditions, casts, addresses or mixed literals.
 *
 * Worst errors measured, in ULP, rounded up. f32: over all arguments (pow: 2e7
 * random ones). f64: over at least 4e6 random arguments of several families.
 * test/runtime/elementary.c holds them to bounds.
 *
 *         exp expm1  log log1p tanh sigmoid  erf  sin  cos  pow
 *   f32  1.04  1.57  .95  1.27 1.33    2.44 1.05 1.54 1.54 1.21
 *   f64   .98  1.80 1.27  1.26 1.31    2.36 1.02 1.45 1.45 1.30
 *
 *===----------------------------------------------------------------------===*/

#ifndef TN_OWN_LANES
#include "lanes.h"
#endif
#include "coefficients.h"

#include <stdint.h>

/* x + ROUNDER has the nearest integer to x, ties to even, in its low mantissa
 * bits. LN2 + LN2_LOW is ln 2; LN2_SHORT leaves room for a product with any
 * exponent, and LN2_SHORT + LN2_REST is ln 2. The bounds EXP_MAX and so on are
 * where a result no longer changes. */
#if REAL_BITS == 32
#define TABLE(name) name##32
#define MANTISSA 23
#define BIAS 127
#define SIGN_BIT INT32_MIN
#define ALL_BUT_SIGN INT32_MAX
#define FRACTION_BITS 0x7fffff
#define ROUNDER 0x1.8p23f
#define TWO_TO_MANTISSA 0x1p23f
#define MIN_NORMAL 0x1p-126f
#define INFINITE __builtin_inff()
#define NOT_A_NUMBER __builtin_nanf("")
#define LOG2E 0x1.715476p0f
#define LN2 0x1.62e43p-1f
#define LN2_LOW -0x1.05c61p-29f
#define LN2_SHORT 0x1.62e4p-1f
#define LN2_REST 0x1.7f7d1cp-20f
#define THIRD 0x1.555556p-2f
#define THIRD_LOW -0x1.555556p-27f
#define SQRT_HALF 0x1.6a09e6p-1f
#define EXP_MAX 89.f
#define EXP_MIN -104.f
#define EXPM1_MIN -18.f
#define TANH_MAX 9.5f
#define SIGMOID_MAX 20.f
#define SIGMOID_SHIFT 64
#define SIGMOID_UNSHIFT 0x1p-64f
#define ERF_NEAR_MAX 0.925f
#define ERF_MAX 4.f
#define TWO_OVER_PI 0x1.45f306p-1f
#define HALF_PI 0x1.921fb6p+0f
#define HALF_PI_LOW -0x1.777a5cp-25f
#define HALF_PI_LOWEST -0x1.ee59dap-50f
#define FAR_MIN 0x1p16f
#else
#define TABLE(name) name##64
#define MANTISSA 52
#define BIAS 1023
#define SIGN_BIT INT64_MIN
#define ALL_BUT_SIGN INT64_MAX
#define FRACTION_BITS 0xfffffffffffff
#define ROUNDER 0x1.8p52
#define TWO_TO_MANTISSA 0x1p52
#define MIN_NORMAL 0x1p-1022
#define INFINITE __builtin_inf()
#define NOT_A_NUMBER __builtin_nan("")
#define LOG2E 0x1.71547652b82fep0
#define LN2 0x1.62e42fefa39efp-1
#define LN2_LOW 0x1.abc9e3b39803fp-56
#define LN2_SHORT 0x1.62e42fefa38p-1
#define LN2_REST 0x1.ef35793c7673p-45
#define THIRD 0x1.5555555555555p-2
#define THIRD_LOW 0x1.5555555555555p-56
#define SQRT_HALF 0x1.6a09e667f3bcdp-1
#define EXP_MAX 710.
#define EXP_MIN -746.
#define EXPM1_MIN -38.
#define TANH_MAX 19.5
#define SIGMOID_MAX 40.
#define SIGMOID_SHIFT 512
#define SIGMOID_UNSHIFT 0x1p-512
#define ERF_NEAR_MAX 0.925
#define ERF_MAX 6.
#define TWO_OVER_PI 0x1.45f306dc9c883p-1
#define HALF_PI 0x1.921fb54442d18p+0
#define HALF_PI_LOW 0x1.1a62633145c07p-54
#define HALF_PI_LOWEST -0x1.f1976b7ed8fbcp-110
#define FAR_MIN 0x1p28
#endif

#define K(c) FN(splat)(c)
#define INT(c) FN(int_splat)(c)
#define FMA FN(fma)
#define SEL FN(sel)
#define LT FN(lt)
#define EQ FN(eq)
#define HORNER(x, c) FN(horner)(x, c, (int)(sizeof(c) / sizeof *(c)))
#if REAL_BITS == 32
#define COEFFICIENT float
#else
#define COEFFICIENT double
#endif

/*===-- Pieces ------------------------------------------------------------===*/

inline_ F FN(horner)(F x, const COEFFICIENT *c, int n) {
  F p = K(c[n - 1]);
#pragma GCC unroll 32
  for (int i = n - 2; i >= 0; i--)
    p = FMA(p, x, K(c[i]));
  return p;
}

/* Integers that wrap: signed overflow is undefined in C. */
inline_ B FN(plus)(B a, B b) {
  return FN(as_signed)(FN(as_unsigned)(a) + FN(as_unsigned)(b));
}
inline_ B FN(minus)(B a, B b) {
  return FN(as_signed)(FN(as_unsigned)(a) - FN(as_unsigned)(b));
}

inline_ B FN(bits_shifted_left)(B b, int by) {
  return FN(as_signed)(FN(as_unsigned)(b) << by);
}

/* A NaN stays: the comparison is false. */
inline_ F FN(at_most)(F x, F high) { return SEL(LT(high, x), high, x); }
inline_ F FN(at_least)(F x, F low) { return SEL(LT(x, low), low, x); }

inline_ F FN(magnitude)(F x) {
  return FN(real_of)(FN(bits_of)(x) & INT(ALL_BUT_SIGN));
}
/* y >= 0 with the sign of x. */
inline_ F FN(with_sign_of)(F y, F x) {
  return FN(real_of)(FN(bits_of)(y) | (FN(bits_of)(x) & INT(SIGN_BIT)));
}

inline_ F FN(power_of_2)(B n) {
  return FN(real_of)(FN(bits_shifted_left)(FN(plus)(n, INT(BIAS)), MANTISSA));
}

/* The integer in z = x + ROUNDER. */
inline_ B FN(rounded)(F z) {
  return FN(minus)(FN(bits_of)(z), FN(bits_of)(K(ROUNDER)));
}

#ifndef TN_OWN_SCALED
/* y 2^n, rounded once, also where the result is denormal or n above BIAS. */
inline_ F FN(scaled)(F y, B n) {
  B half = n >> 1;
  return y * FN(power_of_2)(half) * FN(power_of_2)(FN(minus)(n, half));
}
#endif

/*===-- exp and its family ------------------------------------------------===*/

/* x = value + n ln2, |value| <= ln2/2 (Cody and Waite, "Software Manual for the
 * Elementary Functions", 1980; here the high product is exact by fma). */
inline_ FN(pair) FN(reduced)(F x) {
  F z = FMA(x, K(LOG2E), K(ROUNDER));
  F j = z - K(ROUNDER);
  F r = FMA(j, K(-LN2_LOW), FMA(j, K(-LN2), x));
  FN(pair) result = {r, FN(rounded)(z)};
  return result;
}

inline_ F FN(expm1_near)(F r) {
  return FMA(HORNER(r, TABLE(EXPM1_Q)), r * r, r);
}

inline_ F FN(exp_clamped)(F x) {
  return FN(at_least)(FN(at_most)(x, K(EXP_MAX)), K(EXP_MIN));
}

inline_ F FN(exp)(F x) {
  FN(pair) r = FN(reduced)(FN(exp_clamped)(x));
  return FN(scaled)(FN(expm1_near)(r.value) + K(1), r.n);
}

/* 2^n q + (2^n - 1), at half size so that n = BIAS + 1 does not overflow. */
inline_ F FN(expm1)(F x) {
  F clamped = FN(at_least)(FN(at_most)(x, K(EXP_MAX)), K(EXPM1_MIN));
  FN(pair) r = FN(reduced)(clamped);
  F q = FN(expm1_near)(r.value);
  F half_power = FN(power_of_2)(FN(minus)(r.n, INT(1)));
  F half = FMA(half_power, q, half_power - K(0.5f));
  F y = SEL(EQ(half_power, K(0.5f)), q, half + half);
  return FN(with_sign_of)(y, x);
}

/* x + x^3 P(x^2), or 1 - 2 / (exp(2|x|) + 1). */
inline_ F FN(tanh)(F x) {
  F a = FN(at_most)(FN(magnitude)(x), K(TANH_MAX));
  FN(pair) r = FN(reduced)(a + a);
  F power = FN(power_of_2)(r.n);
  F denominator = FMA(power, FN(expm1_near)(r.value), power + K(1));
  F far = K(1) - K(2) / denominator;
  F square = x * x;
  F near = FMA(HORNER(square, TABLE(TANH_P)), square * x, x);
  return FN(with_sign_of)(SEL(LT(K(0.5625f), a), far, near), x);
}

/* With exp(-x) = 2^n (1 + q), this is 2^-n / ((2^-n + 1) + q). 2^-n may be
 * denormal, so it is made 2^SIGMOID_SHIFT times as large. */
inline_ F FN(sigmoid)(F x) {
  F clamped = FN(at_most)(FN(at_least)(-x, K(-SIGMOID_MAX)), K(-EXP_MIN));
  FN(pair) r = FN(reduced)(clamped);
  F q = FN(expm1_near)(r.value);
  F shifted = FN(power_of_2)(FN(minus)(INT(SIGMOID_SHIFT), r.n));
  F denominator = FMA(shifted, K(SIGMOID_UNSHIFT), K(1)) + q;
  return shifted / denominator * K(SIGMOID_UNSHIFT);
}

/*===-- log ---------------------------------------------------------------===*/

/* 2^e for the float with bits b, as the exponent field of e, so chosen that
 * b / 2^e is in [low, 2 low). */
inline_ B FN(exponent_field)(B b, F low) {
  return FN(minus)(b, FN(bits_of)(low)) & ~INT(FRACTION_BITS);
}

/* The logarithm y, but for the ends of its domain: at and below the argument
 * that has -infinity, at infinity and for NaN. */
inline_ F FN(log_with_ends)(F x, F lowest, F y) {
  F outside = SEL(EQ(x, lowest), K(-INFINITE), K(NOT_A_NUMBER));
  F inside = SEL(LT(x, K(INFINITE)), y, x);
  return SEL(LT(lowest, x), inside, outside);
}

/* x = 2^e (1 + f), -1/4 <= f < 1/2. */
inline_ F FN(log)(F x) {
  B denormal = LT(x, K(MIN_NORMAL));
  B b = FN(bits_of)(SEL(denormal, x * K(TWO_TO_MANTISSA), x));
  B e = FN(exponent_field)(b, K(0.75f));
  F f = FN(real_of)(FN(minus)(b, e)) - K(1);
  F j = FN(to_real)(e >> MANTISSA) - SEL(denormal, K(MANTISSA), K(0));
  F log1p_f = FMA(HORNER(f, TABLE(LOG1P_Q)), f * f, f);
  return FN(log_with_ends)(x, K(0), FMA(j, K(LN2), log1p_f));
}

/* 1 + x = 2^e (1 + f), f = 2^-e x + (2^-e - 1): both terms are exact. */
inline_ F FN(log1p)(F x) {
  B e = FN(exponent_field)(FN(bits_of)(x + K(1)), K(0.75f));
  F four_over_power = FN(real_of)(FN(minus)(FN(bits_of)(K(4)), e));
  F x_over_power = FN(real_of)(FN(minus)(FN(bits_of)(x), e));
  F f = x_over_power + FMA(K(0.25f), four_over_power, K(-1));
  F log1p_f = FMA(HORNER(f, TABLE(LOG1P_Q)), f * f, f);
  F y = FMA(FN(to_real)(e >> MANTISSA), K(LN2), log1p_f);
  return SEL(EQ(x, K(0)), x, FN(log_with_ends)(x, K(-1), y));
}

/*===-- erf ---------------------------------------------------------------===*/

/* Both forms have the shape x + x P: its rounding is the last one near 0, and
 * far out is worth little, because erfc is small there. */
inline_ F FN(erf)(F x) {
  F a = FN(at_most)(FN(magnitude)(x), K(ERF_MAX));
  F near = FMA(HORNER(x * x, TABLE(ERF_NEAR_P)), x, x);
  F far = K(1) - FN(exp)(FMA(HORNER(a, TABLE(ERF_FAR_P)), a, -a));
  return SEL(LT(a, K(ERF_NEAR_MAX)), near, FN(with_sign_of)(far, x));
}

/*===-- sin and cos -------------------------------------------------------===*/

/* sin(x + turn pi/2). x = r + n pi/2, in three steps, the first of them exact;
 * from FAR_MIN on, three constants are too few. */
inline_ F FN(sine)(F x, B turn) {
  F z = FMA(x, K(TWO_OVER_PI), K(ROUNDER));
  F j = z - K(ROUNDER);
  F r = FMA(j, K(-HALF_PI_LOW), FMA(j, K(-HALF_PI), x));
  FN(pair) near = {FMA(j, K(-HALF_PI_LOWEST), r), FN(rounded)(z)};
  B far = ~LT(FN(magnitude)(x), K(FAR_MIN));
  FN(pair) reduced = FN(reduce_far)(x, far, near);
  r = reduced.value;
  B quadrant = FN(plus)(reduced.n, turn);

  F s = r * r;
  F sine = FMA(HORNER(s, TABLE(SIN_P)), s * r, r);
  F cosine = FMA(FMA(HORNER(s, TABLE(COS_P)), s, K(-0.5f)), s, K(1));
  B odd = FN(minus)(INT(0), quadrant & INT(1));
  B sign = FN(bits_shifted_left)(quadrant & INT(2), REAL_BITS - 2);
  return FN(real_of)(FN(bits_of)(SEL(odd, cosine, sine)) ^ sign);
}

/* Keeps the sign of -0. */
inline_ F FN(sin)(F x) { return SEL(EQ(x, K(0)), x, FN(sine)(x, INT(0))); }

inline_ F FN(cos)(F x) { return FN(sine)(x, INT(1)); }

/*===-- pow ---------------------------------------------------------------===*/

/* The integer nearest to a >= 0, as a real. */
inline_ F FN(nearest_integer)(F a) {
  F rounded = (a + K(TWO_TO_MANTISSA)) - K(TWO_TO_MANTISSA);
  return SEL(LT(a, K(TWO_TO_MANTISSA)), rounded, a);
}

/* A number as the sum of two reals, the second below the rounding of the
 * first (Dekker, "A floating-point technique for extending the available
 * precision", Numerische Mathematik 18, 1971). */
typedef struct {
  F high, low;
} FN(twofold);

/* a + (b + low), |a| >= |b|. */
inline_ FN(twofold) FN(twofold_sum)(F a, F b, F low) {
  F high = a + b;
  FN(twofold) sum = {high, ((a - high) + b) + low};
  return sum;
}

inline_ FN(twofold) FN(twofold_product)(FN(twofold) a, FN(twofold) b) {
  F high = a.high * b.high;
  F low = FMA(a.high, b.low, FMA(a.low, b.high, FMA(a.high, b.high, -high)));
  FN(twofold) product = {high, low};
  return product;
}

/* log a, for finite a > 0, to about 10 bits more than F has, because pow
 * multiplies its error by up to the largest exponent. a = 2^e m with m in
 * [sqrt 1/2, sqrt 2), log m = 2 atanh q with q = (m - 1) / (m + 1), and
 * atanh q = q + q^3 (1/3 + q^2 P(q^2)). */
inline_ FN(twofold) FN(log_twofold)(F a) {
  B denormal = LT(a, K(MIN_NORMAL));
  B b = FN(bits_of)(SEL(denormal, a * K(TWO_TO_MANTISSA), a));
  B e = FN(exponent_field)(b, K(SQRT_HALF));
  F j = FN(to_real)(e >> MANTISSA) - SEL(denormal, K(MANTISSA), K(0));
  F f = FN(real_of)(FN(minus)(b, e)) - K(1);
  F reciprocal = K(1) / (f + K(2));
  F q_high = f * reciprocal;
  F remainder = FMA(q_high, -f, FMA(q_high, K(-2), f));
  FN(twofold) q = {q_high, reciprocal * remainder};

  FN(twofold) square = FN(twofold_product)(q, q);
  FN(twofold) cube = FN(twofold_product)(square, q);
  F tail = HORNER(square.high, TABLE(ATANH_P)) * square.high;
  FN(twofold) slope = FN(twofold_sum)(K(THIRD), tail, K(THIRD_LOW));
  FN(twofold) rest = FN(twofold_product)(cube, slope);
  FN(twofold) half_ln = FN(twofold_sum)(q.high, rest.high, rest.low + q.low);

  F low = FMA(j, K(LN2_REST), half_ln.low + half_ln.low);
  FN(twofold)
  sum = FN(twofold_sum)(j * K(LN2_SHORT), half_ln.high + half_ln.high, low);
  return FN(twofold_sum)(sum.high, sum.low, K(0));
}

/* exp(y log|x|), and the special cases of C11 F.10.4.4. */
inline_ F FN(pow)(F x, F y) {
  F a = FN(magnitude)(x);
  F inf = K(INFINITE);
  FN(twofold) ln = FN(log_twofold)(a);
  F log_high = SEL(EQ(a, K(0)), -inf, SEL(LT(a, inf), ln.high, inf));

  F t = y * log_high;
  F t_low = FMA(y, ln.low, FMA(y, log_high, -t));
  /* Where exp is 0 or infinity anyway, t_low may be NaN. */
  F correction = SEL(LT(FN(magnitude)(t), K(-EXP_MIN)), t_low, K(0));
  FN(pair) r = FN(reduced)(FN(exp_clamped)(t));
  F size = FN(scaled)(FN(expm1_near)(r.value + correction) + K(1), r.n);
  size = SEL(EQ(a, K(1)), K(1), size); /* also for y infinite */

  F ay = FN(magnitude)(y);
  F half_ay = ay * K(0.5f);
  B integer = EQ(FN(nearest_integer)(ay), ay);
  B odd = integer & ~EQ(FN(nearest_integer)(half_ay), half_ay);
  B undefined = LT(x, K(0)) & ~integer & LT(a, inf);
  size = SEL(undefined, K(NOT_A_NUMBER), size);
  B sign = FN(bits_of)(x) & odd & INT(SIGN_BIT);
  F power = FN(real_of)(FN(bits_of)(size) | sign);
  power = SEL(EQ(x, x) & EQ(y, y), power, x + y);
  return SEL(EQ(x, K(1)) | EQ(y, K(0)), K(1), power);
}

#undef TABLE
#undef MANTISSA
#undef BIAS
#undef SIGN_BIT
#undef ALL_BUT_SIGN
#undef FRACTION_BITS
#undef ROUNDER
#undef TWO_TO_MANTISSA
#undef MIN_NORMAL
#undef INT
#undef INFINITE
#undef NOT_A_NUMBER
#undef LOG2E
#undef LN2
#undef LN2_LOW
#undef LN2_SHORT
#undef LN2_REST
#undef THIRD
#undef THIRD_LOW
#undef SQRT_HALF
#undef EXP_MAX
#undef EXP_MIN
#undef EXPM1_MIN
#undef TANH_MAX
#undef SIGMOID_MAX
#undef SIGMOID_SHIFT
#undef SIGMOID_UNSHIFT
#undef ERF_NEAR_MAX
#undef ERF_MAX
#undef TWO_OVER_PI
#undef HALF_PI
#undef HALF_PI_LOW
#undef HALF_PI_LOWEST
#undef FAR_MIN
#undef K
#undef FMA
#undef SEL
#undef LT
#undef EQ
#undef HORNER
#undef COEFFICIENT

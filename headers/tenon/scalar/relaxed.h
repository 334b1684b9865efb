/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * relaxed.h - sigmoid, tanh, erf, exp and log for fp(fast): fewer steps, up to
 * 4 ULP.
 *
 * Included right after elementary.h, for the same REAL_BITS and LANES, and
 * written in the same tokens. It is for f32 only: where REAL_BITS is 64 it
 * defines nothing, and f64 keeps the functions of elementary.h.
 *
 *   FN(sigmoid_quotient)(x), FN(tanh_quotient)(x), FN(erf_quotient)(x)
 *       the result as FN(quotient) {numerator, denominator}, not yet divided,
 *       so that sigmoid(x) * tanh(y) costs one division:
 *       a.numerator * b.numerator / (a.denominator * b.denominator)
 *   FN(sigmoid_relaxed), FN(tanh_relaxed), FN(erf_relaxed)
 *       the same, divided
 *   FN(exp_relaxed), FN(log_relaxed)
 *
 * Promised:
 *  - At most 4 ULP from the true value. Where that is below the smallest normal
 *    number, the result may be anything from 0 to it.
 *  - NaN for NaN; what the strict functions give for zeros and infinities, also
 *    the sign of 0; |tanh| and |erf| at most 1, sigmoid within [0, 1].
 *  - log takes positive arguments below the smallest normal number for 0.
 *  - 1 <= denominator < 2^84, |numerator| <= denominator. Hence the product of
 *    two quotients' numerators or denominators leaves the range of f32 only
 *    where the product of the two values is below the smallest normal number,
 *    and is then 0 after the division, not NaN.
 *
 * Worst errors in ULP over all arguments, compiled without contraction:
 *
 *   sigmoid 3.75   tanh 3.60   erf 3.99   exp 2.82   log 1.88
 *
 * test/runtime/relaxed.c holds them to 4.
 */

#if REAL_BITS == 32

#ifndef TENON_SCALAR_RELAXED_H
#define TENON_SCALAR_RELAXED_H

/* Lowest degree first, fitted for least error in ULP of the function, then
 * varied by single ULPs until the rounding errors fell in well with it. */

/* exp(r) = P(r), 0 <= r <= ln2; P(0) is 1, so that exp(0) is */
static const float EXP_RELAXED_P[] = {0x1p0f,         0x1.000064p0f,
                                      0x1.ffde22p-2f, 0x1.572724p-3f,
                                      0x1.3ffd7p-5f,  0x1.7e70dep-7f};

/* exp(r) = (E(r^2) + r O(r^2)) / (E(r^2) - r O(r^2)), |r| <= ln2 */
static const float EXP_EVEN[] = {0x1p0f, 0x1.992e92p-4f};
static const float EXP_ODD[] = {0x1.fffffcp-2f, 0x1.0f6d62p-7f};

/* tanh(x/2) = x P(x^2) / Q(x^2), |x| <= 9.02 */
static const float TANH_HALF_P[] = {0x1.ccccccp-1f, 0x1.b75e0ep-6f,
                                    0x1.b13828p-14f};
static const float TANH_HALF_Q[] = {0x1.ccccccp0f, 0x1.a10aacp-3f,
                                    0x1.1d3a34p-9f, 0x1.2ba5e4p-19f};

/* tanh(atanh(erf(x)) / 2) = x P(x^2) / Q(x^2), |x| <= 3.85 */
static const float ERF_HALF_P[] = {0x1.f9838cp-1f, 0x1.236788p-3f,
                                   0x1.1fb33p-6f, 0x1.2b35c6p-11f,
                                   -0x1.9b7aeap-18f};
static const float ERF_HALF_Q[] = {0x1.cp0f, 0x1.1d2c06p-2f, 0x1.00eb8p-4f,
                                   0x1.0886c6p-8f};

/* log1p(f) = f + f^2 Q(f), -1/4 <= f <= 1/2 */
static const float LOG_RELAXED_Q[] = {
    -0x1.000014p-1f, 0x1.5555e8p-2f, -0x1.ffd77ep-3f, 0x1.992b56p-3f,
    -0x1.59142p-3f,  0x1.32f4bp-3f,  -0x1.e91c82p-4f, 0x1.b177ep-5f};

#endif /* TENON_SCALAR_RELAXED_H */

#define K(c) FN(splat)(c)
#define INT(c) FN(int_splat)(c)
#define FMA FN(fma)
#define SEL FN(sel)
#define LT FN(lt)
#define HORNER(x, c) FN(horner)(x, c, (int)(sizeof(c) / sizeof *(c)))

#define LOG2E 0x1.715476p0f
#define LN2 0x1.62e43p-1f
#define LN2_LOW -0x1.05c61p-29f

/* x + POWER_ROUNDER, shifted left by 23, is the float 2^n: n is the integer
 * nearest to x, and 127, the bias of exponents, is in the constant. -127 gives
 * 0, 128 gives infinity. */
#define POWER_ROUNDER (0x1.8p23f + 127)
#define POWER_SHIFT 23

typedef struct {
  F numerator, denominator;
} FN(quotient);

inline_ F FN(divided)(FN(quotient) q) { return q.numerator / q.denominator; }

inline_ F FN(within)(F x, F low, F high) {
  return FN(at_least)(FN(at_most)(x, high), low);
}

inline_ F FN(power_from_rounded)(F z) {
  return FN(real_of)(FN(bits_shifted_left)(FN(bits_of)(z), POWER_SHIFT));
}

/*===-- exp ---------------------------------------------------------------===*/

/* x = r + n ln2, n = floor(x / ln2) nearly: then the n of normal results are
 * the exponents of normal numbers, and one power of two is enough. The limits
 * have n = -127 and 128, that is 0 and infinity. The summand is a little above
 * -1/2 because that of the smallest normal result must not round down. */
inline_ F FN(exp_relaxed)(F x) {
  F clamped = FN(within)(x, K(-88.f), K(88.75f));
  F z = FMA(clamped, K(LOG2E), K(-0.499996f)) + K(POWER_ROUNDER);
  F j = z - K(POWER_ROUNDER);
  F r = FMA(j, K(-LN2_LOW), FMA(j, K(-LN2), clamped));
  return HORNER(r, EXP_RELAXED_P) * FN(power_from_rounded)(z);
}

/*===-- sigmoid -----------------------------------------------------------===*/

/* x = r + 2 n ln2, so exp(x) = 4^n a / b with a and b from r, and the result is
 * 2^n a / (2^n a + 2^-n b). The errors of a and 2^n cancel where it is near 1,
 * and both ends are far from overflow. At the limits it is 0 and 1. */
inline_ FN(quotient) FN(sigmoid_quotient)(F x) {
  F clamped = FN(within)(x, K(-104.f), K(18.f));
  F z = FMA(clamped, K(0.5f * LOG2E), K(POWER_ROUNDER));
  F j = z - K(POWER_ROUNDER);
  F r = FMA(j, K(-2 * LN2_LOW), FMA(j, K(-2 * LN2), clamped));
  F power = FN(power_from_rounded)(z);
  B inverse = FN(minus)(INT(2 * 127 << POWER_SHIFT), FN(bits_of)(power));

  F square = r * r;
  F even = HORNER(square, EXP_EVEN);
  F odd = HORNER(square, EXP_ODD);
  F a = FMA(r, odd, even);
  F b = FMA(-r, odd, even);
  F numerator = a * power;
  FN(quotient)
  result = {numerator, FMA(b, FN(real_of)(inverse), numerator)};
  return result;
}

inline_ F FN(sigmoid_relaxed)(F x) {
  return FN(divided)(FN(sigmoid_quotient)(x));
}

/*===-- tanh and erf ------------------------------------------------------===*/

/* With n / d = tanh(y), this is tanh(2 y) = 2 n d / (d^2 + n^2). A rational of
 * the result itself needs as many steps and is twice as wrong near 1, where
 * here the errors of n and d fade. Both are scaled so that what follows mostly
 * rounds numbers just below a power of two: their rounding errors are small. */
inline_ FN(quotient) FN(doubled)(F n, F d) {
  FN(quotient) result = {(n + n) * d, FMA(n, n, d * d)};
  return result;
}

inline_ FN(quotient) FN(tanh_quotient)(F x) {
  F clamped = FN(within)(x, K(-9.02f), K(9.02f));
  F square = clamped * clamped;
  return FN(doubled)(clamped * HORNER(square, TANH_HALF_P),
                     HORNER(square, TANH_HALF_Q));
}

inline_ F FN(tanh_relaxed)(F x) { return FN(divided)(FN(tanh_quotient)(x)); }

/* erf is tanh of something smooth: the same. */
inline_ FN(quotient) FN(erf_quotient)(F x) {
  F clamped = FN(within)(x, K(-3.85f), K(3.85f));
  F square = clamped * clamped;
  return FN(doubled)(clamped * HORNER(square, ERF_HALF_P),
                     HORNER(square, ERF_HALF_Q));
}

inline_ F FN(erf_relaxed)(F x) { return FN(divided)(FN(erf_quotient)(x)); }

/*===-- log ---------------------------------------------------------------===*/

/* As the strict one, without its care for denormal arguments. */
inline_ F FN(log_relaxed)(F x) {
  B b = FN(bits_of)(x);
  B e = FN(exponent_field)(b, K(0.75f));
  F f = FN(real_of)(FN(minus)(b, e)) - K(1);
  F log1p_f = FMA(HORNER(f, LOG_RELAXED_Q), f * f, f);
  F y = FMA(FN(to_real)(e >> 23), K(LN2), log1p_f);
  F outside = SEL(LT(x, K(0)), K(__builtin_nanf("")), K(-__builtin_inff()));
  F inside = SEL(LT(x, K(__builtin_inff())), y, x);
  return SEL(LT(x, K(0x1p-126f)), outside, inside);
}

#undef K
#undef INT
#undef FMA
#undef SEL
#undef LT
#undef HORNER
#undef LOG2E
#undef LN2
#undef LN2_LOW
#undef POWER_ROUNDER
#undef POWER_SHIFT

#endif /* REAL_BITS == 32 */

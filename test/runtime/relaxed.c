/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * relaxed.c - holds tenon/scalar/relaxed.h to its promises.
 *
 *  - error in ULP under a bound, against double libm, over every stride-th of
 *    all 2^32 floats; where the true value is below the smallest normal number,
 *    a result between 0 and it;
 *  - special values exactly, results within the functions' ranges;
 *  - 1 <= denominator < 2^84, |numerator| <= denominator;
 *  - two quotients multiplied with one division, over pairs of arguments where
 *    one or both are extreme;
 *  - the same bits from 1, 8 and 16 lanes.
 *
 *   relaxed [stride]      default 4099; 1 takes an hour
 *
 * RUN: %clang -std=c11 -O2 -ffp-contract=off %tenon_cflags %s -o %t -lm
 * RUN: %t 20011
 * RUN: %if x86-v3 %{ %clang -std=c11 -O2 -march=x86-64-v3 -ffp-contract=off \
 * RUN:   %tenon_cflags %s -o %t.v3 -lm %}
 * RUN: %if x86-v3 %{ %t.v3 %}
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define REAL_BITS 32
#define LANES 1
#include "tenon/scalar/elementary.h"
#include "tenon/scalar/relaxed.h"
#undef LANES
#define LANES 8
#include "tenon/scalar/elementary.h"
#include "tenon/scalar/relaxed.h"
#undef LANES
#define LANES 16
#include "tenon/scalar/elementary.h"
#include "tenon/scalar/relaxed.h"
#undef REAL_BITS
#define REAL_BITS 64 /* where relaxed.h has nothing to say */
#undef LANES
#define LANES 1
#include "tenon/scalar/elementary.h"
#include "tenon/scalar/relaxed.h"
#undef F
#undef B
#undef U

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

/* Positive arguments below the smallest normal number count as 0. */
static double log_of_normal(double x) {
  return x > 0 && x < FLT_MIN ? -INFINITY : log(x);
}

/* Functions: name, reference, lowest and highest result. */
#define FUNCTIONS(X)                                                           \
  X(sigmoid, sigmoid, 0, 1)                                                    \
  X(tanh, tanh, -1, 1)                                                         \
  X(erf, erf, -1, 1)                                                           \
  X(exp, exp, 0, INFINITY)                                                     \
  X(log, log_of_normal, -INFINITY, INFINITY)
#define QUOTIENTS(X) X(sigmoid) X(tanh) X(erf)
#define BOUND 4
/* Of two functions and the three roundings between them. */
#define PRODUCT_BOUND 8

enum { BLOCK = 4096, WIDTHS = 3 };

typedef void apply(const float *x, float out[WIDTHS][BLOCK]);
typedef struct {
  const char *name;
  apply *apply;
  double (*reference)(double);
  double lowest, highest;
} function;

/* The vector types are aligned as their elements and may alias them. */
#define DEFINE_APPLY(name, reference, lowest, highest)                         \
  static void apply_##name(const float *x, float out[WIDTHS][BLOCK]) {         \
    for (int i = 0; i < BLOCK; i++)                                            \
      out[0][i] = name##_relaxed32_1(x[i]);                                    \
    for (int i = 0; i < BLOCK; i += 8)                                         \
      *(F32_8 *)(out[1] + i) = name##_relaxed32_8(*(const F32_8 *)(x + i));    \
    for (int i = 0; i < BLOCK; i += 16)                                        \
      *(F32_16 *)(out[2] + i) = name##_relaxed32_16(*(const F32_16 *)(x + i)); \
  }
FUNCTIONS(DEFINE_APPLY)

#define FUNCTION_ROW(name, reference, lowest, highest)                         \
  {#name, apply_##name, reference, lowest, highest},
static const function functions[] = {FUNCTIONS(FUNCTION_ROW)};

static long failures;

static void fail(const char *what, const char *name, float x, float y,
                 double got, double want) {
  if (failures++ < 20)
    printf("%s: %s(%a, %a) is %a, not %a\n", what, name, x, y, got, want);
}

/* The error in ULP, or 0 where the true value is below the smallest normal
 * number and the result between 0 and it. Infinity counts as the power of two
 * after the largest number. */
static double error_in_ulps(double got, double want) {
  double limit = 0x1p128;
  want = fmax(fmin(want, limit), -limit);
  got = fmax(fmin(got, limit), -limit);
  int exponent;
  frexp(want, &exponent);
  if (fabs(want) < FLT_MIN) {
    /* As far as FLT_MIN, because the result next to it may be off as well. */
    if (fabs(got) <= FLT_MIN && got * want >= 0)
      return 0;
    exponent = FLT_MIN_EXP;
  }
  if (exponent > FLT_MAX_EXP)
    exponent = FLT_MAX_EXP;
  return ldexp(fabs(got - want), FLT_MANT_DIG - exponent);
}

static int same_bits(float x, float y) {
  return (isnan(x) && isnan(y)) || memcmp(&x, &y, sizeof x) == 0;
}

static void check_block(const function *f, const float *x, double *worst,
                        float *worst_x) {
  static float out[WIDTHS][BLOCK];
  f->apply(x, out);
  for (int i = 0; i < BLOCK; i++) {
    double got = out[0][i], want = f->reference(x[i]);
    for (int w = 1; w < WIDTHS; w++)
      if (!same_bits(out[w][i], out[0][i]))
        fail("widths differ", f->name, x[i], 0, out[w][i], got);
    if (isnan(got) || isnan(want)) {
      if (isnan(got) != isnan(want))
        fail("NaN", f->name, x[i], 0, got, want);
      continue;
    }
    if (got < f->lowest || got > f->highest)
      fail("out of range", f->name, x[i], 0, got, want);
    double error = isinf(want) && isinf(x[i]) && got != want
                       ? INFINITY
                       : error_in_ulps(got, want);
    if (error > *worst) {
      *worst = error;
      *worst_x = x[i];
    }
  }
}

static void test_function(const function *f, uint64_t stride) {
  static float x[BLOCK];
  double worst = 0;
  float worst_x = 0;
  for (uint64_t at = 0; at <= UINT32_MAX;) {
    for (int i = 0; i < BLOCK; i++, at += stride) {
      uint32_t b = at <= UINT32_MAX ? (uint32_t)at : 0;
      memcpy(x + i, &b, sizeof b);
    }
    check_block(f, x, &worst, &worst_x);
  }
  printf("%-8s worst %.3f ULP at %a\n", f->name, worst, worst_x);
  if (!(worst <= BOUND))
    fail("error", f->name, worst_x, 0, worst, BOUND);
}

/*===-- Special values, and all arguments around the limits ---------------===*/

static const struct {
  const char *name;
  float x, want;
} specials[] = {
    {"sigmoid", 0.f, .5f},
    {"sigmoid", -0.f, .5f},
    {"sigmoid", INFINITY, 1},
    {"sigmoid", -INFINITY, 0.f},
    {"sigmoid", NAN, NAN},
    {"tanh", 0.f, 0.f},
    {"tanh", -0.f, -0.f},
    {"tanh", INFINITY, 1},
    {"tanh", -INFINITY, -1},
    {"tanh", NAN, NAN},
    {"erf", 0.f, 0.f},
    {"erf", -0.f, -0.f},
    {"erf", INFINITY, 1},
    {"erf", -INFINITY, -1},
    {"erf", NAN, NAN},
    {"exp", 0.f, 1},
    {"exp", -0.f, 1},
    {"exp", INFINITY, INFINITY},
    {"exp", -INFINITY, 0.f},
    {"exp", NAN, NAN},
    {"exp", 89, INFINITY},
    {"exp", FLT_MAX, INFINITY},
    {"exp", -104, 0.f},
    {"exp", -FLT_MAX, 0.f},
    {"log", 0.f, -INFINITY},
    {"log", -0.f, -INFINITY},
    {"log", 0x1p-149f, -INFINITY},
    {"log", 1, 0.f},
    {"log", -1, NAN},
    {"log", -0x1p-149f, NAN},
    {"log", -INFINITY, NAN},
    {"log", INFINITY, INFINITY},
    {"log", NAN, NAN},
};

/* Where exp leaves the normal numbers, and where the clamps are. */
static const float corners[] = {
    -0x1.5d589ep6f, 0x1.62e42ep6f, -88,     88.75f, -104,  18,
    9.02f,          3.85f,         FLT_MIN, 1,      0.75f, 1.5f};

static void test_specials(void) {
  static float x[BLOCK], out[WIDTHS][BLOCK];
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
    const function *f = &functions[k];
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
      if (strcmp(specials[i].name, f->name) != 0)
        continue;
      x[0] = specials[i].x;
      f->apply(x, out);
      for (int w = 0; w < WIDTHS; w++)
        if (!same_bits(out[w][0], specials[i].want))
          fail("special", f->name, x[0], 0, out[w][0], specials[i].want);
    }
    double worst = 0;
    float worst_x = 0;
    for (size_t i = 0; i < sizeof corners / sizeof *corners; i++) {
      uint32_t corner;
      memcpy(&corner, corners + i, sizeof corner);
      for (uint32_t j = 0; j < BLOCK; j++) {
        uint32_t b = corner - BLOCK / 2 + j;
        memcpy(x + j, &b, sizeof b);
      }
      check_block(f, x, &worst, &worst_x);
    }
    if (!(worst <= BOUND))
      fail("error at a corner", f->name, worst_x, 0, worst, BOUND);
  }
}

/*===-- Quotients ---------------------------------------------------------===*/

typedef quotient32_1 quotient;
#define DEFINE_QUOTIENT(name)                                                  \
  static quotient quotient_##name(float x) { return name##_quotient32_1(x); }
QUOTIENTS(DEFINE_QUOTIENT)
static const struct {
  const char *name;
  quotient (*of)(float);
  double (*reference)(double);
} quotients[] = {
#define QUOTIENT_ROW(name) {#name, quotient_##name, name},
    QUOTIENTS(QUOTIENT_ROW)};
enum { QUOTIENT_COUNT = sizeof quotients / sizeof *quotients };

/* xorshift64* (Marsaglia 2003, Vigna 2016) */
static uint64_t random_bits(void) {
  static uint64_t state = 88172645463325252;
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 0x2545f4914f6cdd1d;
}

/* Of ordinary size, of any size, or where sigmoid is tiny. */
static float random_argument(void) {
  uint64_t r = random_bits();
  double unit = (double)(r >> 40) * 0x1p-24;
  uint32_t b = (uint32_t)(r >> 8);
  float any;
  switch (r & 3) {
  case 0:
    return (float)(unit * 20 - 10);
  case 1:
    return (float)(unit * 130 - 110);
  default:
    memcpy(&any, &b, sizeof any);
    return any;
  }
}

static void test_quotient(int k, float x) {
  quotient q = quotients[k].of(x);
  if (isnan(x))
    return;
  if (!(q.denominator >= 1 && q.denominator < 0x1p84f))
    fail("denominator", quotients[k].name, x, 0, q.denominator, 1);
  if (!(fabsf(q.numerator) <= q.denominator))
    fail("numerator", quotients[k].name, x, 0, q.numerator, q.denominator);
}

static void test_products(void) {
  double worst = 0;
  float worst_x = 0, worst_y = 0;
  for (int n = 0; n < 1000000; n++) {
    int k = (int)(random_bits() % QUOTIENT_COUNT);
    int l = (int)(random_bits() % QUOTIENT_COUNT);
    float x = random_argument(), y = random_argument();
    test_quotient(k, x);
    quotient a = quotients[k].of(x), b = quotients[l].of(y);
    double got = a.numerator * b.numerator / (a.denominator * b.denominator);
    double want = quotients[k].reference(x) * quotients[l].reference(y);
    if (isnan(got) || isnan(want)) {
      if (isnan(got) != isnan(want))
        fail("NaN in a product", quotients[k].name, x, y, got, want);
      continue;
    }
    double error = error_in_ulps(got, want);
    if (error > worst) {
      worst = error;
      worst_x = x;
      worst_y = y;
    }
  }
  printf("products worst %.3f ULP at %a, %a\n", worst, worst_x, worst_y);
  if (!(worst <= PRODUCT_BOUND))
    fail("error", "product", worst_x, worst_y, worst, PRODUCT_BOUND);
}

int main(int argc, char **argv) {
  uint64_t stride = argc > 1 ? strtoull(argv[1], NULL, 10) : 4099;
  if (stride == 0) {
    fprintf(stderr, "usage: relaxed [stride]\n");
    return 1;
  }
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
    test_function(&functions[k], stride);
  test_specials();
  test_products();
  printf(failures ? "%ld bad\n" : "all good\n", failures);
  return failures != 0;
}

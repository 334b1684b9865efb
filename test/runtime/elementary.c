/*===-- elementary.c - accuracy and bits of the elementary functions ------===*
 *
 * Part of Tenon, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * Holds tenon/scalar/elementary.h to its promises:
 *
 *  - worst error in ULP under a bound: f32 against double libm, over every
 *    stride-th of all 2^32 floats; f64 against long double libm, over random
 *    arguments of several families;
 *  - special values exactly;
 *  - the same bits from 1, 4 and 8 lanes.
 *
 *   elementary [stride [blocks]]      default 20011 8; stride 1 takes hours
 *
 * Prints a line for each function and returns 1 if any line is bad. The hash
 * is of all results, for comparison between builds; it counts every NaN as one.
 *
 * Longer than other files: all the checks run over the same tables.
 *
 * RUN: %clang -std=c11 -O2 -ffp-contract=off -fno-math-errno -fno-trapping-math %tenon_cflags %s -o %t %tenon_libs
 * RUN: %t 200003 2
 *
 *===----------------------------------------------------------------------===*/

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define REAL_BITS 32
#define LANES 1
#include "tenon/scalar/elementary.h"
#undef LANES
#define LANES 4
#include "tenon/scalar/elementary.h"
#undef LANES
#define LANES 8
#include "tenon/scalar/elementary.h"
#undef REAL_BITS
#define REAL_BITS 64
#undef LANES
#define LANES 1
#include "tenon/scalar/elementary.h"
#undef LANES
#define LANES 4
#include "tenon/scalar/elementary.h"
#undef LANES
#define LANES 8
#include "tenon/scalar/elementary.h"
#undef F
#undef B
#undef U
#undef real
#undef bits

/* Functions of one argument: name, f32 bound, f64 bound, and the interval
 * where most of its results are ordinary. */
#define UNARY_FUNCTIONS(X)                                                     \
  X(exp, 2, 2, -746, 710)                                                      \
  X(expm1, 2, 2, -38, 710)                                                     \
  X(log, 2, 2, 0, 4)                                                           \
  X(log1p, 2, 2, -1, 4)                                                        \
  X(tanh, 2, 2, -20, 20)                                                       \
  X(sigmoid, 2.5, 3, -746, 40)                                                 \
  X(erf, 2, 2, -6, 6)                                                          \
  X(sin, 2, 2, -20, 20)                                                        \
  X(cos, 2, 2, -20, 20)
#define POW_BOUND 2

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static long double sigmoidl(long double x) { return 1 / (1 + expl(-x)); }

/* signbit gives any nonzero int. */
static int negative(double x) { return signbit(x) != 0; }

/*===-- What was seen of one function -------------------------------------===*/

enum { BLOCK = 4096, WIDTHS = 3 };

typedef struct {
  const char *name;
  int real_bits;
  double bound;
  double worst, worst_x, worst_y;
  long wrong_specials;
  long wrong_lanes;
  uint64_t hash;
} report;

static int failures;

static void print_head(void) {
  printf("%-12s %-9s %-6s %-17s %s\n", "function", "worst ULP", "bound", "hash",
         "worst at");
}

static void print_report(const report *r) {
  int bad = !(r->worst <= r->bound) || r->wrong_specials || r->wrong_lanes;
  char name[32];
  snprintf(name, sizeof name, "%s f%d", r->name, r->real_bits);
  printf("%-12s %-9.3f %-6g %016" PRIx64 "  %a", name, r->worst, r->bound,
         r->hash, r->worst_x);
  if (r->worst_y != 0)
    printf(", %a", r->worst_y);
  if (r->wrong_specials)
    printf("; %ld special results wrong", r->wrong_specials);
  if (r->wrong_lanes)
    printf("; %ld results differ between widths", r->wrong_lanes);
  printf("%s\n", bad ? "  BAD" : "");
  failures += bad;
}

static void wrong_special(report *r, double x, double y, double got,
                          double want) {
  if (r->wrong_specials++ < 3)
    printf("%s f%d (%a, %a) is %a, not %a\n", r->name, r->real_bits, x, y, got,
           want);
}

/* Infinity counts as the power of two after the largest number, so that an
 * overflow just above or below the true one is a small error. */
static long double finite(long double x, int max_exponent) {
  long double limit = ldexpl(1, max_exponent);
  return x > limit ? limit : x < -limit ? -limit : x;
}

/* Takes one result into the report. */
static void judge(report *r, double x, double y, double got, long double want) {
  int mantissa = r->real_bits == 32 ? FLT_MANT_DIG : DBL_MANT_DIG;
  int min_exponent = r->real_bits == 32 ? FLT_MIN_EXP : DBL_MIN_EXP;
  int max_exponent = r->real_bits == 32 ? FLT_MAX_EXP : DBL_MAX_EXP;
  if (isnan(got) || isnan(want)) {
    if (isnan(got) != isnan(want))
      wrong_special(r, x, y, got, (double)want);
    return;
  }
  if ((got == 0 || want == 0) && negative(got) != negative((double)want)) {
    wrong_special(r, x, y, got, (double)want);
    return;
  }
  want = finite(want, max_exponent);
  int exponent;
  frexpl(want, &exponent);
  if (exponent < min_exponent || want == 0)
    exponent = min_exponent;
  if (exponent > max_exponent)
    exponent = max_exponent;
  double ulps = (double)ldexpl(fabsl(finite(got, max_exponent) - want),
                               mantissa - exponent);
  if (ulps > r->worst) {
    r->worst = ulps;
    r->worst_x = x;
    r->worst_y = y;
  }
}

static uint64_t bits_of_real(double x, int real_bits) {
  uint64_t b = 0;
  if (isnan(x))
    return 0x7fc00000;
  if (real_bits == 32) {
    float narrow = (float)x;
    uint32_t low;
    memcpy(&low, &narrow, sizeof low);
    return low;
  }
  memcpy(&b, &x, sizeof b);
  return b;
}

/* Compares the widths' results for one argument and takes them into the
 * hash. */
static void compare_widths(report *r, const double got[WIDTHS]) {
  uint64_t first = bits_of_real(got[0], r->real_bits);
  for (int w = 1; w < WIDTHS; w++)
    r->wrong_lanes += bits_of_real(got[w], r->real_bits) != first;
  r->hash = (r->hash ^ first) * 0x9e3779b97f4a7c15;
  r->hash ^= r->hash >> 29;
}

/*===-- One block of arguments through all widths -------------------------===*/

typedef void apply_f32(const float *x, const float *y,
                       float out[WIDTHS][BLOCK]);
typedef void apply_f64(const double *x, const double *y,
                       double out[WIDTHS][BLOCK]);

/* The vector types are aligned as their elements and may alias them. */
#define DEFINE_APPLY(name, width, type, ...)                                   \
  static void name##_f##width(const type *x, const type *y,                    \
                              type out[WIDTHS][BLOCK]) {                       \
    (void)y;                                                                   \
    for (int i = 0; i < BLOCK; i++) {                                          \
      typedef type V;                                                          \
      out[0][i] = name##width##_1(__VA_ARGS__);                                \
    }                                                                          \
    for (int i = 0; i < BLOCK; i += 4) {                                       \
      typedef F##width##_4 V;                                                  \
      *(V *)(out[1] + i) = name##width##_4(__VA_ARGS__);                       \
    }                                                                          \
    for (int i = 0; i < BLOCK; i += 8) {                                       \
      typedef F##width##_8 V;                                                  \
      *(V *)(out[2] + i) = name##width##_8(__VA_ARGS__);                       \
    }                                                                          \
  }
#define X_ARGUMENT *(const V *)(x + i)
#define Y_ARGUMENT *(const V *)(y + i)
#define DEFINE_UNARY(name, bound32, bound64, low, high)                        \
  DEFINE_APPLY(name, 32, float, X_ARGUMENT)                                    \
  DEFINE_APPLY(name, 64, double, X_ARGUMENT)
UNARY_FUNCTIONS(DEFINE_UNARY)
DEFINE_APPLY(pow, 32, float, X_ARGUMENT, Y_ARGUMENT)
DEFINE_APPLY(pow, 64, double, X_ARGUMENT, Y_ARGUMENT)

typedef struct {
  const char *name;
  double bound32, bound64;
  double low, high;
  apply_f32 *f32;
  apply_f64 *f64;
  double (*reference)(double);
  long double (*referencel)(long double);
} unary_function;

#define UNARY_ROW(name, bound32, bound64, low, high)                           \
  {#name, bound32, bound64, low, high, name##_f32, name##_f64, name, name##l},
static const unary_function unary_functions[] = {UNARY_FUNCTIONS(UNARY_ROW)};
enum { UNARIES = sizeof unary_functions / sizeof *unary_functions };

static float x32[BLOCK], y32[BLOCK], out32[WIDTHS][BLOCK];
static double x64[BLOCK], y64[BLOCK], out64[WIDTHS][BLOCK];

static void judge_block_f32(report *r, const unary_function *f) {
  for (int i = 0; i < BLOCK; i++) {
    double x = x32[i], y = f ? 0 : y32[i];
    double got[WIDTHS] = {out32[0][i], out32[1][i], out32[2][i]};
    compare_widths(r, got);
    judge(r, x, y, got[0], f ? f->reference(x) : pow(x, y));
  }
}

/* Without a wider long double there is nothing to measure f64 against. */
static const int have_wide_reference = LDBL_MANT_DIG > DBL_MANT_DIG;

static void judge_block_f64(report *r, const unary_function *f) {
  for (int i = 0; i < BLOCK; i++) {
    double x = x64[i], y = f ? 0 : y64[i];
    double got[WIDTHS] = {out64[0][i], out64[1][i], out64[2][i]};
    compare_widths(r, got);
    if (have_wide_reference)
      judge(r, x, y, got[0], f ? f->referencel(x) : powl(x, y));
  }
}

/*===-- Random numbers (xorshift64*, Marsaglia 2003, Vigna 2016) ----------===*/

static uint64_t random_state = 88172645463325252;

static uint64_t random_bits(void) {
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return random_state * 0x2545f4914f6cdd1d;
}

static double random_between(double low, double high) {
  return low + (high - low) * ((double)(random_bits() >> 11) * 0x1p-53);
}

static double random_double(void) {
  uint64_t b = random_bits();
  double x;
  memcpy(&x, &b, sizeof x);
  return x;
}

static float random_float(void) {
  uint32_t b = (uint32_t)(random_bits() >> 32);
  float x;
  memcpy(&x, &b, sizeof x);
  return x;
}

static double random_sign(double x) { return random_bits() >> 63 ? -x : x; }

/*===-- f32 ---------------------------------------------------------------===*/

static void test_unary_f32(const unary_function *f, uint64_t stride) {
  report r = {.name = f->name, .real_bits = 32, .bound = f->bound32};
  uint64_t at = 0;
  while (at <= UINT32_MAX) {
    for (int i = 0; i < BLOCK; i++, at += stride) {
      uint32_t b = at <= UINT32_MAX ? (uint32_t)at : 0;
      memcpy(x32 + i, &b, sizeof b);
    }
    f->f32(x32, NULL, out32);
    judge_block_f32(&r, f);
  }
  print_report(&r);
}

/* Arguments of pow by family: any floats; bases of moderate size; bases near 1
 * with large exponents; results from underflow to overflow. */
static void pow_arguments_f32(int family, float *x, float *y) {
  *x = random_float();
  *y = random_float();
  if (family == 1) {
    *x = (float)exp2(random_between(-32, 32));
    *y = (float)random_between(-32, 32);
  } else if (family == 2) {
    *x = (float)random_between(0.875, 1.125);
    *y = (float)random_between(-2048, 2048);
  } else if (family == 3) {
    *x = fabsf(*x);
    *y = (float)(random_between(-151, 129) / log2(*x));
  }
}

static void test_pow_f32(uint64_t stride) {
  report r = {.name = "pow", .real_bits = 32, .bound = POW_BOUND};
  for (uint64_t at = 0; at <= UINT32_MAX; at += BLOCK * stride) {
    for (int i = 0; i < BLOCK; i++)
      pow_arguments_f32(i & 3, x32 + i, y32 + i);
    pow_f32(x32, y32, out32);
    judge_block_f32(&r, NULL);
  }
  print_report(&r);
}

/*===-- f64 ---------------------------------------------------------------===*/

enum { FAMILIES = 8 };

static double unary_argument(const unary_function *f, int family) {
  switch (family) {
  case 0: /* any double */
    return random_double();
  case 1: /* where most results are ordinary */
    return random_between(f->low, f->high);
  case 2: /* around the ends of the polynomials */
    return random_sign(random_between(0, 2));
  case 3: /* near 0 */
    return random_sign(exp2(random_between(-80, 0)));
  case 4: /* denormal */
    return random_sign((double)(random_bits() >> 12) * 0x1p-1074);
  case 5: { /* next to multiples of pi/2 */
    long double n = floorl(exp2l((long double)random_between(0, 55)));
    double x = (double)(n * 1.57079632679489661923132169163975144L);
    return random_sign(random_bits() & 1 ? x : nextafter(x, 0));
  }
  case 6: /* next to 1 */
    return 1 + random_sign(exp2(random_between(-52, -1)));
  default: /* huge */
    return random_sign(exp2(random_between(900, 1023.9)));
  }
}

static void test_unary_f64(const unary_function *f, uint64_t blocks) {
  report r = {.name = f->name, .real_bits = 64, .bound = f->bound64};
  for (uint64_t block = 0; block < FAMILIES * blocks; block++) {
    for (int i = 0; i < BLOCK; i++)
      x64[i] = unary_argument(f, i % FAMILIES);
    /* The double nearest to a multiple of pi/2 of all (Muller, "Elementary
     * Functions", table 11.1). */
    x64[0] = ldexp(6381956970095103, 797);
    f->f64(x64, NULL, out64);
    judge_block_f64(&r, f);
  }
  print_report(&r);
}

static void pow_arguments_f64(int family, double *x, double *y) {
  *x = random_double();
  *y = random_double();
  switch (family) {
  case 1: /* moderate */
    *x = exp2(random_between(-64, 64));
    *y = random_between(-16, 16);
    break;
  case 2: /* bases near 1, large exponents */
    *x = random_between(0.875, 1.125);
    *y = random_between(-8192, 8192);
    break;
  case 3: /* results from underflow to overflow */
    *x = fabs(*x);
    *y = random_between(-1076, 1025) / log2(*x);
    break;
  case 4: /* the same with bases around the ends of the polynomial */
    *x = random_between(0.5, 2);
    *y = random_between(-1076, 1025) / log2(*x);
    break;
  case 5: /* whole numbers, some of them negative */
    *x = floor(random_between(-64, 64));
    *y = floor(random_between(-64, 64));
    break;
  case 6: /* bases next to 1 */
    *x = 1 + random_sign(exp2(random_between(-52, -1)));
    *y = random_sign(exp2(random_between(0, 60)));
    break;
  case 7: /* denormal bases */
    *x = (double)(random_bits() >> 12) * 0x1p-1074;
    *y = random_between(-1, 1);
    break;
  }
}

static void test_pow_f64(uint64_t blocks) {
  report r = {.name = "pow", .real_bits = 64, .bound = POW_BOUND};
  for (uint64_t block = 0; block < FAMILIES * blocks; block++) {
    for (int i = 0; i < BLOCK; i++)
      pow_arguments_f64(i % FAMILIES, x64 + i, y64 + i);
    pow_f64(x64, y64, out64);
    judge_block_f64(&r, NULL);
  }
  print_report(&r);
}

/*===-- Special values ----------------------------------------------------===*/

static int same(double a, double b) {
  return isnan(a) ? isnan(b) : a == b && negative(a) == negative(b);
}

typedef struct {
  const char *name;
  double x, want;
} special;

/* C11 F.10, and what follows for sigmoid and erf. Same for f32 and f64. */
static const special specials[] = {
    {"exp", 0., 1},
    {"exp", -0., 1},
    {"exp", INFINITY, INFINITY},
    {"exp", -INFINITY, 0},
    {"exp", 1000, INFINITY},
    {"exp", -1000, 0},
    {"exp", NAN, NAN},
    {"expm1", 0., 0.},
    {"expm1", -0., -0.},
    {"expm1", INFINITY, INFINITY},
    {"expm1", -INFINITY, -1},
    {"expm1", NAN, NAN},
    {"log", 0., -INFINITY},
    {"log", -0., -INFINITY},
    {"log", 1, 0.},
    {"log", -1, NAN},
    {"log", -INFINITY, NAN},
    {"log", INFINITY, INFINITY},
    {"log", NAN, NAN},
    {"log1p", 0., 0.},
    {"log1p", -0., -0.},
    {"log1p", -1, -INFINITY},
    {"log1p", -2, NAN},
    {"log1p", -INFINITY, NAN},
    {"log1p", INFINITY, INFINITY},
    {"log1p", NAN, NAN},
    {"tanh", 0., 0.},
    {"tanh", -0., -0.},
    {"tanh", INFINITY, 1},
    {"tanh", -INFINITY, -1},
    {"tanh", NAN, NAN},
    {"sigmoid", 0., .5},
    {"sigmoid", -0., .5},
    {"sigmoid", INFINITY, 1},
    {"sigmoid", -INFINITY, 0},
    {"sigmoid", NAN, NAN},
    {"erf", 0., 0.},
    {"erf", -0., -0.},
    {"erf", INFINITY, 1},
    {"erf", -INFINITY, -1},
    {"erf", NAN, NAN},
    {"sin", 0., 0.},
    {"sin", -0., -0.},
    {"sin", INFINITY, NAN},
    {"sin", -INFINITY, NAN},
    {"sin", NAN, NAN},
    {"cos", 0., 1},
    {"cos", -0., 1},
    {"cos", INFINITY, NAN},
    {"cos", -INFINITY, NAN},
    {"cos", NAN, NAN},
};

static double unary_at(const unary_function *f, int real_bits, double x) {
  for (int i = 0; i < BLOCK; i++) {
    x32[i] = (float)x;
    x64[i] = x;
  }
  if (real_bits == 32) {
    f->f32(x32, NULL, out32);
    return out32[0][0];
  }
  f->f64(x64, NULL, out64);
  return out64[0][0];
}

static double pow_at(int real_bits, double x, double y) {
  return real_bits == 32 ? pow32_1((float)x, (float)y) : pow64_1(x, y);
}

static void test_specials(int real_bits) {
  report r = {.name = "specials", .real_bits = real_bits};
  const double smallest = real_bits == 32 ? 0x1p-149 : 0x1p-1074;
  const double largest = real_bits == 32 ? FLT_MAX : DBL_MAX;
  for (int k = 0; k < UNARIES; k++) {
    const unary_function *f = &unary_functions[k];
    r.name = f->name;
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
      if (strcmp(specials[i].name, f->name) != 0)
        continue;
      double got = unary_at(f, real_bits, specials[i].x);
      if (!same(got, specials[i].want))
        wrong_special(&r, specials[i].x, 0, got, specials[i].want);
    }
    if (!strcmp(f->name, "expm1") || !strcmp(f->name, "log1p") ||
        !strcmp(f->name, "tanh") || !strcmp(f->name, "sin")) {
      /* x + O(x^2) is x for denormals. */
      const double denormals[] = {smallest, -smallest, 12345 * smallest};
      for (int i = 0; i < 3; i++) {
        double got = unary_at(f, real_bits, denormals[i]);
        if (!same(got, denormals[i]))
          wrong_special(&r, denormals[i], 0, got, denormals[i]);
      }
    }
  }
  /* pow: C11 F.10.4.4 as libm has it. Exact for the special results; the
   * others count as errors in ULP. */
  const double values[] = {0.,
                           -0.,
                           1,
                           -1,
                           2,
                           -2,
                           .5,
                           -.5,
                           3,
                           -3,
                           INFINITY,
                           -INFINITY,
                           NAN,
                           2.5,
                           -2.5,
                           8388607,
                           -8388607,
                           16777216,
                           1e30,
                           -1e30,
                           smallest,
                           -smallest,
                           largest,
                           -largest,
                           4503599627370497.,
                           9007199254740992.};
  r.name = "pow";
  const int count = sizeof values / sizeof *values;
  for (int i = 0; i < count; i++) {
    for (int k = 0; k < count; k++) {
      double x = values[i], y = values[k];
      if (real_bits == 32) {
        x = (float)x;
        y = (float)y;
      }
      double got = pow_at(real_bits, x, y), want = pow(x, y);
      if (real_bits == 32)
        want = (float)want;
      int is_special =
          isnan(want) || isinf(want) || want == 0 || fabs(want) == 1;
      if (is_special && !same(got, want))
        wrong_special(&r, x, y, got, want);
      judge(&r, x, y, got, real_bits == 32 ? pow(x, y) : powl(x, y));
    }
  }
  r.name = "specials";
  r.bound = POW_BOUND;
  print_report(&r);
}

int main(int argc, char **argv) {
  uint64_t stride = argc > 1 ? strtoull(argv[1], NULL, 10) : 20011;
  uint64_t blocks = argc > 2 ? strtoull(argv[2], NULL, 10) : 8;
  if (stride == 0 || blocks == 0) {
    fprintf(stderr, "usage: elementary [stride [blocks]]\n");
    return 1;
  }
  if (!have_wide_reference)
    printf("f64 errors are not measured: long double is no wider\n");
  print_head();
  for (int i = 0; i < UNARIES; i++)
    test_unary_f32(&unary_functions[i], stride);
  test_pow_f32(stride);
  for (int i = 0; i < UNARIES; i++)
    test_unary_f64(&unary_functions[i], blocks);
  test_pow_f64(blocks);
  test_specials(32);
  test_specials(64);
  printf(failures ? "%d bad\n" : "all good\n", failures);
  return failures != 0;
}

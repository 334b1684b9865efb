/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * elementwise.h - the test program of the elementwise rows of ops.def. Includers choose the rows (CLASS_...).
 *
 *   elementwise hashes [bits]
 *
 * For each row, dtype, shape and layout: eager against the plain C of formulas.h within the row's bound, compiled
 * against eager bit for bit. The file `hashes` gets a line for each row, which other instruction sets and thread
 * counts must repeat. With `bits` formulas are left out. Prints what is wrong, then "N rows checked".
 */
#include <float.h>

#include "../../Inputs/launches.h"
#include "operands.h"

/* ---- formulas, by row and type --------------------------------------------------------------------------------- */

#define R float
#define M(name) name##f
#define NAMED(f) f##_f32
#include "formulas.h"
#undef R
#undef M
#undef NAMED
#define R double
#define M(name) name
#define NAMED(f) f##_f64
#include "formulas.h"
#undef R
#undef M
#undef NAMED
#define R long double
#define M(name) name##l
#define NAMED(f) f##_wide
#include "formulas.h"
#undef R
#undef M
#undef NAMED
#define INT_SIGNED 1
#define NAMED(f) f##_i32
#define INT_BITS 32
#include "integer_formulas.h"
#undef INT_BITS
#undef NAMED
#define INT_SIGNED 1
#define NAMED(f) f##_i64
#define INT_BITS 64
#include "integer_formulas.h"
#undef INT_BITS
#undef NAMED
#define INT_SIGNED 0
#define NAMED(f) f##_u64
#define INT_BITS 64
#include "integer_formulas.h"
#undef INT_BITS
#undef NAMED

typedef struct formula {
  const char *name;
  int arity;
  bool truth; /* the result is TN_BOOL */
  double bound32, bound64;
  float (*f32)(float, float);
  double (*f64)(double, double);
  long double (*wide)(long double, long double);
  wide (*i32)(wide, wide), (*i64)(wide, wide), (*u64)(wide, wide);
} formula;

#define REAL_FORMULAS(name) .f32 = value_##name##_f32, .f64 = value_##name##_f64, .wide = value_##name##_wide
#define INTEGER_FORMULAS(name) .i32 = integer_##name##_i32, .i64 = integer_##name##_i64, .u64 = integer_##name##_u64
#define BOTH_FORMULAS(name) REAL_FORMULAS(name), INTEGER_FORMULAS(name)
#define NAME(row_name, operands) .name = #row_name, .arity = operands
#define TN_UNARY(name, types, value, integer, derivative, ulp32, ulp64)                                                \
  {NAME(name, 1), BOTH_FORMULAS(name), .bound32 = ulp32, .bound64 = ulp64},
#define TN_BINARY(name, types, value, integer, derivative_x, derivative_y, ulp32, ulp64)                               \
  {NAME(name, 2), BOTH_FORMULAS(name), .bound32 = ulp32, .bound64 = ulp64},
#define TN_COMPARE(name, types, value) {NAME(name, 2), BOTH_FORMULAS(name), .truth = true},
#define TN_LOGICAL(name, arity, value) {NAME(name, arity), INTEGER_FORMULAS(name)},
static const formula formulas[] = {
#include "tenon/ops.def"
};

static const formula *formula_of(const char *name) {
  for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++)
    if (!strcmp(formulas[i].name, name)) return &formulas[i];
  printf("%s: no formula\n", name);
  exit(1);
}

/* ---- eager against the formulas ---------------------------------------------------------------------------------- */

/* Error in ulps (of the result, or of x) of `got`, for a type with this many digits and this least exponent. */
static double error_in_ulps(long double got, long double want, long double of, int digits, int least_exponent,
                            long double largest) {
  if (want != want || got != got) return want != want && got != got ? 0 : HUGE_VAL;
  if (want == 0 && got == 0) return signbit(want) == signbit(got) ? 0 : HUGE_VAL;
  if (isinf(want) && isinf(got)) return want == got ? 0 : HUGE_VAL;
  /* What lies beyond the largest number counts from where the next one would be. */
  const long double beyond = ldexpl(1, ilogbl(largest) + 1);
  if (isinf(got)) got = copysignl(beyond, got);
  if (fabsl(want) > beyond) want = copysignl(beyond, want);
  int exponent;
  frexpl(of == 0 ? 1e-4900L : of, &exponent);
  if (isinf(of)) exponent = ilogbl(largest) + 1;
  if (exponent < least_exponent) exponent = least_exponent;
  return (double)(fabsl(got - want) / ldexpl(1, exponent - digits));
}

static void compare_formula(const row *r, const formula *f, const operand *x, const operand *y, tn_tensor result) {
  const size_t width = size_of(r->dtype);
  const char *p = tn_data_const(result);
  const tn_dtype out = tn_dtype_of(result);
  if (out != (f->truth ? TN_BOOL : r->dtype)) {
    FAIL("dtype of the result");
    return;
  }
  for (int64_t i = 0; i < result->size; i++) {
    const char *ax = element(x, result, width, i), *ay = y ? element(y, result, width, i) : NULL;
    const char *got = p + i * (int64_t)size_of(out);
    if (r->dtype == TN_F32 || r->dtype == TN_F64) {
      double vx, vy = 0;
      float fx = 0, fy = 0;
      if (r->dtype == TN_F32) {
        memcpy(&fx, ax, 4);
        if (ay) memcpy(&fy, ay, 4);
        vx = fx, vy = fy;
      } else {
        memcpy(&vx, ax, 8);
        if (ay) memcpy(&vy, ay, 8);
      }
      const double bound = r->dtype == TN_F32 ? f->bound32 : f->bound64;
      if (f->truth || bound == 0) { /* exact: one operation of the type itself */
        char want[8] = {0};
        const float w32 = r->dtype == TN_F32 ? f->f32(fx, fy) : 0;
        const double w64 = r->dtype == TN_F64 ? f->f64(vx, vy) : 0;
        if (f->truth)
          *want = r->dtype == TN_F32 ? w32 != 0 : w64 != 0;
        else
          memcpy(want, r->dtype == TN_F32 ? (const void *)&w32 : &w64, width);
        if (bits_of(want, out) != bits_of(got, out)) {
          FAIL("f(%a, %a) is %llx, not %llx", vx, vy, (unsigned long long)bits_of(got, out), (unsigned long long)bits_of(want, out));
          return;
        }
        continue;
      }
      /* f32 in double, f64 in long double. */
      const long double want = r->dtype == TN_F32 ? (long double)f->f64(vx, vy) : f->wide(vx, vy);
      float g32 = 0;
      double g64 = 0;
      memcpy(r->dtype == TN_F32 ? (void *)&g32 : &g64, got, width);
      const long double value = r->dtype == TN_F32 ? g32 : g64, of = bound < 0 ? (long double)vx : want;
      const double error = r->dtype == TN_F32 ? error_in_ulps(value, want, of, FLT_MANT_DIG, FLT_MIN_EXP, FLT_MAX)
                                              : error_in_ulps(value, want, of, DBL_MANT_DIG, DBL_MIN_EXP, DBL_MAX);
      if (!(error <= fabs(bound))) {
        FAIL("f(%a, %a) is %La, not %La: %g ulp, bound %g", vx, vy, value, want, error, bound);
        return;
      }
    } else {
      int64_t vx = 0, vy = 0;
      if (r->dtype == TN_I32) {
        int32_t n;
        memcpy(&n, ax, 4), vx = n;
        if (ay) memcpy(&n, ay, 4), vy = n;
      } else {
        memcpy(&vx, ax, width);
        if (ay) memcpy(&vy, ay, width);
      }
      const uint64_t all = width == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * size_of(out)) - 1;
      uint64_t want = (uint64_t)(r->dtype == TN_I32   ? f->i32(vx, vy)
                                 : r->dtype == TN_U64 ? f->u64((uint64_t)vx, (uint64_t)vy)
                                                      : f->i64(vx, vy)) &
                      all;
      if (out == TN_BOOL) want &= 1;
      if (want != bits_of(got, out)) {
        FAIL("f(%lld, %lld) is %llx, not %llx", (long long)vx, (long long)vy, (unsigned long long)bits_of(got, out),
             (unsigned long long)want);
        return;
      }
    }
  }
}

/* ---- the walk -------------------------------------------------------------------------------------------------- */

static const shape shapes[] = {
    {0, {0}}, SHAPE(1, 0), SHAPE(1, 1), SHAPE(1, 2), SHAPE(1, 3), SHAPE(1, 15), SHAPE(1, 16), SHAPE(1, 17),
    SHAPE(1, 63), SHAPE(1, 64), SHAPE(1, 65), SHAPE(1, 4095), SHAPE(1, 4096), SHAPE(1, 4097), SHAPE(1, 8191),
    SHAPE(1, 8192), SHAPE(1, 8193), SHAPE(2, 3, 5), SHAPE(3, 2, 0, 3), SHAPE(3, 5, 1, 7), SHAPE(4, 2, 3, 4, 5),
    SHAPE(2, 65, 17), SHAPE(2, 3, 4097), SHAPE(8, 1, 2, 1, 2, 1, 2, 1, 3), SHAPE(2, 300, 301)};
static const shape pairs[][2] = {{{0, {0}}, SHAPE(1, 17)}, {SHAPE(1, 17), {0, {0}}}, {SHAPE(1, 1), SHAPE(1, 64)},
                                 {SHAPE(1, 5), SHAPE(2, 3, 5)}, {SHAPE(2, 3, 1), SHAPE(2, 1, 5)},
                                 {SHAPE(3, 4, 1, 6), SHAPE(2, 5, 1)}, {SHAPE(1, 0), SHAPE(1, 1)},
                                 {SHAPE(3, 2, 0, 3), SHAPE(1, 3)}, {SHAPE(1, 4097), SHAPE(1, 1)},
                                 {SHAPE(2, 65, 1), SHAPE(2, 65, 64)}, {SHAPE(2, 1, 4096), SHAPE(2, 3, 4096)},
                                 {SHAPE(2, 4097, 3), SHAPE(1, 3)}, {SHAPE(1, 8193), SHAPE(2, 2, 8193)}};

static bool with_formulas = true;
static void check(int i, const shape *sx, const shape *sy, layout how_x, layout how_y) {
  TN_SCOPE;
  static storage memory_x, memory_y;
  const row *e = &eager_rows[i], *c = &compiled_rows[i];
  operand x, y;
  char text[200];
  snprintf(text, sizeof text, "%s, dtype %x, shape %d [%lld, %lld ...], layouts %d %d", e->name, e->dtype & 15, sx->rank,
           (long long)sx->dims[0], (long long)sx->dims[1], how_x, how_y);
  where_text = text;
  make_operand(&x, &memory_x, e->dtype, sx->rank, sx->dims, how_x, false);
  if (e->arity == 2) make_operand(&y, &memory_y, e->dtype, sy->rank, sy->dims, how_y, true);
  operand *second = e->arity == 2 ? &y : NULL;
  tn_clear_error();
  tn_tensor alone = e->alone(&x, second), fused = e->fused(&x, second);
  if (!alone) { /* an integer where the row has none: the same error from both */
    char error[300];
    snprintf(error, sizeof error, "%s", tn_error());
    tn_clear_error();
    if (c->alone(&x, second)) FAIL("eager fails, compiled does not");
    if (strcmp(error, tn_error())) FAIL("eager says \"%s\", compiled \"%s\"", error, tn_error());
    tn_clear_error();
    alone = fused;
  } else {
    compare_sides(alone, c->alone(&x, second), "alone");
    const tn_dtype own = tn_dtype_of(alone);
    if (with_formulas && (own == e->dtype || own == TN_BOOL)) compare_formula(e, formula_of(e->name), &x, second, alone);
  }
  const uint64_t before = launches();
  compare_sides(fused, c->fused(&x, second), "fused");
  if (c->kernel && how_x != MISALIGNED && how_y != MISALIGNED && launches() == before) FAIL("compiled, this is to be a kernel");
  hash_result(alone);
  hash_result(fused);
}

int main(int argc, char **argv) {
  FILE *hashes = argc > 1 ? fopen(argv[1], "w") : NULL;
  with_formulas = argc < 3;
  if (eager_row_count != compiled_row_count) return puts("tables differ"), 1;
  int names = 0;
  for (int i = 0; i < eager_row_count; i++) {
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
      for (layout how = 0; how < (shapes[s].rank && shapes[s].dims[0] < 300 ? LAYOUTS : 1); how++)
        check(i, &shapes[s], &shapes[s], how, (layout)((how + how / 2) % LAYOUTS));
    for (size_t s = 0; eager_rows[i].arity == 2 && s < sizeof pairs / sizeof *pairs; s++)
      for (layout how = 0; how < (pairs[s][0].dims[0] < 300 ? LAYOUTS : 2); how++) {
        check(i, &pairs[s][0], &pairs[s][1], how, CONTIGUOUS);
        check(i, &pairs[s][1], &pairs[s][0], CONTIGUOUS, how);
      }
    write_hash(hashes, eager_rows[i].name, (int)(eager_rows[i].dtype & 15));
    names += !i || strcmp(eager_rows[i].name, eager_rows[i - 1].name);
  }
  if (hashes) fclose(hashes);
  printf("%d rows checked, %d failures\n", names, failures);
  return failures != 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reductions.c - the reductions of ops.def over all choices of axes: eager against plain loops in long double (exactly,
 * where the result is exact, else within the error that the order of docs/numerics.md allows), compiled against eager bit
 * for bit. The order itself is held to its definition by test/runtime/eager_smoke.c and launch.c.
 *
 * RUN: mkdir -p %t
 * RUN: %clang -std=c11 -O2 -DSIDE=eager %tenon_cflags -c %S/Inputs/reduction_rows.c -o %t/eager.o
 * RUN: %clang -std=c11 -O2 -DSIDE=compiled %plugin %tenon_cflags -c %S/Inputs/reduction_rows.c -o %t/compiled.o
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s %S/../Inputs/launches.c %t/eager.o %t/compiled.o -o %t/program %tenon_libs
 * RUN: env TENON_NUM_THREADS=1 %t/program %t/one
 * RUN: %python %S/Inputs/rows_covered.py %headers/tenon/ops.def TN_REDUCTION < %t/one
 * RUN: env TENON_NUM_THREADS=2 %t/program %t/two bits
 * RUN: cmp %t/one %t/two
 * RUN: env TENON_NUM_THREADS=3 %t/program %t/three bits
 * RUN: cmp %t/one %t/three
 * RUN: env TENON_ISA=v2 %t/program %t/v2 bits
 * RUN: cmp %t/one %t/v2
 * RUN: %if x86-v3 %{ env TENON_ISA=v3 %t/program %t/v3 bits %}
 * RUN: %if x86-v3 %{ cmp %t/one %t/v3 %}
 * RUN: %if x86-v4 %{ env TENON_ISA=v4 %t/program %t/v4 bits %}
 * RUN: %if x86-v4 %{ cmp %t/one %t/v4 %}
 */
#include <float.h>

#include "../Inputs/launches.h"
#include "Inputs/operands.h"
#include "Inputs/reduction_rows.h"

/* ---- the terms of one result ------------------------------------------------------------------------------------- */

typedef struct terms {
  int64_t count;
  long double *reals;
  int64_t *integers;
} terms;

static bool is_float(tn_dtype dtype) { return dtype == TN_F32 || dtype == TN_F64; }

static bool is_reduced(int form, int rank, int d) {
  return form == OVER_ALL || (form == OVER_FIRST && d == 0) || (form == OVER_SECOND && d == 1) ||
         (form == OVER_LAST && d == rank - 1) || (form == OVER_ENDS && (d == 0 || d == rank - 1));
}

/* -x of the terms that result i reduces, in row-major order. */
static void gather(const operand *x, tn_dtype dtype, int form, int64_t i, terms *out) {
  int64_t kept[8] = {0}, total = 1;
  for (int d = x->rank; d--;)
    if (is_reduced(form, x->rank, d))
      total *= x->dims[d];
    else
      kept[d] = i % x->dims[d], i /= x->dims[d];
  out->count = total;
  out->reals = realloc(out->reals, (size_t)(total + 1) * sizeof *out->reals);
  out->integers = realloc(out->integers, (size_t)(total + 1) * sizeof *out->integers);
  for (int64_t n = 0; n < total; n++) {
    int64_t at = 0, left = n;
    for (int d = x->rank; d--;)
      if (is_reduced(form, x->rank, d))
        at += left % x->dims[d] * x->strides[d], left /= x->dims[d];
      else
        at += kept[d] * x->strides[d];
    const char *p = x->data + at * (int64_t)size_of(dtype);
    float f;
    double g;
    int32_t narrow;
    int64_t integer = 0;
    if (dtype == TN_F32) memcpy(&f, p, 4), out->reals[n] = -f;
    if (dtype == TN_F64) memcpy(&g, p, 8), out->reals[n] = -g;
    if (dtype == TN_I32) memcpy(&narrow, p, 4), integer = (int32_t)-(uint32_t)narrow;
    if (dtype == TN_I64) memcpy(&integer, p, 8), integer = (int64_t)-(uint64_t)integer;
    if (dtype == TN_U64) memcpy(&integer, p, 8), integer = ~integer; /* UINT64_MAX less it */
    if (dtype == TN_BOOL) integer = !*p;
    out->integers[n] = integer;
  }
}

/* ---- the formulas: of each, whether `got` is right. A row that is not here is compared compiled with eager only. -------- */

typedef bool formula(const terms *t, tn_dtype dtype, long double got, int64_t got_integer);

static long double epsilon_of(tn_dtype dtype) { return dtype == TN_F32 ? FLT_EPSILON : DBL_EPSILON; }
static long double largest_of(tn_dtype dtype) { return dtype == TN_F32 ? FLT_MAX : DBL_MAX; }
static long double least_of(tn_dtype dtype) { return dtype == TN_F32 ? 0x1p-149L : 0x1p-1074L; }

static bool sum_within(const terms *t, tn_dtype dtype, long double got, long double divisor) {
  long double sum = 0, size = 0;
  for (int64_t i = 0; i < t->count; i++) sum += t->reals[i], size += fabsl(t->reals[i]);
  if (size != size) return got != got;
  if (isinf(size)) return isinf(sum) ? got == sum : got != got;
  if (size > largest_of(dtype)) return true; /* whether it overflows depends on the order */
  /* 63 additions of a lane, the tree, the halving. */
  const long double depth = (t->count + 63) / 64 < 64 ? (long double)((t->count + 63) / 64) : 64;
  return fabsl(got - sum / divisor) <= (depth + 40) * epsilon_of(dtype) * size / divisor + least_of(dtype);
}

static bool sum(const terms *t, tn_dtype dtype, long double got, int64_t got_integer) {
  if (is_float(dtype)) return sum_within(t, dtype, got, 1) && !(got == 0 && signbit(got) && t->count == 0);
  uint64_t total = 0;
  for (int64_t i = 0; i < t->count; i++) total += (uint64_t)t->integers[i];
  return (int64_t)total == got_integer;
}

static bool mean(const terms *t, tn_dtype dtype, long double got, int64_t got_integer) {
  (void)got_integer;
  return t->count ? sum_within(t, dtype, got, (long double)t->count) : got != got;
}

static bool var(const terms *t, tn_dtype dtype, long double got, int64_t got_integer) {
  (void)got_integer;
  if (!t->count) return got != got;
  long double average = 0, squares = 0, largest = 0;
  for (int64_t i = 0; i < t->count; i++) average += t->reals[i] / (long double)t->count, largest = fmaxl(largest, fabsl(t->reals[i]));
  if (average != average || isinf(average)) return got != got;
  for (int64_t i = 0; i < t->count; i++) squares += (t->reals[i] - average) * (t->reals[i] - average);
  if (largest * largest * (long double)t->count > largest_of(dtype)) return true; /* squares overflow */
  const long double want = squares / (long double)t->count, mean_error = 200 * epsilon_of(dtype) * largest;
  return fabsl(got - want) <= 200 * epsilon_of(dtype) * want + mean_error * mean_error + 200 * least_of(dtype);
}

static bool prod(const terms *t, tn_dtype dtype, long double got, int64_t got_integer) {
  if (!is_float(dtype)) {
    uint64_t product = 1;
    for (int64_t i = 0; i < t->count; i++) product *= (uint64_t)t->integers[i];
    return (int64_t)product == got_integer;
  }
  long double product = 1, bits = 0;
  for (int64_t i = 0; i < t->count; i++) {
    if (t->reals[i] != t->reals[i]) return got != got;
    product *= t->reals[i];
    bits += t->reals[i] == 0 ? 0 : fabsl(log2l(fabsl(t->reals[i])));
  }
  if (!(bits < (dtype == TN_F32 ? 120 : 1000))) return true; /* what over- or underflows depends on the order */
  return fabsl(got - product) <= (long double)(t->count + 64) * epsilon_of(dtype) * fabsl(product) && signbit(got) == signbit(product);
}

/* In the order of i64, whose sign is the highest bit of u64. */
static int64_t ordered(int64_t v, tn_dtype dtype) { return dtype == TN_U64 ? (int64_t)((uint64_t)v ^ UINT64_C(1) << 63) : v; }

/* The index of the greatest (sign 1) or least (-1): the first of equals, the first NaN before all. */
static int64_t first_best(const terms *t, tn_dtype dtype, int sign) {
  int64_t best = 0;
  for (int64_t i = 1; i < t->count; i++)
    if (is_float(dtype) ? t->reals[best] == t->reals[best] &&
                              (t->reals[i] != t->reals[i] || sign * t->reals[i] > sign * t->reals[best])
                        : sign > 0 ? ordered(t->integers[i], dtype) > ordered(t->integers[best], dtype)
                                   : ordered(t->integers[i], dtype) < ordered(t->integers[best], dtype))
      best = i;
  return best;
}
static bool extreme(const terms *t, tn_dtype dtype, long double got, int64_t got_integer, int sign) {
  const int64_t best = first_best(t, dtype, sign);
  if (!is_float(dtype)) return got_integer == t->integers[best];
  const long double want = t->reals[best];
  if (want != want) return got != got;
  bool other_zero = false; /* the greatest of -0 and +0 is +0 */
  for (int64_t i = 0; i < t->count; i++) other_zero |= t->reals[i] == 0 && !signbit(t->reals[i]) == (sign > 0);
  return got == want && (want != 0 || !signbit(got) == (other_zero ? sign > 0 : sign < 0));
}
static bool reduce_max(const terms *t, tn_dtype dtype, long double got, int64_t got_integer) {
  return extreme(t, dtype, got, got_integer, 1);
}
static bool reduce_min(const terms *t, tn_dtype dtype, long double got, int64_t got_integer) {
  return extreme(t, dtype, got, got_integer, -1);
}
static bool argmax(const terms *t, tn_dtype dtype, long double got, int64_t got_integer) {
  return (void)got, got_integer == first_best(t, dtype, 1);
}
static bool argmin(const terms *t, tn_dtype dtype, long double got, int64_t got_integer) {
  return (void)got, got_integer == first_best(t, dtype, -1);
}
static int64_t truths(const terms *t, tn_dtype dtype) {
  int64_t count = 0;
  for (int64_t i = 0; i < t->count; i++) count += is_float(dtype) ? t->reals[i] != 0 : t->integers[i] != 0;
  return count;
}
static bool any(const terms *t, tn_dtype dtype, long double got, int64_t got_integer) {
  return (void)got, got_integer == (truths(t, dtype) > 0);
}
static bool all(const terms *t, tn_dtype dtype, long double got, int64_t got_integer) {
  return (void)got, got_integer == (truths(t, dtype) == t->count);
}

static const struct {
  const char *name;
  formula *holds;
} formulas[] = {{"sum", sum}, {"prod", prod}, {"mean", mean}, {"var", var}, {"reduce_max", reduce_max},
                {"reduce_min", reduce_min}, {"argmax", argmax}, {"argmin", argmin}, {"any", any}, {"all", all}};

static void compare_formula(const reduction_row *r, const operand *x, int form, tn_tensor result) {
  static terms t;
  formula *holds = NULL;
  for (size_t f = 0; f < sizeof formulas / sizeof *formulas; f++)
    if (!strcmp(formulas[f].name, r->name)) holds = formulas[f].holds;
  const tn_dtype out = tn_dtype_of(result);
  int64_t want_size = 1;
  for (int d = 0; d < x->rank; d++) want_size *= is_reduced(form, x->rank, d) ? 1 : x->dims[d];
  if (result->size != want_size) FAIL("%lld elements, not %lld", (long long)result->size, (long long)want_size);
  for (int64_t i = 0; holds && i < result->size; i++) {
    gather(x, r->dtype, form, i, &t);
    const char *p = (const char *)tn_data_const(result) + i * (int64_t)size_of(out);
    float f;
    double g = 0;
    int32_t narrow;
    int64_t integer = *p;
    if (out == TN_F32) memcpy(&f, p, 4), g = f;
    if (out == TN_F64) memcpy(&g, p, 8);
    if (out == TN_I32) memcpy(&narrow, p, 4), integer = narrow;
    if (out == TN_I64 || out == TN_U64) memcpy(&integer, p, 8);
    if (!holds(&t, r->dtype, g, integer)) {
      FAIL("form %d, result %lld of %lld, over %lld terms: %a or %lld is wrong", form, (long long)i, (long long)result->size,
           (long long)t.count, g, (long long)integer);
      return;
    }
  }
}

/* ---- the walk ------------------------------------------------------------------------------------------------------ */

static const shape shapes[] = {
    {0, {0}}, SHAPE(1, 0), SHAPE(1, 1), SHAPE(1, 5), SHAPE(1, 63), SHAPE(1, 64), SHAPE(1, 65), SHAPE(1, 4095),
    SHAPE(1, 4096), SHAPE(1, 4097), SHAPE(1, 8193), SHAPE(1, 70001), SHAPE(2, 3, 5), SHAPE(2, 0, 3), SHAPE(2, 3, 0),
    SHAPE(3, 2, 0, 3), SHAPE(2, 17, 33), SHAPE(2, 64, 64), SHAPE(2, 3, 4097), SHAPE(2, 4097, 3), SHAPE(2, 300, 7),
    SHAPE(3, 5, 1, 7), SHAPE(4, 2, 3, 4, 5), SHAPE(3, 9, 64, 3), SHAPE(2, 65, 70), SHAPE(3, 1, 1, 1), SHAPE(2, 1, 100),
    SHAPE(2, 100, 1)};

/* Data: everything; numbers without NaN and infinities; small whole numbers (ties, exact sums). */
enum { ANYTHING, NUMBERS, SMALL, DATA };
static void tame(operand *x, tn_dtype dtype, int64_t size, int data) {
  if (data == ANYTHING || !is_float(dtype)) return;
  int64_t index[8] = {0};
  for (int64_t i = 0, at = 0; i < size; i++, at = next_element(x, index, at)) {
    char *p = x->data + at * (int64_t)size_of(dtype);
    float f = 0;
    double g;
    if (dtype == TN_F32)
      memcpy(&f, p, 4), g = f;
    else
      memcpy(&g, p, 8);
    if (data == SMALL)
      g = (double)(i * 7919 % 13 - 6) * (i % 29 ? 1 : -0.0);
    else if (!(fabs(g) < 1e15))
      g = (double)(i % 1000) * 0.37 - 150;
    f = (float)g;
    memcpy(p, dtype == TN_F32 ? (const void *)&f : &g, size_of(dtype));
  }
}

static bool with_formulas;
static uint64_t kernels; /* that ran for the row */

static void compare(const operand *x, const reduction_row *r, row_function *eager, row_function *compiled, int form, const char *what) {
  TN_SCOPE;
  tn_clear_error();
  tn_tensor want = eager(x, NULL);
  char error[300];
  snprintf(error, sizeof error, "%s", tn_error());
  tn_clear_error();
  const uint64_t before = launches();
  tn_tensor got = compiled(x, NULL);
  kernels += launches() - before;
  if (strcmp(error, tn_error())) FAIL("%s, form %d: eager says \"%s\", compiled \"%s\"", what, form, error, tn_error());
  if (want || got) compare_sides(want, got, what);
  if (!want && !*error) FAIL("%s, form %d: NULL without a message", what, form);
  if (want && form >= 0 && with_formulas) compare_formula(r, x, form, want);
  hash_result(want);
  tn_clear_error();
}

int main(int argc, char **argv) {
  FILE *hashes = argc > 1 ? fopen(argv[1], "w") : NULL;
  with_formulas = argc < 3;
  if (eager_reduction_count != compiled_reduction_count) return puts("tables differ"), 1;
  for (int i = 0; i < eager_reduction_count; i++) {
    const reduction_row *e = &eager_reductions[i], *c = &compiled_reductions[i];
    kernels = 0;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
      int64_t size = 1;
      for (int d = 0; d < shapes[s].rank; d++) size *= shapes[s].dims[d];
      for (int n = 0; n < (size < 5000 ? DATA * LAYOUTS : DATA + 1); n++) {
        static storage memory;
        operand x;
        char text[200];
        const layout how = (layout)(n < DATA ? CONTIGUOUS : size < 5000 ? n / DATA : TRANSPOSED);
        snprintf(text, sizeof text, "%s, dtype %x, rank %d [%lld, %lld ...], layout %d, data %d", e->name, e->dtype & 15,
                 shapes[s].rank, (long long)shapes[s].dims[0], (long long)shapes[s].dims[1], how, n % DATA);
        where_text = text;
        make_operand(&x, &memory, e->dtype, shapes[s].rank, shapes[s].dims, how, false);
        tame(&x, e->dtype, size, n % DATA);
        for (int form = 0; form < FORMS; form++) {
          compare(&x, e, e->plain[form], c->plain[form], form, "plain");
          if (e->kept[form]) compare(&x, e, e->kept[form], c->kept[form], -1, "kept");
        }
        compare(&x, e, e->used, c->used, -1, "used");
      }
    }
    if (is_float(e->dtype) && strcmp(e->kind, "EAGER") && !kernels) FAIL("compiled, this is to be kernels");
    write_hash(hashes, e->name, (int)(e->dtype & 15));
  }
  if (hashes) fclose(hashes);
  printf("%d failures\n", failures);
  return failures != 0;
}

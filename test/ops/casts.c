/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * casts.c - tn_cast from each dtype to each: eager against its definition in docs/numerics.md, compiled against eager bit
 * for bit, the same bits on every instruction set. The 42 casts between f32, f64, bool, u8, i32, i64 and u64 run in kernels.
 *
 * RUN: mkdir -p %t
 * RUN: %clang -std=c11 -O2 -DSIDE=eager %tenon_cflags -c %S/Inputs/cast_rows.c -o %t/eager.o
 * RUN: %clang -std=c11 -O2 -DSIDE=compiled %plugin %tenon_cflags -c %S/Inputs/cast_rows.c -o %t/compiled.o
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s %S/../Inputs/launches.c %t/eager.o %t/compiled.o -o %t/program %tenon_libs
 * RUN: %t/program %t/best
 * RUN: env TENON_ISA=v2 %t/program %t/v2
 * RUN: cmp %t/best %t/v2
 * RUN: %if x86-v3 %{ env TENON_ISA=v3 %t/program %t/v3 %}
 * RUN: %if x86-v3 %{ cmp %t/best %t/v3 %}
 * RUN: %if x86-v4 %{ env TENON_ISA=v4 %t/program %t/v4 %}
 * RUN: %if x86-v4 %{ cmp %t/best %t/v4 %}
 */
#include "../Inputs/launches.h"
#include "Inputs/operands.h"
#include "Inputs/cast_rows.h"

/* On both sides of every bound of every dtype, and of every power of two at which numbers get rounded. */
static const uint64_t edges[] = {
    0, 1, 2, 100, INT8_MAX, INT8_MAX + 1, UINT8_MAX, UINT8_MAX + 1, INT16_MAX, INT16_MAX + 1, UINT16_MAX, UINT16_MAX + 1,
    (1 << 24) - 1, 1 << 24, (1 << 24) + 1, (1 << 24) + 3, INT32_MAX - 127, INT32_MAX, UINT64_C(1) << 31, (UINT64_C(1) << 31) + 1,
    UINT32_MAX - 255, UINT32_MAX, UINT64_C(1) << 32, (UINT64_C(1) << 53) - 1, UINT64_C(1) << 53, (UINT64_C(1) << 53) + 1,
    (UINT64_C(1) << 53) + 3, (UINT64_C(1) << 60) + (1 << 7), (UINT64_C(1) << 60) + (1 << 7) + 1, INT64_MAX - 1023, INT64_MAX - 512,
    INT64_MAX - 511, INT64_MAX - 1, INT64_MAX, UINT64_C(1) << 63, (UINT64_C(1) << 63) + 1, (UINT64_C(1) << 63) + 1024,
    (UINT64_C(1) << 63) + 1025, UINT64_MAX - 2047, UINT64_MAX - 1024, UINT64_MAX - 1023, UINT64_MAX - 1, UINT64_MAX};
enum { EDGES = sizeof edges / sizeof *edges, COUNT = 5 * EDGES + WITH_NAN + 1000 };

/* Number i as one of these dtypes; what it does not hold becomes something else that it holds. */
static void put_number(char *at, tn_dtype dtype, int i, uint64_t *state) {
  const uint64_t bits = i < 2 * EDGES ? (i % 2 ? -edges[i / 2] : edges[i / 2]) : random_bits(state) >> (i % 64);
  double real = i < 5 * EDGES ? (i % 2 ? -1.0 : 1.0) * (double)edges[i % EDGES] : special((uint64_t)i - 5 * EDGES);
  if (i >= 2 * EDGES && i < 3 * EDGES) real += 0.5;
  if (i >= 3 * EDGES && i < 4 * EDGES) real = nextafter(real, 0);
  if (i >= 4 * EDGES && i < 5 * EDGES) real = nextafter(real, real * 2);
  if (i >= 5 * EDGES + WITH_NAN) real = ldexp((double)(int64_t)bits, (int)(random_bits(state) % 90) - 70);
  switch (dtype) {
#define PUT_REAL(name, code, type)                                                                                     \
  case code: {                                                                                                         \
    const type v = (type)real;                                                                                         \
    memcpy(at, &v, sizeof v);                                                                                          \
    break;                                                                                                             \
  }
#define PUT_INTEGER(name, code, type)                                                                                  \
  case code: {                                                                                                         \
    const type v = (type)(code == TN_BOOL ? bits & 1 : bits);                                                          \
    memcpy(at, &v, sizeof v);                                                                                          \
    break;                                                                                                             \
  }
  PUT_REAL(f32, TN_F32, float)
  PUT_REAL(f64, TN_F64, double)
  PUT_INTEGER(i8, TN_I8, int8_t)
  PUT_INTEGER(u8, TN_U8, uint8_t)
  PUT_INTEGER(i16, TN_I16, int16_t)
  PUT_INTEGER(u16, TN_U16, uint16_t)
  PUT_INTEGER(i32, TN_I32, int32_t)
  PUT_INTEGER(u32, TN_U32, uint32_t)
  PUT_INTEGER(i64, TN_I64, int64_t)
  PUT_INTEGER(u64, TN_U64, uint64_t)
  default: *at = (char)(bits & 1); break;
  }
}

static size_t width_of(tn_dtype dtype) {
  switch (dtype) {
#define WIDTH(name, code, type, ...) case code: return sizeof(type);
    CAST_DTYPES(WIDTH, ~)
  default: return 0;
  }
}

/* The definition, through long double, which holds every number of every dtype (x86; elsewhere a quadruple one). */
static long double value_of(const char *at, tn_dtype dtype) {
  switch (dtype) {
#define VALUE(name, code, type, ...)                                                                                   \
  case code: {                                                                                                         \
    type v;                                                                                                            \
    memcpy(&v, at, sizeof v);                                                                                          \
    return (long double)v;                                                                                             \
  }
    CAST_DTYPES(VALUE, ~)
  default: return 0;
  }
}
static void define(long double v, tn_dtype to, char *out) {
  memset(out, 0, 8);
  switch (to) {
#define DEFINE(name, code, type, least, greatest, ...)                                                                 \
  case code: {                                                                                                         \
    type result;                                                                                                       \
    if (code == TN_F32 || code == TN_F64) result = (type)v;                                                            \
    else if (code == TN_BOOL) result = (type)(v != 0);                                                                 \
    else if (v != v) result = 0;                                                                                       \
    else if (v <= (long double)(least)) result = (type)(least);                                                        \
    else if (v >= (long double)(greatest)) result = (type)(greatest);                                                  \
    else result = (type)v;                                                                                             \
    memcpy(out, &result, sizeof result);                                                                               \
    break;                                                                                                             \
  }
    CAST_DTYPES(DEFINE, ~)
  default: break;
  }
}

static bool in_kernels(tn_dtype dtype) {
  return dtype == TN_F32 || dtype == TN_F64 || dtype == TN_BOOL || dtype == TN_U8 || dtype == TN_I32 || dtype == TN_I64 || dtype == TN_U64;
}

/* bits_of of operands.h, for the dtypes that it does not know. */
static uint64_t pattern(const char *at, tn_dtype dtype) {
  uint64_t bits = 0;
  if (dtype == TN_F32 || dtype == TN_F64) return bits_of(at, dtype);
  memcpy(&bits, at, width_of(dtype));
  return bits;
}

static void check(const cast_row *e, const cast_row *c, FILE *out) {
  TN_SCOPE;
  static _Alignas(64) char x[COUNT * 8], y[COUNT * 8], choose[COUNT];
  const size_t from = width_of(e->from), to = width_of(e->to);
  uint64_t state = 1;
  for (int i = 0; i < COUNT; i++) {
    put_number(x + (size_t)i * from, e->from, i, &state);
    put_number(y + (size_t)i * from, e->from, COUNT - 1 - i, &state);
    choose[i] = (char)(random_bits(&state) & 1);
  }
  where_text = e->text;
  shown = 0;
  const char *alone = tn_data_const(e->alone(x, COUNT)), *compiled = tn_data_const(c->alone(x, COUNT));
  const uint64_t before = launches();
  const char *chosen = tn_data_const(c->chosen(choose, x, y, COUNT)), *eager = tn_data_const(e->chosen(choose, x, y, COUNT));
  if (e->from != e->to && in_kernels(e->from) && in_kernels(e->to) && launches() == before) FAIL("no kernel ran");
  if (!alone || !compiled || !chosen || !eager) {
    FAIL("%s", tn_error());
    tn_clear_error();
    return;
  }
  for (int i = 0; i < COUNT; i++) {
    char want[8], other[8];
    const char *at = x + (size_t)i * from, *beside = y + (size_t)i * from;
    define(value_of(at, e->from), e->to, want);
    define(value_of(beside, e->from), e->to, other);
    const uint64_t right = pattern(want, e->to), which = choose[i] ? right : pattern(other, e->to);
    const size_t place = (size_t)i * to;
    if (pattern(alone + place, e->to) != right)
      FAIL("eager, %La: %llx, not %llx", value_of(at, e->from), (unsigned long long)pattern(alone + place, e->to), (unsigned long long)right);
    if (pattern(compiled + place, e->to) != right)
      FAIL("compiled, %La: %llx, not %llx", value_of(at, e->from), (unsigned long long)pattern(compiled + place, e->to), (unsigned long long)right);
    if (pattern(eager + place, e->to) != which || pattern(chosen + place, e->to) != which)
      FAIL("element %d chosen from two: eager %llx, compiled %llx, not %llx", i, (unsigned long long)pattern(eager + place, e->to),
           (unsigned long long)pattern(chosen + place, e->to), (unsigned long long)which);
    if (out) fprintf(out, "%s %d %llx %llx\n", e->text, i, (unsigned long long)pattern(compiled + place, e->to), (unsigned long long)pattern(chosen + place, e->to));
  }
}

int main(int argc, char **argv) {
  FILE *out = argc > 1 ? fopen(argv[1], "w") : NULL;
  if (eager_cast_count != 121 || compiled_cast_count != 121) return puts("tables differ"), 1;
  for (int i = 0; i < eager_cast_count; i++) check(&eager_casts[i], &compiled_casts[i], out);
  if (out) fclose(out);
  printf("%d casts, %d failures\n", eager_cast_count, failures);
  return failures != 0;
}

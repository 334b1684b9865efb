/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * fuzz.h - what the random programs of generate.py call: memory that ends at an unmapped page, printing, helpers.
 *
 * Everything a program can see goes to stdout through the fz_ functions, every NaN as `nan` and every float by its
 * bits, so that two builds of one program can be compared byte for byte.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>
#include <tenon/math.h>

/* Memory for the program at hand: its last byte stands before an unmapped page, and what stands before its first one
 * is compared when the program ends. */
void *fz_array(size_t bytes);

/* Fill an array with values that depend on seed alone; kind: a letter of fuzz.c. */
void fz_fill_f32(float *a, int64_t n, unsigned seed, char kind);
void fz_fill_f64(double *a, int64_t n, unsigned seed, char kind);
void fz_fill_i32(int32_t *a, int64_t n, unsigned seed, char kind);
void fz_fill_i64(int64_t *a, int64_t n, unsigned seed, char kind);

/* Prints dtype, shape and a hash of the elements; with FUZZ_VERBOSE in the environment the elements too. Of NULL it
 * prints NULL and the error. */
void fz_check(const char *name, tn_tensor t);
void fz_memory(const char *name, const void *a, int64_t n, tn_dtype dtype);
void fz_number(const char *name, double v);
void fz_integer(const char *name, int64_t v);
void fz_error(void); /* prints the error, if there is one, and clears it */

/* Numbers that no compiler knows. */
int64_t fz_n(int64_t n);
double fz_v(double v);

/* Calls that no compiler sees into. fz_touch changes every 7th element. */
void fz_touch(float *a, int64_t n);
tn_tensor fz_far(tn_tensor x);              /* tanh(x) / 2 */
float fz_far_sum(tn_tensor x);              /* the sum of x, bounded */
float fz_in_order(float v);                 /* for tn_map: depends on the calls before */

/* Compilers see into these; the first ones are for inlining. */
static inline tn_tensor fz_near(tn_tensor x, float s) { return tn_add(tn_mul(x, s), 0.125f); }
static inline tn_tensor fz_normal(tn_tensor x) {
  return tn_div(tn_sub(x, tn_mean_keepdims(x, -1)), tn_sqrt(tn_add(tn_var_keepdims(x, -1), 1e-5f)));
}
static inline float fz_first(tn_tensor x) {
  float v = tn_size(x) > 0 ? tn_get_flat_f32(x, 0) : 0.25f;
  return v > -8 && v < 8 ? v : 0.5f;
}
static __attribute__((noinline, unused)) tn_tensor fz_apart(tn_tensor x) {
  return tn_tanh(tn_sub(tn_square(x), tn_reduce_max(tn_abs(x))));
}
static __attribute__((noinline, unused)) float fz_apart_dot(tn_tensor x, tn_tensor y) {
  return tn_item_f32(tn_tanh(tn_sum(tn_mul(x, y))));
}
static __attribute__((unused)) void fz_into(tn_tensor x, tn_tensor *out) { *out = tn_mul(tn_sin(x), 0.5f); }
static inline float fz_bound(double v) { return v > -64 && v < 64 ? (float)v : v > 0 ? 64.0f : -0.75f; }

typedef void (*fz_program)(void);
extern const fz_program fz_programs[];
extern const int fz_program_count;
extern const int fz_program_names[];

#endif

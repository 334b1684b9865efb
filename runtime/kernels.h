/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * kernels.h - the loops of isa/, compiled once for each instruction set, as tables for the dispatch.
 *
 * The tables have a column for each dtype that arithmetic is done in (a slot). A dtype is added by a row in
 * TNI_INTEGER_SLOTS; what an op lacks for it is a NULL, which the dispatch reports.
 */
#ifndef TENON_KERNELS_H
#define TENON_KERNELS_H

#include "internal.h"

/* X(slot, suffix of integer.h's functions, bits, signed) */
#define TNI_INTEGER_SLOTS(X)                                                                                           \
  X(I32, i32, 32, 1) X(I64, i64, 64, 1) X(U8, u8, 8, 0) X(U64, u64, 64, 0)                                             \
  X(I8, i8, 8, 1) X(I16, i16, 16, 1) X(U16, u16, 16, 0) X(U32, u32, 32, 0)

enum {
  TNI_SLOT_F32,
  TNI_SLOT_F64,
#define TNI_SLOT(slot, suffix, bits, is_signed) TNI_SLOT_##slot,
  TNI_INTEGER_SLOTS(TNI_SLOT)
#undef TNI_SLOT
  TNI_SLOT_BOOL,
  TNI_SLOTS
};
/* -1: no arithmetic in this dtype. */
int tni_slot(unsigned dtype);

/* The ops of ops.def, numbered within their class. */
enum {
#define TN_UNARY(name, ...) TNI_UNARY_##name,
#include "tenon/ops.def"
  TNI_UNARIES
};
enum {
#define TN_BINARY(name, ...) TNI_BINARY_##name,
#include "tenon/ops.def"
  TNI_BINARIES
};
enum {
#define TN_COMPARE(name, ...) TNI_COMPARE_##name,
#include "tenon/ops.def"
  TNI_COMPARISONS
};
enum {
#define TN_LOGICAL(name, ...) TNI_LOGICAL_##name,
#include "tenon/ops.def"
  TNI_LOGICALS
};

/* n elements, all operands contiguous and aligned as their elements; out overlaps none of them. */
typedef void (*tni_loop)(void *restrict out, const void *x, const void *y, const void *z, int64_t n);

typedef struct tni_elementwise_kernels {
  tni_loop unary[TNI_UNARIES][TNI_SLOTS];
  tni_loop binary[TNI_BINARIES][TNI_SLOTS];
  tni_loop compare[TNI_COMPARISONS][TNI_SLOTS]; /* out: bool */
  tni_loop logical[TNI_LOGICALS][TNI_SLOTS];
  tni_loop clip[TNI_SLOTS];                     /* x, low, high */
  tni_loop where[4];                            /* x: bool; y, z: elements of 1, 2, 4, 8 bytes */
} tni_elementwise_kernels;

/* What elements are met by. */
enum { TNI_MEET_SUM, TNI_MEET_PROD, TNI_MEET_MAX, TNI_MEET_MIN, TNI_MEETS };

typedef struct tni_reduce_kernels {
  /* One group of axes: x is `rows` rows of `width` elements, row i at x + i * stride elements, and out is `width`
   * elements. `sides` rows go side by side; above 1 only where stride is width. scratch: tni_meet_scratch bytes. */
  void (*meet[TNI_MEETS][TNI_SLOTS])(const void *x, int64_t rows, int64_t width, int64_t stride, int64_t sides, void *out,
                                     void *scratch);
  /* For each of some lines of n > 0 elements, the index of the first greatest (first NaN). */
  void (*argmax[TNI_SLOTS])(const void *x, int64_t lines, int64_t n, int64_t *out);
  void (*argmin[TNI_SLOTS])(const void *x, int64_t lines, int64_t n, int64_t *out);
  /* Is any of n elements not 0? Is any 0? */
  bool (*any[TNI_SLOTS])(const void *x, int64_t n);
  bool (*any_zero[TNI_SLOTS])(const void *x, int64_t n);
} tni_reduce_kernels;

size_t tni_meet_scratch(int64_t rows, int64_t lanes, size_t element_bytes);

/* On one line of n > 0 floats; slots F32 and F64 only. scratch: tni_meet_scratch(n, 64, ...) bytes, at least. */
typedef struct tni_line_kernels {
  void (*softmax[2])(const void *x, int64_t n, void *out, void *scratch);
  void (*var[2])(const void *x, int64_t n, void *out_var);
} tni_line_kernels;

typedef struct tni_cast_kernels {
  tni_loop from_to[TNI_DTYPES][TNI_DTYPES]; /* by dtype codes */
} tni_cast_kernels;

/* The scalar functions of math.h. */
#define TNI_SCALARS_1(X) \
  X(rsqrt) X(exp) X(expm1) X(log) X(log1p) X(sin) X(cos) X(tanh) X(erf) X(sigmoid) X(silu) X(gelu)
#define TNI_SCALARS_2(X) X(pow) X(maximum) X(minimum)
typedef struct tni_scalar_kernels {
#define TNI_SCALAR(name) float (*name##_f32)(float); double (*name##_f64)(double);
  TNI_SCALARS_1(TNI_SCALAR)
#undef TNI_SCALAR
#define TNI_SCALAR(name) float (*name##_f32)(float, float); double (*name##_f64)(double, double);
  TNI_SCALARS_2(TNI_SCALAR)
#undef TNI_SCALAR
} tni_scalar_kernels;

/* Each file of isa/ exports one table: TNI_TABLE(elementwise) is tni_elementwise_v3 in the build for v3. */
#define TNI_JOIN_(a, b) a##b
#define TNI_JOIN(a, b) TNI_JOIN_(a, b)
#define TNI_TABLE(family) TNI_JOIN(tni_##family##_, TN_ISA_NAME)

#if defined __x86_64__
#define TNI_DECLARE_TABLES(type, family) extern const type tni_##family##_v2, tni_##family##_v3, tni_##family##_v4
#define TNI_CHOOSE(family)                                                                                             \
  (tn_rt_isa() == 2 ? &tni_##family##_v4 : tn_rt_isa() == 1 ? &tni_##family##_v3 : &tni_##family##_v2)
#else
#define TNI_DECLARE_TABLES(type, family) extern const type tni_##family##_neon
#define TNI_CHOOSE(family) (&tni_##family##_neon)
#endif
TNI_DECLARE_TABLES(tni_elementwise_kernels, elementwise);
TNI_DECLARE_TABLES(tni_reduce_kernels, reduce);
TNI_DECLARE_TABLES(tni_line_kernels, line);
TNI_DECLARE_TABLES(tni_cast_kernels, cast);
TNI_DECLARE_TABLES(tni_scalar_kernels, scalar);

#endif

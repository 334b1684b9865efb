/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * programs.c - small programs under `noalloc`, run on random and special numbers. Prints a checksum and the first bits of
 * each result; every build must print the same.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <tenon.h>

enum { ROOM = 20000 };
static float in[4][ROOM];
static float out[ROOM];
static double in64[4][ROOM], out64[ROOM];
static int32_t int_in[2][ROOM], int_out[ROOM];
static uint8_t bytes[ROOM];

#define NOALLOC TN_PRAGMA(noalloc) __attribute__((noinline))
typedef const float *in_t;
typedef const double *in64_t;

/* ---- elementwise ---- */

#define UNARY(name, n)                                                                                                 \
  NOALLOC static void name##_##n(in_t x, float *y) {                                                                   \
    tn_store(tn_view(y, TN_F32, n), tn_##name(tn_view_const(x, TN_F32, n)));                                           \
  }                                                                                                                    \
  NOALLOC static void name##_64_##n(in64_t x, double *y) {                                                             \
    tn_store(tn_view(y, TN_F64, n), tn_##name(tn_view_const(x, TN_F64, n)));                                           \
  }
#define EACH_UNARY(X)                                                                                                  \
  X(neg, 7) X(abs, 9) X(square, 8) X(sqrt, 21) X(rsqrt, 21) X(exp, 37) X(expm1, 37) X(log, 37) X(log1p, 37)            \
  X(tanh, 37) X(erf, 37) X(sigmoid, 37) X(relu, 15) X(silu, 21) X(gelu, 21) X(floor, 40) X(ceil, 40) X(round, 40)      \
  X(exp, 1) X(sigmoid, 1) X(tanh, 3) X(log, 1000) X(floor, 500) X(round, 500) X(ceil, 501)
EACH_UNARY(UNARY)

#define BINARY(name)                                                                                                   \
  NOALLOC static void name##_2(in_t x, in_t y, float *z) {                                                             \
    tn_store(tn_view(z, TN_F32, 5, 13), tn_##name(tn_view_const(x, TN_F32, 5, 13), tn_view_const(y, TN_F32, 13)));     \
  }                                                                                                                    \
  NOALLOC static void name##_2_64(in64_t x, in64_t y, double *z) {                                                     \
    tn_store(tn_view(z, TN_F64, 5, 13), tn_##name(tn_view_const(x, TN_F64, 5, 1), tn_view_const(y, TN_F64, 13)));      \
  }
#define EACH_BINARY(X) X(add) X(sub) X(mul) X(div) X(maximum) X(minimum) X(pow)
EACH_BINARY(BINARY)

NOALLOC static void compare(in_t x, in_t y, uint8_t *z) {
  tn_tensor a = tn_view_const(x, TN_F32, 30), b = tn_view_const(y, TN_F32, 30), o = tn_view(z, TN_BOOL, 6, 30);
  tn_store_at(o, tn_equal(a, b), 0);
  tn_store_at(o, tn_not_equal(a, b), 1);
  tn_store_at(o, tn_less(a, b), 2);
  tn_store_at(o, tn_less_equal(a, 0.5), 3);
  tn_store_at(o, tn_greater(a, b), 4);
  tn_store_at(o, tn_and(tn_greater_equal(a, b), tn_not(tn_equal(a, 1))), 5);
}
NOALLOC static void choose(in_t x, in_t y, float *z) {
  tn_tensor a = tn_view_const(x, TN_F32, 33), b = tn_view_const(y, TN_F32, 33);
  tn_store(tn_view(z, TN_F32, 33), tn_where(tn_less(a, b), tn_clip(a, -0.5, 0.75), tn_mul(b, 3)));
}
NOALLOC static void integers(const int32_t *x, const int32_t *y, int32_t *z) {
  tn_tensor a = tn_view_const(x, TN_I32, 19), b = tn_view_const(y, TN_I32, 19), o = tn_view(z, TN_I32, 5, 19);
  tn_store_at(o, tn_add(tn_mul(a, 3), b), 0);
  tn_store_at(o, tn_div(a, b), 1);
  tn_store_at(o, tn_neg(tn_abs(tn_sub(a, b))), 2);
  tn_store_at(o, tn_maximum(tn_minimum(a, b), tn_relu(b)), 3);
  tn_store_at(o, tn_xor(tn_square(a), tn_clip(b, -5, 9)), 4);
}
NOALLOC static void casts(in_t x, in64_t d, const int32_t *n, const uint8_t *u, float *z, int32_t *i) {
  tn_tensor f = tn_view_const(x, TN_F32, 31), o = tn_view(z, TN_F32, 4, 31), oi = tn_view(i, TN_I32, 3, 31);
  tn_store_at(o, tn_cast(tn_view_const(d, TN_F64, 31), TN_F32), 0);
  tn_store_at(o, tn_cast(tn_view_const(n, TN_I32, 31), TN_F32), 1);
  tn_store_at(o, tn_cast(tn_view_const(u, TN_U8, 31), TN_F32), 2);
  tn_store_at(o, tn_cast(tn_cast(tn_mul(f, 100), TN_U8), TN_F32), 3);
  tn_store_at(oi, tn_cast(tn_mul(f, 1e9), TN_I32), 0);
  tn_store_at(oi, tn_cast(tn_cast(tn_view_const(d, TN_F64, 31), TN_I64), TN_I32), 1);
  tn_store_at(oi, tn_cast(tn_cast(f, TN_BOOL), TN_I32), 2);
}

/* ---- reductions ---- */

#define SUMS(n)                                                                                                        \
  NOALLOC static void sums_##n(in_t x, float *y) {                                                                     \
    tn_tensor v = tn_view_const(x, TN_F32, n);                                                                         \
    y[0] = tn_item_f32(tn_sum(v));                                                                                     \
    y[1] = tn_item_f32(tn_mean(tn_mul(v, 3)));                                                                         \
    y[2] = tn_item_f32(tn_reduce_max(v));                                                                              \
    y[3] = tn_item_f32(tn_reduce_min(tn_neg(v)));                                                                      \
    y[4] = tn_item_f32(tn_prod(v));                                                                                    \
    y[5] = tn_item_f32(tn_matmul(v, v));                                                                               \
    y[6] = (float)tn_item(tn_sum(tn_sigmoid(v)));                                                                      \
  }                                                                                                                    \
  NOALLOC static void sums_64_##n(in64_t x, double *y) {                                                               \
    tn_tensor v = tn_view_const(x, TN_F64, n);                                                                         \
    y[0] = tn_item(tn_sum(v));                                                                                         \
    y[1] = tn_item(tn_mean(v));                                                                                        \
    y[2] = tn_item(tn_reduce_max(v));                                                                                  \
    y[3] = tn_item(tn_prod(v));                                                                                        \
    y[4] = tn_item(tn_matmul(v, v));                                                                                   \
  }
#define EACH_LENGTH(X) \
  X(1) X(3) X(8) X(31) X(32) X(33) X(64) X(65) X(100) X(1000) X(4096) X(4097) X(9000) X(20000)
EACH_LENGTH(SUMS)

#define VARIANCES(n)                                                                                                   \
  NOALLOC static void var_##n(in_t x, float *y) {                                                                      \
    y[0] = tn_item_f32(tn_var(tn_view_const(x, TN_F32, n)));                                                           \
    y[1] = tn_item_f32(tn_var(tn_exp(tn_view_const(x, TN_F32, n))));                                                   \
  }
VARIANCES(1) VARIANCES(2) VARIANCES(7) VARIANCES(64) VARIANCES(77) VARIANCES(1500)

/* Each set of axes of one shape. */
#define AXES(name, ...)                                                                                                \
  NOALLOC static void axes_##name(in_t x, in_t w, float *y) {                                                          \
    tn_tensor v = tn_view_const(x, TN_F32, 4, 6, 10), b = tn_view_const(w, TN_F32, 6, 1);                              \
    tn_store(tn_view(y, TN_F32, 4, 6, 10), tn_sum_keepdims(v, __VA_ARGS__));                                           \
    tn_store(tn_view(y + 240, TN_F32, 4, 6, 10), tn_mean_keepdims(tn_mul(v, b), __VA_ARGS__));                         \
    tn_store(tn_view(y + 480, TN_F32, 4, 6, 10), tn_var_keepdims(v, __VA_ARGS__));                                     \
    tn_store(tn_view(y + 720, TN_F32, 4, 6, 10), tn_reduce_max_keepdims(tn_permute_dims(tn_permute_dims(v, 2, 0, 1), 1, 2, 0), __VA_ARGS__)); \
  }
AXES(0, 0) AXES(1, 1) AXES(2, 2) AXES(01, 0, 1) AXES(02, 0, -1) AXES(12, 1, 2) AXES(012, 0, 1, 2)

#define COLUMNS(rows, width)                                                                                           \
  NOALLOC static void columns_##rows##_##width(in_t x, float *y) {                                                     \
    tn_store(tn_view(y, TN_F32, width), tn_sum(tn_view_const(x, TN_F32, rows, width), 0));                             \
    tn_store(tn_view(y + width, TN_F32, width), tn_prod(tn_exp(tn_view_const(x, TN_F32, rows, width)), 0));            \
  }
COLUMNS(1, 5) COLUMNS(3, 5) COLUMNS(100, 3) COLUMNS(70, 33) COLUMNS(7, 64) COLUMNS(9, 100) COLUMNS(130, 40) COLUMNS(5000, 2)

/* Near all are below the first limit, and near none below the second; of nothing but what is there. */
NOALLOC static void truths(in_t x, in_t w, float *y) {
  tn_tensor v = tn_view_const(x, TN_F32, 6, 7, 5), high = tn_less(v, w[0]), low = tn_greater(v, 30), to = tn_view(y, TN_F32, 12, 6, 7, 5);
  tn_tensor one = tn_view_const(x, TN_F32, 99), transposed = tn_permute_dims(v, 2, 0, 1);
  tn_store_at(to, tn_cast(tn_any(low), TN_F32), 0);
  tn_store_at(to, tn_cast(tn_all(high), TN_F32), 1);
  tn_store_at(to, tn_cast(tn_any_keepdims(low, 0), TN_F32), 2);
  tn_store_at(to, tn_cast(tn_all_keepdims(high, 1), TN_F32), 3);
  tn_store_at(to, tn_cast(tn_any_keepdims(tn_greater(v, 2), 2), TN_F32), 4);
  tn_store_at(to, tn_cast(tn_all_keepdims(tn_less(v, 1), 0, 2), TN_F32), 5);
  tn_store_at(to, tn_cast(tn_all_keepdims(v, -1), TN_F32), 6); /* no 0 in the row: NaN is none */
  tn_store_at(to, tn_cast(tn_any(tn_sub(v, v)), TN_F32), 7);
  tn_store_at(to, tn_cast(tn_permute_dims(tn_any_keepdims(tn_greater(transposed, 1), 1, 2), 1, 2, 0), TN_F32), 8);
  y[8000] = tn_item_i64(tn_any(tn_greater(one, 9))) ? 3 : 4;
  y[8001] = tn_item_i64(tn_all(tn_less(one, 9))) ? 3 : 4;
  y[8002] = (float)tn_item_i64(tn_any(tn_cast(tn_mul(one, 0.01f), TN_I32)));
  y[8003] = (float)tn_item_i64(tn_all(tn_cast(tn_mul(one, 100), TN_U8)));
}

NOALLOC static void ranges(in_t x, float *y, int *whole) {
  tn_tensor up = tn_arange(TN_F32, 0, 64, 1), down = tn_arange(TN_F32, 3.5, -2.25, -0.1), changed = tn_arange(TN_F32, -1, 1, 1.0 / 3);
  tn_store(tn_view(y, TN_F32, 64), tn_add(tn_mul(up, x[0]), x[1]));
  tn_store(tn_view(y + 64, TN_F32, 58), down);
  tn_store_at(changed, x[2], 4);
  tn_store(tn_view(y + 128, TN_F32, 6), changed);
  tn_store(tn_view(y + 192, TN_F32, 10), tn_cast(tn_arange(TN_F64, 0.1, 1.1, 0.1), TN_F32));
  tn_store(tn_view(whole, TN_I32, 7), tn_arange(TN_I32, 9, -12, -3));
  tn_store(tn_view(whole + 8, TN_I32, 3), tn_cast(tn_arange(TN_I64, 1000000000, 1000000007, 3), TN_I32));
  tn_store(tn_view(whole + 12, TN_I32, 5), tn_cast(tn_arange(TN_U8, 251, 256, 1), TN_I32));
}

NOALLOC static void softmaxes(in_t x, float *y) {
  tn_tensor v = tn_view_const(x, TN_F32, 5, 11);
  tn_store(tn_view(y, TN_F32, 5, 11), tn_softmax(v, -1));
  tn_store(tn_view(y + 55, TN_F32, 5, 11), tn_softmax(v, 0));
  tn_store(tn_view(y + 110, TN_F32, 100), tn_softmax(tn_mul(tn_view_const(x, TN_F32, 100), 2), 0));
}
NOALLOC static void counts(const uint8_t *u, in_t x, int32_t *y) {
  y[0] = (int32_t)tn_item_i64(tn_sum(tn_view_const(u, TN_U8, 100)));
  y[1] = (int32_t)tn_item_i64(tn_sum(tn_less(tn_view_const(x, TN_F32, 77), 0.25)));
  y[2] = (int32_t)tn_get_i64(tn_sum(tn_view_const(u, TN_U8, 10, 10), 1), 3);
}

/* ---- products ---- */

#define PRODUCTS(m, k, n)                                                                                              \
  NOALLOC static void product_##m##_##k##_##n(in_t x, in_t w, in_t b, float *y) {                                      \
    tn_tensor p = tn_matmul(tn_view_const(x, TN_F32, m, k), tn_view_const(w, TN_F32, k, n));                           \
    tn_store(tn_view(y, TN_F32, m, n), tn_tanh(tn_add(p, tn_view_const(b, TN_F32, n))));                               \
  }                                                                                                                    \
  NOALLOC static void product_64_##m##_##k##_##n(in64_t x, in64_t w, double *y) {                                      \
    tn_store(tn_view(y, TN_F64, m, n), tn_matmul(tn_view_const(x, TN_F64, m, k), tn_transpose(tn_view_const(w, TN_F64, n, k)))); \
  }
#define EACH_PRODUCT(X) X(1, 1, 1) X(2, 3, 4) X(5, 7, 1) X(1, 8, 16) X(4, 70, 3) X(16, 16, 16) X(3, 100, 37) X(6, 200, 1) X(8, 5, 70)
EACH_PRODUCT(PRODUCTS)

NOALLOC static void vectors(in_t x, in_t w, float *y) {
  tn_tensor v = tn_view_const(x, TN_F32, 12), m = tn_view_const(w, TN_F32, 12, 12), t = tn_view_const(w, TN_F32, 2, 3, 12);
  tn_store(tn_view(y, TN_F32, 12), tn_matmul(m, v));
  tn_store(tn_view(y + 12, TN_F32, 12), tn_matmul(v, m));
  tn_store(tn_view(y + 24, TN_F32, 2, 3), tn_matmul(t, tn_exp(v)));
  tn_store(tn_view(y + 30, TN_F32, 2, 3, 3), tn_matmul(t, tn_transpose(t)));
  tn_store(tn_view(y + 48, TN_F32, 2, 12), tn_matmul(tn_select(tn_view_const(x, TN_F32, 2, 2, 3), 0, 1), tn_at(t, 1)));
}

/* ---- arrangements, places, numbers ---- */

NOALLOC static void arrangements(in_t x, float *y) {
  tn_tensor v = tn_view_const(x, TN_F32, 6, 8), o = tn_view(y, TN_F32, 6, 8);
  tn_store(o, tn_transpose(tn_reshape(v, 8, -1)));
  tn_store(tn_view(y + 48, TN_F32, 3, 4), tn_slice_step(tn_slice(v, 1, 2, 6), 0, -1, TN_END, -2));
  tn_store(tn_view(y + 60, TN_F32, 48), tn_reshape(tn_exp(tn_transpose(v)), 48));
  tn_store(tn_view(y + 108, TN_F32, 48), tn_reshape(tn_transpose(v), 48));
  tn_store(tn_view(y + 156, TN_F32, 2, 8, 6), tn_broadcast_to(tn_transpose(v), 2, 8, 6));
  tn_store(tn_view(y + 252, TN_F32, 2, 3), tn_window(v, 1, 3, -4, -1));
  tn_store(tn_view(y + 258, TN_F32, 9, 8), tn_concat(0, v, tn_slice(v, 0, 0, 2), tn_add(tn_select(v, 0, 2), tn_zeros(TN_F32, 1, 8))));
}
/* Stores whose value reads what they write. */
NOALLOC static void overlaps(float *y) {
  tn_tensor all = tn_view(y, TN_F32, 64), low = tn_view(y, TN_F32, 60), high = tn_view(y + 4, TN_F32, 60);
  tn_store(high, tn_mul(low, 1.5));
  tn_store(low, tn_add(high, tn_slice(all, 0, 0, 60)));
  tn_store(tn_view(y, TN_F32, 8, 8), tn_transpose(tn_view(y, TN_F32, 8, 8)));
  tn_store(all, tn_slice_step(all, 0, TN_END, TN_END, -1));
  tn_store(all, tn_div(all, tn_get_flat(all, 3)));
}
/* Values that must be what they were at their call. */
NOALLOC static void snapshots(float *y, in_t x) {
  tn_tensor a = tn_view(y, TN_F32, 4, 4);
  tn_tensor row = tn_select(a, 0, 1), twice = tn_mul(a, 2), turned = tn_transpose(tn_slice(a, 0, 1, 3));
  y[5] = x[0];
  tn_store(a, tn_add(twice, row));
  y[6] += 1;
  tn_tensor sum = tn_add(tn_matmul(turned, tn_slice(a, 0, 0, 2)), row);
  tn_store(a, sum);
  tn_set(a, 2.5, 3, -1);
  tn_tensor z = tn_zeros(TN_F32, 4, 4);
  tn_store_at(z, tn_exp(row), 2);
  tn_store(a, tn_sub(a, z));
  tn_set(z, 7, 0, 0);
  tn_store(tn_view(y + 16, TN_F32, 4, 4), z);
}
static float softplus(float v) { return v > 0 ? v + 1 / (1 + v) : 1 / (1 - v); }
static float mix(float v, float w) { return v * 0.25f + (w > v ? w : -v); }
NOALLOC static void mapped(in_t x, in_t w, float *y, float c) {
  tn_tensor v = tn_view_const(x, TN_F32, 21), u = tn_view_const(w, TN_F32, 21);
  tn_store(tn_view(y, TN_F32, 21), tn_zip(mix, tn_map(softplus, tn_mul(v, c)), tn_sub(u, c)));
  y[21] = tn_sigmoidf(c) + tn_expf(-c);
}
NOALLOC static void numbers(in_t x, float *y, int n, float f, double d) {
  tn_tensor v = tn_view_const(x, TN_F32, 10);
  tn_store(tn_view(y, TN_F32, 10), tn_add(tn_mul(tn_add(v, n), f), d));
  tn_store(tn_view(y + 10, TN_F32, 3), tn_values(TN_F32, 1, f, 0.1));
  tn_store(tn_view(y + 13, TN_F32, 10), tn_full(TN_F32, d, 10));
  tn_store(tn_view(y + 23, TN_F32, 10), -0.0);
  static const int64_t dims[] = {2, 3}, strides[] = {1, -2};
  tn_store(tn_view(y + 33, TN_F32, 2, 3), tn_view_strided((float *)x + 4, TN_F32, 2, dims, strides));
  y[39] = (float)tn_size(v) + (float)tn_rank(v) + (float)tn_dim(v, -1) + (float)(tn_dtype_of(v) == TN_F32);
  for (int i = 0; i < 10; i += 3) {
    TN_SCOPE;
    tn_tensor turn = tn_view(y + 40 + i, TN_F32, 3);
    tn_store(turn, tn_add(tn_slice(v, 0, 2, 5), i));
    if (y[40 + i] > 1) tn_store(turn, tn_mul(tn_keep(turn), tn_get_flat_f32(v, i & 7)));
  }
}
/* Helpers with contracts are part of it as others are. */
TN_RETURNS(n)
static tn_tensor scores(tn_tensor rows TN_SHAPE(n, k), tn_tensor weights TN_SHAPE(k)) { return tn_sigmoid(tn_matmul(rows, weights)); }
/* A step of gradient descent on a line, in place. */
NOALLOC static void descend(float *restrict w, in_t x, in_t t, float rate) {
  tn_tensor weights = tn_view(w, TN_F32, 9), rows = tn_view_const(x, TN_F32, 25, 9), targets = tn_view_const(t, TN_F32, 25);
  tn_tensor error = tn_sub(scores(rows, weights), targets);
  tn_tensor gradient = tn_div(tn_matmul(tn_transpose(rows), error), 25);
  tn_store(weights, tn_sub(weights, tn_mul(gradient, rate)));
}

/* ---- main ---- */

static uint32_t state = 12345;
static float uniform(void) {
  state = state * 1664525u + 1013904223u;
  return (float)(state >> 8) * 0x1p-24f;
}
static void fill(int kind) {
  static const float special[] = {0, -0.f, 1, -1, 1e-40f, -1e-40f, 3e38f, -3e38f, INFINITY, -INFINITY, NAN, 0.5f, 1.5f, 2.5f, -0.5f,
                                  8388609, -8388607.5f, 1e9f, -88, 88.7f, -103, 1e-20f, -1e-20f};
  static const double special64[] = {0, -0., 1, -1, 5e-324, -5e-324, 1.7e308, -1.7e308, INFINITY, -INFINITY, NAN, 0.5, 1.5, 2.5, -0.5,
                                     4503599627370497, -4503599627370495.5, 1e18, -709, 709.7, -745, 1e-160, -1e-160};
  enum { SPECIALS = sizeof special / sizeof *special };
  const float scale = kind == 3 ? 1e20f : kind == 4 ? 1e-20f : kind == 5 ? 50.f : 1.f;
  for (int i = 0; i < ROOM; i++) {
    for (int j = 0; j < 4; j++) {
      const float u = uniform();
      const int pick = (int)(uniform() * SPECIALS);
      const int is_special = kind == 1 ? uniform() < 0.3f : kind == 2 ? i % 97 == 0 : 0;
      in[j][i] = is_special ? special[pick] : (2 * u - 1) * scale;
      in64[j][i] = is_special ? special64[pick]
                              : kind == 3 ? (double)(2 * u - 1) * 1e160
                              : kind == 4 ? (double)(2 * u - 1) * 1e-160
                                          : ((double)u * 2 - 1 + (double)uniform() * 0x1p-24) * (double)scale;
    }
    int_in[0][i] = (int32_t)(state ^ (uint32_t)i * 2654435761u) >> (i % 30);
    int_in[1][i] = i % 7 == 0 ? 0 : i % 11 == 0 ? -1 : (int32_t)(state * 31u) >> (i % 28);
    if (i % 13 == 0) int_in[0][i] = INT32_MIN;
    bytes[i] = (uint8_t)(state >> 16);
  }
}
static void show(const char *name) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (int i = 0; i < ROOM; i++) {
    uint32_t a = 0x7fc00000, c;
    uint64_t b = UINT64_C(0x7ff8000000000000);
    if (out[i] == out[i]) memcpy(&a, &out[i], 4);
    if (out64[i] == out64[i]) memcpy(&b, &out64[i], 8);
    memcpy(&c, &int_out[i], 4);
    hash = ((((hash ^ a) * UINT64_C(0x100000001b3)) ^ b) * UINT64_C(0x100000001b3)) ^ c;
  }
  printf("%s %016llx", name, (unsigned long long)hash);
  for (int i = 0; i < 3; i++) printf(" %a", out[i] == out[i] ? out[i] : 999.0);
  for (int i = 0; i < 3; i++) printf(" %a", out64[i] == out64[i] ? out64[i] : 999.0);
  printf(" %d\n", int_out[0]);
  memset(out, 0, sizeof out);
  memset(out64, 0, sizeof out64);
  memset(int_out, 0, sizeof int_out);
}
#define RUN(name, ...) (name(__VA_ARGS__), show(#name))

int main(void) {
  for (int kind = 0; kind < 6; kind++) {
    fill(kind);
    printf("kind %d\n", kind);
#define X(name, n) RUN(name##_##n, in[0], out); RUN(name##_64_##n, in64[0], out64);
    EACH_UNARY(X)
#undef X
#define X(name) RUN(name##_2, in[0], in[1], out); RUN(name##_2_64, in64[0], in64[1], out64);
    EACH_BINARY(X)
#undef X
    RUN(compare, in[0], in[1], (uint8_t *)out);
    RUN(choose, in[0], in[1], out);
    RUN(integers, int_in[0], int_in[1], int_out);
    RUN(casts, in[0], in64[0], int_in[0], bytes, out, int_out);
#define X(n) RUN(sums_##n, in[0], out); RUN(sums_64_##n, in64[0], out64);
    EACH_LENGTH(X)
#undef X
    RUN(var_1, in[0], out); RUN(var_2, in[0], out); RUN(var_7, in[0], out); RUN(var_64, in[0], out);
    RUN(var_77, in[0], out); RUN(var_1500, in[0], out);
    RUN(axes_0, in[0], in[1], out); RUN(axes_1, in[0], in[1], out); RUN(axes_2, in[0], in[1], out);
    RUN(axes_01, in[0], in[1], out); RUN(axes_02, in[0], in[1], out); RUN(axes_12, in[0], in[1], out);
    RUN(axes_012, in[0], in[1], out);
    RUN(columns_1_5, in[0], out); RUN(columns_3_5, in[0], out); RUN(columns_100_3, in[0], out); RUN(columns_70_33, in[0], out);
    RUN(columns_7_64, in[0], out); RUN(columns_9_100, in[0], out); RUN(columns_130_40, in[0], out); RUN(columns_5000_2, in[0], out);
    RUN(softmaxes, in[0], out);
    RUN(truths, in[0], in[1], out);
    RUN(ranges, in[0], out, int_out);
    RUN(counts, bytes, in[0], int_out);
#define X(m, k, n) RUN(product_##m##_##k##_##n, in[0], in[1], in[2], out); RUN(product_64_##m##_##k##_##n, in64[0], in64[1], out64);
    EACH_PRODUCT(X)
#undef X
    RUN(vectors, in[0], in[1], out);
    RUN(arrangements, in[0], out);
    memcpy(out, in[2], 256);
    RUN(overlaps, out);
    memcpy(out, in[2], 256);
    RUN(snapshots, out, in[0]);
    RUN(mapped, in[0], in[1], out, 0.7f);
    RUN(numbers, in[0], out, kind, in[1][5], in64[1][7]);
    memcpy(out, in[3], 64);
    RUN(descend, out, in[0], in[1], 0.5f);
  }
  return 0;
}

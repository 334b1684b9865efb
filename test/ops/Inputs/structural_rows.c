/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * structural_rows.c - calls of each structural row of ops.def, on operands X and Y of f32 and of any shape (with many of
 * them a call is an error, which has to be the same one). A row without CALLS_name does not compile. Compiled twice, as rows.c.
 */
#include "structural_rows.h"

#include <string.h>

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define SIDE_(name) JOIN(SIDE, name)
#define VIEW(p) tn_view_strided((p)->data, TN_F32, (p)->rank, (p)->dims, (p)->strides)

/* X and Y: views. P, Q: results of an op, which compiled are not there until something asks for them. */
#define X VIEW(x)
#define Y VIEW(y)
#define P tn_mul(X, -1)
#define Q tn_mul(Y, -1)
#define NUMBER(v) tn_full(TN_F64, v, 1)
#define INTEGER(v) tn_full(TN_I64, (int64_t)(v), 1)
#define DONE(b) tn_full(TN_I64, (b) ? 1 : 0, 1)

static float half(float v) { return v > 1 ? v * 0.5f : v < -1 ? -v : v + 3; }
static double half_double(double v) { return v > 1 ? v * 0.5 : v < -1 ? -v : v + 3; }
static float blend(float v, float w) { return v > w ? v - 0.25f * w : tn_expf(-v * v) + w; }
static double blend_double(double v, double w) { return v > w ? v - 0.25 * w : tn_expd(-v * v) + w; }

/* A copy of x's elements as a tensor of its own, to write into. */
#define FRESH tn_copy(X)
static inline tn_tensor after(bool done, tn_tensor t) { /* what a call wrote, and whether it did */
  return done ? tn_sub(t, 0.0f) : tn_full(TN_F32, -1, 1);
}
/* Stores into x's own memory; what is seen afterwards. */
#define IN_PLACE(...) tn_tensor v = X; const bool done = __VA_ARGS__; return after(done, v)
#define OWN(...) tn_tensor v = FRESH; const bool done = __VA_ARGS__; return after(done, v)

/* CALL(row, number, statements) */
#define RETURN(row, n, ...) CALL(row, n, return __VA_ARGS__)
#define CALLS_where(C) C(where, 1, tn_where(tn_less(X, Y), X, Y)) C(where, 2, tn_where(tn_greater(P, 0.5f), 1, Q)) C(where, 3, tn_where(X, X, Y))
#define CALLS_clip(C) C(clip, 1, tn_clip(P, -0.5f, 1)) C(clip, 2, tn_clip(P, X, Y)) C(clip, 3, tn_neg(tn_clip(P, 1, -1)))
#define CALLS_cast(C)                                                                                                  \
  C(cast, 1, tn_cast(P, TN_F64)) C(cast, 2, tn_cast(P, TN_I32)) C(cast, 3, tn_cast(P, TN_I64)) C(cast, 4, tn_cast(P, TN_BOOL))  \
  C(cast, 5, tn_neg(tn_cast(tn_mul(tn_cast(P, TN_F64), 1e-3), TN_F32))) C(cast, 6, tn_cast(P, TN_U8))                  \
  C(cast, 7, tn_cast(tn_cast(P, TN_I32), TN_F32)) C(cast, 8, tn_cast(tn_less(P, Y), TN_F32)) C(cast, 9, tn_cast(tn_exp(tn_cast(X, TN_F64)), TN_F32))
#define CALLS_matmul(C)                                                                                                \
  C(matmul, 1, tn_matmul(X, Y)) C(matmul, 2, tn_matmul(P, tn_transpose(Q))) C(matmul, 3, tn_sigmoid(tn_add(tn_matmul(X, Y), 1))) \
  C(matmul, 4, tn_add(tn_matmul(tn_transpose(P), Y), tn_sum(Y, 0))) C(matmul, 5, tn_matmul(tn_cast(P, TN_F64), tn_cast(Y, TN_F64)))
#define CALLS_softmax(C)                                                                                               \
  C(softmax, 1, tn_softmax(P, -1)) C(softmax, 2, tn_softmax(P, 0)) C(softmax, 3, tn_mul(tn_softmax(tn_cast(X, TN_F64), 1), 2)) \
  C(softmax, 4, tn_softmax(P, -3)) C(softmax, 5, tn_sum(tn_softmax(tn_add(X, Y), -1), -1))
#define CALLS_map_f32(C) C(map_f32, 1, tn_map(half, P)) C(map_f32, 2, tn_sum(tn_map(half, X), -1)) C(map_f32, 3, tn_map(half, tn_cast(X, TN_I32)))
#define CALLS_map_f64(C) C(map_f64, 1, tn_map(half_double, tn_cast(P, TN_F64))) C(map_f64, 2, tn_map(half_double, P))
#define CALLS_zip_f32(C) C(zip_f32, 1, tn_zip(blend, P, Y)) C(zip_f32, 2, tn_neg(tn_zip(blend, 0.5f, Q)))
#define CALLS_zip_f64(C) C(zip_f64, 1, tn_zip(blend_double, tn_cast(P, TN_F64), tn_cast(Y, TN_F64))) C(zip_f64, 2, tn_zip(blend_double, P, Y))
#define CALLS_sort(C) C(sort, 1, tn_sort(P, -1)) C(sort, 2, tn_neg(tn_sort(X, 0))) C(sort, 3, tn_sort(X, 2))
#define CALLS_take(C)                                                                                                  \
  C(take, 1, tn_take(P, tn_values(TN_I64, 1, 0, -1, 1), 0)) C(take, 2, tn_neg(tn_take(X, tn_values(TN_I32, 2, -3), -1))) \
  C(take, 3, tn_take(P, tn_argmax(Q, -1), 0)) C(take, 4, tn_take(X, Y, 0))
#define CALLS_concat(C) C(concat, 1, tn_concat(0, P, X, Q)) C(concat, 2, tn_neg(tn_concat(-1, X, Y))) C(concat, 3, tn_concat(1, P, P, P, P, P, P, P, P))
#define CALLS_copy(C) C(copy, 1, tn_copy(P)) C(copy, 2, tn_neg(tn_copy(X))) C(copy, 3, tn_copy(X))
#define CALLS_reshape(C)                                                                                               \
  C(reshape, 1, tn_reshape(P, -1)) C(reshape, 2, tn_neg(tn_reshape(X, 5, -1))) C(reshape, 3, tn_add(tn_reshape(P, 3, 5), X)) \
  C(reshape, 4, tn_sum(tn_reshape(X, -1, 4096), 1)) C(reshape, 5, tn_reshape(P, -1, -1))
#define CALLS_transpose(C) C(transpose, 1, tn_transpose(P)) C(transpose, 2, tn_add(tn_transpose(X), 1)) C(transpose, 3, tn_sum(tn_transpose(P), -1))
#define CALLS_permute_dims(C) C(permute_dims, 1, tn_permute_dims(P, 1, 0)) C(permute_dims, 2, tn_exp(tn_permute_dims(X, 2, 0, 1))) C(permute_dims, 3, tn_sum(tn_permute_dims(P, -1, 0, 1), 1))
#define CALLS_broadcast_to(C) C(broadcast_to, 1, tn_broadcast_to(P, 4, 3, 5)) C(broadcast_to, 2, tn_add(tn_broadcast_to(X, 3, 5), Y)) C(broadcast_to, 3, tn_sum(tn_broadcast_to(X, 2, 3, 5), 0))
#define CALLS_slice(C)                                                                                                 \
  C(slice, 1, tn_slice(P, 0, 1, TN_END)) C(slice, 2, tn_neg(tn_slice(X, -1, -3, -1))) C(slice, 3, tn_sum(tn_slice(P, 1, 1, 1000), 0)) \
  C(slice, 4, tn_mul(tn_slice(X, 0, 0, 2), tn_slice(X, 0, 1, 3)))
#define CALLS_slice_step(C)                                                                                            \
  C(slice_step, 1, tn_slice_step(P, 0, TN_END, TN_END, -1)) C(slice_step, 2, tn_neg(tn_slice_step(X, -1, 1, TN_END, 2))) \
  C(slice_step, 3, tn_sum(tn_slice_step(X, -1, -1, -1000, -3), -1)) C(slice_step, 4, tn_slice_step(X, 0, 0, 1, 0))
#define CALLS_select(C) C(select, 1, tn_select(P, 0, -1)) C(select, 2, tn_neg(tn_select(X, 1, 2))) C(select, 3, tn_mul(tn_select(X, 0, 0), tn_select(X, 0, 1)))
#define CALLS_window(C) C(window, 1, tn_window(P, 1, -1)) C(window, 2, tn_neg(tn_window(X, 0, 2, 1, TN_END))) C(window, 3, tn_window(X, 1))
#define CALLS_at(C) C(at, 1, tn_at(P, 0)) C(at, 2, tn_neg(tn_at(X, -1, 1))) C(at, 3, tn_at(P))
#define CALLS_scalar_f64(C) C(scalar_f64, 1, tn_add(P, 0.1)) C(scalar_f64, 2, tn_add(0.1, 0.2f))
#define CALLS_scalar_i64(C) C(scalar_i64, 1, tn_add(P, 16777217)) C(scalar_i64, 2, tn_mul(3, tn_sub(INT64_MAX, 1)))
#define CALLS_scalar_u64(C) C(scalar_u64, 1, tn_add(P, UINT64_MAX)) C(scalar_u64, 2, tn_add(tn_cast(X, TN_I32), UINT64_MAX))
#define CALLS_view(C) C(view, 1, tn_neg(tn_view(x->data, TN_F32, x->rank ? x->dims[0] : 1))) C(view, 2, tn_view(NULL, TN_F32, 3)) C(view, 3, tn_add(tn_view(x->data, TN_F32, -3), 1))
#define CALLS_view_const(C) C(view_const, 1, tn_neg(tn_view_const(x->data, TN_F32, x->rank ? x->dims[0] : 1)))
#define CALLS_view_strided(C) C(view_strided, 1, tn_neg(tn_view_strided(x->data, TN_F32, x->rank, x->dims, x->strides))) C(view_strided, 2, tn_view_strided(x->data, TN_F32, -1, x->dims, x->strides))
#define CALLS_values(C) C(values, 1, tn_neg(tn_values(TN_F32, 1, 2.5, -3))) C(values, 2, tn_values(TN_I32, 1, 2.5))
#define CALLS_zeros(C) C(zeros, 1, tn_neg(tn_add(tn_zeros(TN_F32, 3, 5), P))) C(zeros, 2, tn_zeros(3, 4))
#define CALLS_full(C) C(full, 1, tn_neg(tn_full(TN_F64, 0.1, 2, 3))) C(full, 2, tn_add(tn_full(TN_F32, tn_sum(X)), X)) C(full, 3, tn_full(TN_I32, 0.5, 2))
#define CALLS_arange(C) C(arange, 1, tn_exp(tn_arange(TN_F32, -1, 1, 0.125))) C(arange, 2, tn_arange(TN_I64, 10, 0, -3)) C(arange, 3, tn_arange(TN_F32, 0, 1, 0))
#define CALLS_none(C) C(none, 1, tn_neg(tn_none()))
#define CALLS_get(C) C(get, 1, NUMBER(tn_get(P, 1, 2) * 3)) C(get, 2, NUMBER(tn_get(X, -1))) C(get, 3, NUMBER(tn_get(tn_exp(P))))
#define CALLS_get_f32(C) C(get_f32, 1, NUMBER(tn_get_f32(tn_sin(P), -1, 0) + tn_get_f32(X, 0, 1)))
#define CALLS_get_i64(C) C(get_i64, 1, INTEGER(tn_get_i64(P, 1, 1)))
#define CALLS_get_flat(C) C(get_flat, 1, tn_div(P, tn_get_flat(P, 0) + tn_get_flat(P, 1))) C(get_flat, 2, NUMBER(tn_get_flat(P, -1)))
#define CALLS_get_flat_f32(C) C(get_flat_f32, 1, tn_div(P, tn_get_flat_f32(P, 3) + tn_get_flat_f32(Q, 1)))
#define CALLS_get_flat_i64(C) C(get_flat_i64, 1, INTEGER(tn_get_flat_i64(P, 1)))
#define CALLS_item(C) C(item, 1, NUMBER(tn_item(tn_sum(tn_mul(X, X))) + tn_item(tn_sum(X)))) C(item, 2, NUMBER(tn_item(P)))
#define CALLS_item_f32(C) C(item_f32, 1, NUMBER(tn_item_f32(tn_reduce_max(P)) - tn_item_f32(tn_mean(X))))
#define CALLS_item_i64(C) C(item_i64, 1, INTEGER(tn_item_i64(tn_argmax(P))))
#define CALLS_dtype_of(C) C(dtype_of, 1, INTEGER(tn_dtype_of(P))) C(dtype_of, 2, INTEGER(tn_dtype_of(tn_less(P, Q))))
#define CALLS_rank(C) C(rank, 1, INTEGER(tn_rank(tn_add(P, Q))))
#define CALLS_dim(C) C(dim, 1, INTEGER(tn_dim(tn_add(P, Q), -1))) C(dim, 2, tn_div(P, tn_dim(P, 0)))
#define CALLS_size(C) C(size, 1, tn_div(P, tn_size(P)))
#define CALLS_data_const(C) C(data_const, 1, INTEGER(tn_data_const(P) != NULL)) C(data_const, 2, NUMBER(tn_size(P) ? *(const float *)tn_data_const(tn_exp(P)) : 0))

#define STATEMENTS_store(S)                                                                                            \
  S(store, 1, IN_PLACE(tn_store(v, tn_mul(Y, 2)))) S(store, 2, IN_PLACE(tn_store(v, 1.5))) S(store, 3, OWN(tn_store(v, tn_div(v, tn_get_flat_f32(v, 0))))) \
  S(store, 4, IN_PLACE(tn_store(v, tn_add(tn_slice_step(v, 0, TN_END, TN_END, -1), v)))) S(store, 5, IN_PLACE(tn_store(v, tn_cast(Y, TN_F64))))
#define STATEMENTS_store_at(S) S(store_at, 1, IN_PLACE(tn_store_at(v, tn_neg(tn_slice(v, 0, 0, 2)), 1))) S(store_at, 2, OWN(tn_store_at(v, Y, 0, 1)))
#define STATEMENTS_set(S) S(set, 1, IN_PLACE(tn_set(v, 0.3, 1, 1))) S(set, 2, OWN(tn_set(v, tn_get_flat(P, 0), -1)))
#define STATEMENTS_set_i64(S) S(set_i64, 1, IN_PLACE(tn_set(v, 7, 1, 1)))
#define STATEMENTS_data(S) S(data, 1, tn_tensor v = tn_exp(P); float *p = tn_data(v); if (p && tn_size(v)) *p = 5; return tn_mul(v, 2))
#define STATEMENTS_scope_begin(S) S(scope_begin, 1, int64_t mark = tn_scope_begin(); tn_tensor v = tn_keep(tn_exp(P)); tn_scope_end(mark); return tn_neg(v))
#define STATEMENTS_scope_end(S) S(scope_end, 1, tn_scope_end(12345); return P) S(scope_end, 2, tn_tensor v; { TN_SCOPE; v = tn_keep(tn_add(tn_exp(P), Y)); } return v)
#define STATEMENTS_keep(S) S(keep, 1, TN_SCOPE; return tn_keep(tn_keep(tn_exp(P)))) S(keep, 2, return tn_keep(tn_add(X, Y)))
#define STATEMENTS_keep_in(S) S(keep_in, 1, int64_t mark = tn_scope_begin(); tn_tensor v; { TN_SCOPE; v = tn_keep_in(mark, tn_exp(P)); } v = tn_keep(tn_neg(v)); tn_scope_end(mark); return v)
#define STATEMENTS_own(S) S(own, 1, tn_tensor v = tn_own(tn_exp(P)), w = tn_neg(v); tn_free(v); return w)
#define STATEMENTS_free(S) S(free, 1, tn_tensor v = tn_exp(P), w = tn_neg(v); tn_free(v); tn_free(NULL); return w)
#define STATEMENTS_replaced(S) \
  S(replaced, 1, tn_tensor w = tn_none(); for (int i = 0; i < 3; i++) { TN_SCOPE; tn_replace(&w, tn_add(P, i ? w : X)); } return w) \
  S(replaced, 2, tn_tensor w = tn_copy(X); tn_replace(&w, tn_sub(w, tn_mul(Y, 0.5f))); return w)
#define STATEMENTS_ok(S) S(ok, 1, tn_tensor v = tn_add(P, Q); return tn_ok() ? v : tn_full(TN_I64, 3, 2))
#define STATEMENTS_error(S) S(error, 1, tn_tensor v = tn_add(P, Q); return tn_full(TN_I64, v ? 0 : (int64_t)strlen(tn_error()), 1))
#define STATEMENTS_clear_error(S) S(clear_error, 1, tn_tensor v = tn_add(P, Q); tn_clear_error(); return v ? v : tn_neg(X))
#define STATEMENTS_on_error(S) S(on_error, 1, tn_on_error(TN_ERRORS_RECORD); return P)
#define STATEMENTS_print(S) S(print, 1, return P) /* test/runtime/print.c */
#define STATEMENTS_init(S) S(init, 1, return DONE(tn_init(NULL, 0)))

/* Rows that are one expression, and rows that take statements. */
#define PURE_CALLS(name) CALLS_##name(RETURN)
#define SHAPE_CALLS(name) CALLS_##name(RETURN)
#define CREATE_CALLS(name) CALLS_##name(RETURN)
#define READ_CALLS(name) CALLS_##name(RETURN)
#define MUTATE_CALLS(name) STATEMENTS_##name(CALL)
#define HANDLE_CALLS(name) STATEMENTS_##name(CALL)
#define STATE_CALLS(name) STATEMENTS_##name(CALL)

#define CALL(row, n, ...)                                                                                              \
  static __attribute__((noinline)) tn_tensor row##_##n(const operand *x, const operand *y) {                           \
    (void)x, (void)y;                                                                                                  \
    __VA_ARGS__;                                                                                                       \
  }
#define TN_STRUCTURAL(name, symbol, class, ...) class##_CALLS(name)
#include "tenon/ops.def"

#undef CALL
#define CALL(row, n, ...) {#row, n, row##_##n},
#define TN_STRUCTURAL(name, symbol, class, ...) class##_CALLS(name)
const structural_row SIDE_(structural)[] = {
#include "tenon/ops.def"
};
const int SIDE_(structural_count) = (int)(sizeof SIDE_(structural) / sizeof *SIDE_(structural));

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * tensor.h - the tensor handle and its dtypes; making tensors, asking about them, reading and writing elements.
 *
 *   tn_tensor a = tn_view(samples, TN_F32, rows, 16);      my memory, no copy
 *   tn_tensor b = tn_add(tn_mul(a, 2), tn_sum_keepdims(a, 1));
 *   if (tn_ok()) tn_print(b); else fputs(tn_error(), stderr);
 *
 * A tensor has a dtype and 0 to 8 dims; its elements are in row-major order. What an op returns is a value: it shares
 * no memory with anything. Only tn_view looks at the user's own memory. Results belong to the scope (scope.h) in which
 * they are made, and end with it. A call that fails returns NULL (a number: NaN or 0) and leaves a message in
 * tn_error(); a call that is given NULL does the same, so that one check at the end of a computation is enough.
 */
#ifndef TENON_TENSOR_H
#define TENON_TENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tenon/attributes.h"

typedef struct tn_tensor_impl *tn_tensor;

/* Far from small integers, so that tn_zeros(3, 4) is an error that says what it is. */
typedef enum tn_dtype {
  TN_F32 = 0x7E000001,
  TN_F64 = 0x7E000002,
  TN_F16 = 0x7E000003,
  TN_BF16 = 0x7E000004,
  TN_I8 = 0x7E000005,
  TN_U8 = 0x7E000006,
  TN_I16 = 0x7E000007,
  TN_U16 = 0x7E000008,
  TN_I32 = 0x7E000009,
  TN_U32 = 0x7E00000A,
  TN_I64 = 0x7E00000B,
  TN_U64 = 0x7E00000C,
  TN_BOOL = 0x7E00000D /* one byte, 0 or 1 */
} tn_dtype;

/* "To the end" for tn_slice, tn_slice_step and tn_window. */
#define TN_END INT64_MAX

#include "tenon/arguments.h"
#if !defined(__cplusplus)
#include "tenon/each.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Making tensors ------------------------------------------------------------------------------------------ */

/* tn_view(ptr, dtype, dims...) and tn_view_const: a tensor over the user's own memory, no copy.
 * What is read through it is what stands there when an op is called. The memory must stay until the last op on the
 * view. It need not be aligned. Stores into a tn_view_const are errors.
 * Shape: dims as given. Types: all. Errors: not a dtype, a dim below 0, more than 8 dims, too many elements, ptr NULL. */
TN_OP("view") TN_RESULT tn_tensor tn_view_(void *ptr, tn_dtype dtype, TN_DIMS8) TN_NOTHROW;
TN_OP("view_const") TN_RESULT tn_tensor tn_view_const_(const void *ptr, tn_dtype dtype, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_view_n(void *ptr, tn_dtype dtype, int rank, const int64_t *dims) TN_NOTHROW;
TN_RESULT tn_tensor tn_view_const_n(const void *ptr, tn_dtype dtype, int rank, const int64_t *dims) TN_NOTHROW;

/* A view with strides, counted in elements: element (i, j) is at ptr + i * strides[0] + j * strides[1]. Strides may be
 * negative, 0 and overlap; a store through strides that let two elements fall on the same place is an error. */
TN_OP("view_strided") TN_RESULT tn_tensor tn_view_strided(void *ptr, tn_dtype dtype, int rank, const int64_t *dims,
                                                          const int64_t *strides) TN_NOTHROW;

/* tn_values(dtype, v...): a new tensor of rank 1 with these numbers; up to 64 of them.
 * Types: all but f16 and bf16. Errors: a number that the dtype does not hold (a fraction or 300 in an i8). Numerics:
 * integers are exact over the whole of 64 bits; a double is rounded once. */
TN_OP("values") TN_RESULT tn_tensor tn_values_(tn_dtype dtype, int64_t count, const tn_number *values) TN_NOTHROW;

/* tn_zeros(dtype, dims...): a new tensor of zeros (of false, for TN_BOOL). Types: all. */
TN_OP("zeros") TN_RESULT tn_tensor tn_zeros_(tn_dtype dtype, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_zeros_n(tn_dtype dtype, int rank, const int64_t *dims) TN_NOTHROW;

/* tn_full(dtype, value, dims...): a new tensor, each element of it value. The value comes before the dims:
 * tn_full(TN_F32, 0.5, 3, 3). It may be a tensor of rank 0 and the same dtype.
 * Types: all but f16 and bf16. Errors: as tn_zeros; a value that the dtype does not hold. */
TN_OP("full") TN_RESULT tn_tensor tn_full_(tn_dtype dtype, tn_tensor value, TN_DIMS8) TN_NOTHROW;
TN_RESULT tn_tensor tn_full_n(tn_dtype dtype, tn_tensor value, int rank, const int64_t *dims) TN_NOTHROW;

/* tn_arange(dtype, start, stop, step): start, start + step, ... before stop (not included).
 * Shape: [max(0, ceil((stop - start) / step))]. Types: f32, f64 and integers. Errors: step 0; a number that the dtype
 * does not hold. Numerics: element i is start + i * step, computed in double (integers: exactly) and rounded once. */
TN_OP("arange") TN_RESULT tn_tensor tn_arange_(tn_dtype dtype, tn_tensor start, tn_tensor stop, tn_tensor step) TN_NOTHROW;

/* A new tensor of the same elements, without the user's memory behind it. Types: all. Numerics: exact, NaN bits kept. */
TN_OP("copy") TN_RESULT tn_tensor tn_copy(tn_tensor t) TN_NOTHROW;

/* A tensor of no elements (f32, shape [0]): what a variable holds before its first tn_replace. */
TN_OP("none") TN_RESULT tn_tensor tn_none(void) TN_NOTHROW;

/* ---- Asking -------------------------------------------------------------------------------------------------- */

/* Of a handle that is NULL or dead these return 0 and record an error. tn_dim's axis may be negative: -1 is the last. */
TN_OP("dtype_of") TN_RESULT tn_dtype tn_dtype_of(tn_tensor t) TN_NOTHROW;
TN_OP("rank") TN_RESULT int tn_rank(tn_tensor t) TN_NOTHROW;
TN_OP("dim") TN_RESULT int64_t tn_dim(tn_tensor t, int64_t axis) TN_NOTHROW;
TN_OP("size") TN_RESULT int64_t tn_size(tn_tensor t) TN_NOTHROW; /* number of elements */

/* Prints dtype, shape and elements to stdout. Numbers are the shortest that read back to the same bits; every NaN is
 * nan. Of more than 1000 elements the first and last three of each axis are shown. */
TN_OP("print") void tn_print(tn_tensor t) TN_NOTHROW;

/* ---- Reading elements ---------------------------------------------------------------------------------------- */

/* Under -ffinite-math-only a NaN returned by a function is not to be: failed reads give 0 there. */
#if !defined(__FINITE_MATH_ONLY__) || !__FINITE_MATH_ONLY__ || !defined(__GNUC__)
#define TN_READS(symbol) TN_NOTHROW
#elif defined(__cplusplus)
#define TN_READS(symbol) TN_NOTHROW __asm__(#symbol "finite")
#else
#define TN_READS(symbol) __asm__(#symbol "finite") TN_NOTHROW
#endif

/* tn_get(t, i...): one element, as double; as many indices as t has dims. A negative index counts from the end.
 * tn_get_f32 and tn_get_i64 are the same as float and int64_t. Of an i64 or u64 tensor only tn_get_i64 is exact; it
 * converts as tn_cast does: u64 above INT64_MAX saturates, floats are truncated, saturated, NaN is 0.
 * Errors: wrong number of indices, index out of range: NaN (tn_get_i64: 0). */
TN_OP("get") TN_RESULT double tn_get_(tn_tensor t, TN_DIMS8) TN_READS(tn_get_);
TN_OP("get_f32") TN_RESULT float tn_get_f32_(tn_tensor t, TN_DIMS8) TN_READS(tn_get_f32_);
TN_OP("get_i64") TN_RESULT int64_t tn_get_i64_(tn_tensor t, TN_DIMS8) TN_NOTHROW;
TN_RESULT double tn_get_n(tn_tensor t, int count, const int64_t *indices) TN_READS(tn_get_n_);
TN_RESULT int64_t tn_get_i64_n(tn_tensor t, int count, const int64_t *indices) TN_NOTHROW;

/* The element at a flat index, in row-major order, whatever the rank. */
TN_OP("get_flat") TN_RESULT double tn_get_flat(tn_tensor t, int64_t index) TN_READS(tn_get_flat_);
TN_OP("get_flat_f32") TN_RESULT float tn_get_flat_f32(tn_tensor t, int64_t index) TN_READS(tn_get_flat_f32_);
TN_OP("get_flat_i64") TN_RESULT int64_t tn_get_flat_i64(tn_tensor t, int64_t index) TN_NOTHROW;

/* The one element of a tensor of one element, whatever the rank. Errors: any other size. */
TN_OP("item") TN_RESULT double tn_item(tn_tensor t) TN_READS(tn_item_);
TN_OP("item_f32") TN_RESULT float tn_item_f32(tn_tensor t) TN_READS(tn_item_f32_);
TN_OP("item_i64") TN_RESULT int64_t tn_item_i64(tn_tensor t) TN_NOTHROW;

/* The elements themselves: row-major, but for views with strides, where it is the first element. tn_data lets the
 * program write, and Tenon then has to expect that at any time; tn_data_const is for reading and costs nothing.
 * Errors: tn_data of a tn_view_const. */
TN_OP("data") TN_RESULT void *tn_data(tn_tensor t) TN_NOTHROW;
TN_OP("data_const") TN_RESULT const void *tn_data_const(tn_tensor t) TN_NOTHROW;

/* ---- Writing elements ---------------------------------------------------------------------------------------- */

/* Writes v, broadcast to dst's shape, into dst. v may be a number. What v reads of dst's own memory is read as if all
 * of it were read before the first write. True if it was done.
 * Types: all; v's dtype must be dst's. Errors: dtypes differ, v does not broadcast to dst's shape, dst is a
 * tn_view_const or has strides that let elements fall on one place. */
TN_OP("store") bool tn_store(tn_tensor dst, tn_tensor v) TN_NOTHROW;

/* tn_store_at(dst, v, starts...): writes v into a window of dst that begins at starts (0 for axes without a start) and
 * has v's shape, v getting leading dims of 1: tn_store_at(cache, row, i, 0) is one row of a cache.
 * Errors: as tn_store; the window reaches over dst's border. */
TN_OP("store_at") bool tn_store_at_(tn_tensor dst, tn_tensor v, TN_DIMS8) TN_NOTHROW;
bool tn_store_at_n(tn_tensor dst, tn_tensor v, int count, const int64_t *starts) TN_NOTHROW;

/* tn_set(t, value, i...): writes one element; indices as for tn_get. Errors: as tn_get and tn_store; a number that the
 * dtype does not hold. */
TN_OP("set") bool tn_set_(tn_tensor t, double value, TN_DIMS8) TN_NOTHROW;
TN_OP("set_i64") bool tn_set_i64_(tn_tensor t, int64_t value, TN_DIMS8) TN_NOTHROW;
bool tn_set_u64_(tn_tensor t, uint64_t value, TN_DIMS8) TN_NOTHROW;
bool tn_set_n(tn_tensor t, double value, int count, const int64_t *indices) TN_NOTHROW;
bool tn_set_i64_n(tn_tensor t, int64_t value, int count, const int64_t *indices) TN_NOTHROW;

#ifdef __cplusplus
}
#endif

/* ---- The forms that programs write --------------------------------------------------------------------------- */

#ifndef __cplusplus

#define tn_view(ptr, ...) TN_UPTO8_AFTER2(tn_view_, ptr, __VA_ARGS__)
#define tn_view_const(ptr, ...) TN_UPTO8_AFTER2(tn_view_const_, ptr, __VA_ARGS__)
#define tn_zeros(...) TN_UPTO8(tn_zeros_, __VA_ARGS__)
#define tn_full(dtype, ...) TN_UPTO8_AFTER2(TN_FULL, dtype, __VA_ARGS__)
#define TN_FULL(dtype, v, ...) tn_full_(dtype, TN_OPERAND(v), __VA_ARGS__)
#define tn_full_n(dtype, v, rank, dims) (tn_full_n)(dtype, TN_OPERAND(v), rank, dims)
#define tn_arange(dtype, start, stop, step) tn_arange_(dtype, TN_OPERAND(start), TN_OPERAND(stop), TN_OPERAND(step))
#define TN_ONE_CHAR(v) 0
#define tn_values(dtype, ...) \
  tn_values_(dtype, (int64_t)sizeof((const char[]){TN_EACH(TN_ONE_CHAR, __VA_ARGS__)}), \
             (const tn_number[]){TN_EACH(TN_NUMBER, __VA_ARGS__)})

#define tn_get(...) TN_UPTO8(tn_get_, __VA_ARGS__)
#define tn_get_f32(...) TN_UPTO8(tn_get_f32_, __VA_ARGS__)
#define tn_get_i64(...) TN_UPTO8(tn_get_i64_, __VA_ARGS__)

#define tn_store(dst, v) (tn_store)(dst, TN_OPERAND(v))
#define tn_store_at(dst, ...) TN_UPTO8_AFTER2(TN_STORE_AT, dst, __VA_ARGS__)
#define TN_STORE_AT(dst, v, ...) tn_store_at_(dst, TN_OPERAND(v), __VA_ARGS__)
#define tn_store_at_n(dst, v, count, starts) (tn_store_at_n)(dst, TN_OPERAND(v), count, starts)
bool tn_set_error(tn_tensor t, ...) TN_REFUSED_CALL(t, TN_NOT_A_NUMBER);
#define tn_set(t, ...) TN_UPTO8_AFTER2(TN_SET, t, __VA_ARGS__)
#define TN_SET(t, v, ...) \
  TN_BY_KIND(v, tn_tensor: tn_set_error, tn_set_error, tn_set_, tn_set_i64_, tn_set_u64_)(t, v, __VA_ARGS__)

#else

TN_RESULT TN_INLINE tn_tensor tn_view(void *ptr, tn_dtype dtype, TN_DIMS8_DEFAULT) {
  return tn_view_(ptr, dtype, TN_DIMS8_NAMES);
}
TN_RESULT TN_INLINE tn_tensor tn_view_const(const void *ptr, tn_dtype dtype, TN_DIMS8_DEFAULT) {
  return tn_view_const_(ptr, dtype, TN_DIMS8_NAMES);
}
TN_RESULT TN_INLINE tn_tensor tn_zeros(tn_dtype dtype, TN_DIMS8_DEFAULT) { return tn_zeros_(dtype, TN_DIMS8_NAMES); }
TN_RESULT TN_INLINE tn_tensor tn_full(tn_dtype dtype, tn_operand v, TN_DIMS8_DEFAULT) {
  return tn_full_(dtype, v.t, TN_DIMS8_NAMES);
}
TN_RESULT TN_INLINE tn_tensor tn_arange(tn_dtype dtype, tn_operand start, tn_operand stop, tn_operand step) {
  return tn_arange_(dtype, start.t, stop.t, step.t);
}
template <class... V> TN_RESULT TN_INLINE tn_tensor tn_values(tn_dtype dtype, V... values) {
  const tn_number numbers[] = {tn_number_of(values)...};
  return tn_values_(dtype, static_cast<int64_t>(sizeof...(values)), numbers);
}
TN_RESULT TN_INLINE double tn_get(tn_tensor t, TN_DIMS8_DEFAULT) { return tn_get_(t, TN_DIMS8_NAMES); }
TN_RESULT TN_INLINE float tn_get_f32(tn_tensor t, TN_DIMS8_DEFAULT) { return tn_get_f32_(t, TN_DIMS8_NAMES); }
TN_RESULT TN_INLINE int64_t tn_get_i64(tn_tensor t, TN_DIMS8_DEFAULT) { return tn_get_i64_(t, TN_DIMS8_NAMES); }
/* A template, for a literal 0 would rather become a null tensor than an operand. */
template <class V> TN_INLINE tn_if_operands<bool, V> tn_store(tn_tensor dst, V v) { return tn_store(dst, tn_operand(v).t); }
template <class V> TN_REFUSED(TN_NOT_AN_OPERAND) tn_unless_operands<bool, V> tn_store(tn_tensor dst, const V &v);
TN_INLINE bool tn_store_at(tn_tensor dst, tn_operand v, TN_DIMS8_DEFAULT) { return tn_store_at_(dst, v.t, TN_DIMS8_NAMES); }
TN_INLINE bool tn_set(tn_tensor t, double v, TN_DIMS8_DEFAULT) { return tn_set_(t, v, TN_DIMS8_NAMES); }
TN_INLINE bool tn_set(tn_tensor t, int v, TN_DIMS8_DEFAULT) { return tn_set_i64_(t, v, TN_DIMS8_NAMES); }
TN_INLINE bool tn_set(tn_tensor t, long v, TN_DIMS8_DEFAULT) { return tn_set_i64_(t, v, TN_DIMS8_NAMES); }
TN_INLINE bool tn_set(tn_tensor t, long long v, TN_DIMS8_DEFAULT) { return tn_set_i64_(t, v, TN_DIMS8_NAMES); }
TN_INLINE bool tn_set(tn_tensor t, unsigned v, TN_DIMS8_DEFAULT) { return tn_set_i64_(t, v, TN_DIMS8_NAMES); }
TN_INLINE bool tn_set(tn_tensor t, unsigned long v, TN_DIMS8_DEFAULT) { return tn_set_u64_(t, v, TN_DIMS8_NAMES); }
TN_INLINE bool tn_set(tn_tensor t, unsigned long long v, TN_DIMS8_DEFAULT) { return tn_set_u64_(t, v, TN_DIMS8_NAMES); }

#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reduction_rows.c - each reduction of ops.def over each choice of axes, for each dtype. Compiled twice, as rows.c.
 */
#include "reduction_rows.h"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define SIDE_(name) JOIN(SIDE, name)
#define VIEW(p, dtype) tn_view_strided((p)->data, dtype, (p)->rank, (p)->dims, (p)->strides)

#define TN_FLOATS(X, name) X(name, f32, TN_F32) X(name, f64, TN_F64)
#define TN_NUMBERS(X, name) TN_FLOATS(X, name) X(name, i32, TN_I32) X(name, i64, TN_I64) X(name, u64, TN_U64)
#define TN_ANY(X, name) TN_NUMBERS(X, name) X(name, truth, TN_BOOL)

#define TURN_f32(t) tn_mul(t, -1)
#define TURN_f64(t) tn_mul(t, -1)
#define TURN_i32(t) tn_mul(t, -1)
#define TURN_i64(t) tn_mul(t, -1)
#define TURN_u64(t) tn_sub(UINT64_MAX, t)
#define TURN_truth(t) tn_not(t)

#define FUNCTION(name, kind, form, ...)                                                                                \
  static __attribute__((noinline)) tn_tensor name##_##kind##_##form(const operand *x, const operand *y) {              \
    (void)y;                                                                                                           \
    return __VA_ARGS__;                                                                                                \
  }
#define TURNED(kind, dtype) TURN_##kind(VIEW(x, dtype))
#define FUNCTIONS(name, kind, dtype)                                                                                   \
  FUNCTION(name, kind, all, tn_##name(TURNED(kind, dtype)))                                                            \
  FUNCTION(name, kind, first, tn_##name(TURNED(kind, dtype), 0))                                                       \
  FUNCTION(name, kind, second, tn_##name(TURNED(kind, dtype), 1))                                                      \
  FUNCTION(name, kind, last, tn_##name(TURNED(kind, dtype), -1))                                                       \
  FUNCTION(name, kind, ends, tn_##name(TURNED(kind, dtype), 0, -1))                                                    \
  FUNCTION(name, kind, kept_first, tn_##name##_keepdims(TURNED(kind, dtype), 0))                                       \
  FUNCTION(name, kind, kept_last, tn_##name##_keepdims(TURNED(kind, dtype), -1))                                       \
  FUNCTION(name, kind, used, tn_sub(VIEW(x, dtype), tn_cast(tn_##name##_keepdims(VIEW(x, dtype), -1), dtype)))

#define TN_REDUCTION(name, types, result, gathered, ...)                                                               \
  static const char name##_kind[] = #gathered;                                                                         \
  types(FUNCTIONS, name)
#include "tenon/ops.def"

#define ENTRY(row_name, kind, row_dtype)                                                                               \
  {#row_name, row_name##_kind, row_dtype,                                                                                               \
   {row_name##_##kind##_all, row_name##_##kind##_first, row_name##_##kind##_second, row_name##_##kind##_last,         \
    row_name##_##kind##_ends},                                                                                         \
   {[OVER_FIRST] = row_name##_##kind##_kept_first, [OVER_LAST] = row_name##_##kind##_kept_last},                       \
   row_name##_##kind##_used},
#define TN_REDUCTION(name, types, ...) types(ENTRY, name)
const reduction_row SIDE_(reductions)[] = {
#include "tenon/ops.def"
};
const int SIDE_(reduction_count) = (int)(sizeof SIDE_(reductions) / sizeof *SIDE_(reductions));

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * cast_rows.c - tn_cast from each dtype to each. Compiled twice, as rows.c.
 */
#include "cast_rows.h"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define SIDE_(name) JOIN(SIDE, name)
#define NOINLINE __attribute__((noinline))

/* CAST_DTYPES cannot be expanded inside its own expansion. */
#define FOR_EACH_TARGET(X, ...)                                                                                        \
  X(f32, TN_F32, __VA_ARGS__) X(f64, TN_F64, __VA_ARGS__) X(i8, TN_I8, __VA_ARGS__) X(u8, TN_U8, __VA_ARGS__)          \
  X(i16, TN_I16, __VA_ARGS__) X(u16, TN_U16, __VA_ARGS__) X(i32, TN_I32, __VA_ARGS__) X(u32, TN_U32, __VA_ARGS__)      \
  X(i64, TN_I64, __VA_ARGS__) X(u64, TN_U64, __VA_ARGS__) X(truth, TN_BOOL, __VA_ARGS__)

#define FUNCTIONS(to, to_dtype, from, from_dtype)                                                                      \
  static NOINLINE tn_tensor from##_to_##to##_alone(const void *x, int64_t n) {                                         \
    return tn_cast(tn_view_const(x, from_dtype, n), to_dtype);                                                         \
  }                                                                                                                    \
  static NOINLINE tn_tensor from##_to_##to##_chosen(const void *c, const void *x, const void *y, int64_t n) {          \
    return tn_where(tn_view_const(c, TN_BOOL, n), tn_cast(tn_view_const(x, from_dtype, n), to_dtype),                  \
                    tn_cast(tn_view_const(y, from_dtype, n), to_dtype));                                               \
  }
#define FROM(from, from_dtype, ...) FOR_EACH_TARGET(FUNCTIONS, from, from_dtype)
CAST_DTYPES(FROM, ~)

#define ENTRY(target, to_dtype, source, from_dtype)                                                                    \
  {#source " to " #target, from_dtype, to_dtype, source##_to_##target##_alone, source##_to_##target##_chosen},
#define ENTRIES(source, from_dtype, ...) FOR_EACH_TARGET(ENTRY, source, from_dtype)
const cast_row SIDE_(casts)[] = {CAST_DTYPES(ENTRIES, ~)};
const int SIDE_(cast_count) = (int)(sizeof SIDE_(casts) / sizeof *SIDE_(casts));

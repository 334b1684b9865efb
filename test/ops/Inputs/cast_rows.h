/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * cast_rows.h - the table of functions that cast_rows.c makes for each pair of dtypes.
 */
#ifndef TENON_TEST_CAST_ROWS_H
#define TENON_TEST_CAST_ROWS_H

#include "rows.h"

/* X(name, dtype, C type, least, greatest): every dtype that casts have. */
#define CAST_DTYPES(X, ...)                                                                                            \
  X(f32, TN_F32, float, -INFINITY, INFINITY, __VA_ARGS__)                                                              \
  X(f64, TN_F64, double, -INFINITY, INFINITY, __VA_ARGS__)                                                             \
  X(i8, TN_I8, int8_t, INT8_MIN, INT8_MAX, __VA_ARGS__)                                                                \
  X(u8, TN_U8, uint8_t, 0, UINT8_MAX, __VA_ARGS__)                                                                     \
  X(i16, TN_I16, int16_t, INT16_MIN, INT16_MAX, __VA_ARGS__)                                                           \
  X(u16, TN_U16, uint16_t, 0, UINT16_MAX, __VA_ARGS__)                                                                 \
  X(i32, TN_I32, int32_t, INT32_MIN, INT32_MAX, __VA_ARGS__)                                                           \
  X(u32, TN_U32, uint32_t, 0, UINT32_MAX, __VA_ARGS__)                                                                 \
  X(i64, TN_I64, int64_t, INT64_MIN, INT64_MAX, __VA_ARGS__)                                                           \
  X(u64, TN_U64, uint64_t, 0, UINT64_MAX, __VA_ARGS__)                                                                 \
  X(truth, TN_BOOL, bool, 0, 1, __VA_ARGS__)

typedef struct cast_row {
  const char *text; /* "f32 to u64" */
  tn_dtype from, to;
  tn_tensor (*alone)(const void *x, int64_t n);
  /* The casts of x and y, chosen from by c, an array of bool: compiled, one kernel where it has both dtypes. */
  tn_tensor (*chosen)(const void *c, const void *x, const void *y, int64_t n);
} cast_row;

extern const cast_row eager_casts[], compiled_casts[];
extern const int eager_cast_count, compiled_cast_count;

#endif

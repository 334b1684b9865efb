/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reduce.c - the loops of the reductions.
 */
#include "../kernels.h"

#define REAL_BITS 32
#include "float_reduce_rows.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "float_reduce_rows.h"
#undef REAL_BITS

/* One inclusion for each of TNI_INTEGER_SLOTS. */
#define INT_BITS 32
#define INT_SIGNED 1
#include "integer_reduce_rows.h"
#define INT_BITS 64
#define INT_SIGNED 1
#include "integer_reduce_rows.h"
#define INT_BITS 8
#define INT_SIGNED 0
#include "integer_reduce_rows.h"
#define INT_BITS 64
#define INT_SIGNED 0
#include "integer_reduce_rows.h"
#define INT_BITS 8
#define INT_SIGNED 1
#include "integer_reduce_rows.h"
#define INT_BITS 16
#define INT_SIGNED 1
#include "integer_reduce_rows.h"
#define INT_BITS 16
#define INT_SIGNED 0
#include "integer_reduce_rows.h"
#define INT_BITS 32
#define INT_SIGNED 0
#include "integer_reduce_rows.h"

/* Sums and products of smaller integers are taken in i64. */
#define WIDE(f)                                                                                                        \
  [TNI_SLOT_F32] = reduce_##f##32_1, [TNI_SLOT_F64] = reduce_##f##64_1, [TNI_SLOT_I64] = reduce_##f##_i64,             \
  [TNI_SLOT_U64] = reduce_##f##_u64
#define NUMBERS(f)                                                                                                     \
  WIDE(f), [TNI_SLOT_I32] = reduce_##f##_i32, [TNI_SLOT_U8] = reduce_##f##_u8, [TNI_SLOT_I8] = reduce_##f##_i8,        \
           [TNI_SLOT_I16] = reduce_##f##_i16, [TNI_SLOT_U16] = reduce_##f##_u16, [TNI_SLOT_U32] = reduce_##f##_u32
#define ANY(f) NUMBERS(f), [TNI_SLOT_BOOL] = reduce_##f##_u8
const tni_reduce_kernels TNI_TABLE(reduce) = {
  .meet = {[TNI_MEET_SUM] = {WIDE(sum)},
           [TNI_MEET_PROD] = {WIDE(prod)},
           [TNI_MEET_MAX] = {NUMBERS(max)},
           [TNI_MEET_MIN] = {NUMBERS(min)}},
  .argmax = {NUMBERS(argmax)},
  .argmin = {NUMBERS(argmin)},
  .any = {ANY(any)},
  .any_zero = {ANY(any_zero)},
};

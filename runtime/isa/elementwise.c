/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * elementwise.c - the loops of the elementwise ops, in plain C that compilers vectorise.
 */
#include "../kernels.h"

#define REAL_BITS 32
#include "float_rows.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "float_rows.h"
#undef REAL_BITS

/* One inclusion for each of TNI_INTEGER_SLOTS. */
#define INT_BITS 32
#define INT_SIGNED 1
#include "integer_rows.h"
#define INT_BITS 64
#define INT_SIGNED 1
#include "integer_rows.h"
#define INT_BITS 8
#define INT_SIGNED 0
#include "integer_rows.h"
#define INT_BITS 64
#define INT_SIGNED 0
#include "integer_rows.h"
#define INT_BITS 8
#define INT_SIGNED 1
#include "integer_rows.h"
#define INT_BITS 16
#define INT_SIGNED 1
#include "integer_rows.h"
#define INT_BITS 16
#define INT_SIGNED 0
#include "integer_rows.h"
#define INT_BITS 32
#define INT_SIGNED 0
#include "integer_rows.h"

#define OPERANDS_1 const uint8_t x = ((const uint8_t *)xs)[i]
#define OPERANDS_2 const uint8_t x = ((const uint8_t *)xs)[i], y = ((const uint8_t *)ys)[i]
#define TN_LOGICAL(name, arity, value)                                                                                 \
  static void logical_##name##_bool(void *restrict out, const void *xs, const void *ys, const void *zs, int64_t n) {   \
    for (int64_t i = 0; i < n; i++) {                                                                                  \
      OPERANDS_##arity;                                                                                                \
      ((uint8_t *)out)[i] = (uint8_t)((value)&1);                                                                      \
    }                                                                                                                  \
    (void)ys, (void)zs;                                                                                                \
  }
#include "tenon/ops.def"

#define WHERE(bits)                                                                                                    \
  static void where_##bits(void *restrict out, const void *c, const void *x, const void *y, int64_t n) {               \
    for (int64_t i = 0; i < n; i++)                                                                                    \
      ((uint##bits##_t *)out)[i] =                                                                                     \
          ((const uint8_t *)c)[i] ? ((const uint##bits##_t *)x)[i] : ((const uint##bits##_t *)y)[i];                   \
  }
WHERE(8)
WHERE(16)
WHERE(32)
WHERE(64)

#define SLOTS_TN_FLOATS(f) [TNI_SLOT_F32] = f##32_1, [TNI_SLOT_F64] = f##64_1
/* X macros take no further argument, so the rows of TNI_INTEGER_SLOTS are repeated here. */
#define SLOTS_INTEGERS(f)                                                                                              \
  [TNI_SLOT_I32] = f##_i32, [TNI_SLOT_I64] = f##_i64, [TNI_SLOT_U8] = f##_u8, [TNI_SLOT_U64] = f##_u64,                \
  [TNI_SLOT_I8] = f##_i8, [TNI_SLOT_I16] = f##_i16, [TNI_SLOT_U16] = f##_u16, [TNI_SLOT_U32] = f##_u32
#define SLOTS_TN_NUMBERS(f) SLOTS_TN_FLOATS(f), SLOTS_INTEGERS(f)
#define SLOTS_TN_ANY(f) SLOTS_TN_NUMBERS(f), [TNI_SLOT_BOOL] = f##_u8

const tni_elementwise_kernels TNI_TABLE(elementwise) = {
  .unary = {
#define TN_UNARY(name, types, ...) [TNI_UNARY_##name] = {SLOTS_##types(unary_##name)},
#include "tenon/ops.def"
  },
  .binary = {
#define TN_BINARY(name, types, ...) [TNI_BINARY_##name] = {SLOTS_##types(binary_##name)},
#include "tenon/ops.def"
  },
  .compare = {
#define TN_COMPARE(name, types, value) [TNI_COMPARE_##name] = {SLOTS_##types(compare_##name)},
#include "tenon/ops.def"
  },
  .logical = {
#define TN_LOGICAL(name, arity, value)                                                                                 \
  [TNI_LOGICAL_##name] = {SLOTS_INTEGERS(logical_##name), [TNI_SLOT_BOOL] = logical_##name##_bool},
#include "tenon/ops.def"
  },
  .clip = {SLOTS_TN_NUMBERS(clip)},
  .where = {where_8, where_16, where_32, where_64},
};

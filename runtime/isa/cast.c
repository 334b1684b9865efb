/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * cast.c - every dtype that C has as every other: floats are truncated, integers saturate, NaN is 0; not 0 is true.
 */
#include "../kernels.h"

static inline int64_t from_signed(int64_t v, int64_t least, uint64_t greatest) {
  return v < least ? least : v > 0 && (uint64_t)v > greatest ? (int64_t)greatest : v;
}
static inline int64_t from_unsigned(uint64_t v, uint64_t greatest) { return (int64_t)(v > greatest ? greatest : v); }
/* end: the first number above the range. Both bounds are powers of two (or 0), so exact. */
#define FROM_FLOAT(v, type, least, greatest, end)                                                                      \
  ((v) != (v) ? 0 : (v) <= (least) ? (type)(least) : (v) >= (end) ? (type)(greatest) : (type)(v))

/* How the kind of the operand (F: float, I: signed, U: unsigned, B: bool) meets that of the result. */
#define F_TO_F(v, type, least, greatest, end) (type)(v)
#define F_TO_I(v, type, least, greatest, end) FROM_FLOAT(v, type, least, greatest, end)
#define F_TO_U(v, type, least, greatest, end) FROM_FLOAT(v, type, least, greatest, end)
#define F_TO_B(v, type, least, greatest, end) (type)((v) != 0)
#define I_TO_F(v, type, least, greatest, end) (type)(v)
#define I_TO_I(v, type, least, greatest, end) (type)from_signed(v, least, greatest)
#define I_TO_U(v, type, least, greatest, end) (type)from_signed(v, least, greatest)
#define I_TO_B(v, type, least, greatest, end) (type)((v) != 0)
#define U_TO_F(v, type, least, greatest, end) (type)(v)
#define U_TO_I(v, type, least, greatest, end) (type)from_unsigned(v, greatest)
#define U_TO_U(v, type, least, greatest, end) (type)from_unsigned(v, greatest)
#define U_TO_B(v, type, least, greatest, end) (type)((v) != 0)
#define B_TO_F(v, type, least, greatest, end) (type)((v) != 0)
#define B_TO_I(v, type, least, greatest, end) (type)((v) != 0)
#define B_TO_U(v, type, least, greatest, end) (type)((v) != 0)
#define B_TO_B(v, type, least, greatest, end) (type)((v) != 0)

#define CAST(from_code, from_type, from_kind, to_code, to_type, to_kind, least, greatest, end)                         \
  static void from_code##_to_##to_code(void *restrict out, const void *xs, const void *ys, const void *zs,             \
                                       int64_t n) {                                                                    \
    for (int64_t i = 0; i < n; i++) {                                                                                  \
      const from_type v = ((const from_type *)xs)[i];                                                                  \
      ((to_type *)out)[i] = from_kind##_TO_##to_kind(v, to_type, least, greatest, end);                                \
    }                                                                                                                  \
    (void)ys, (void)zs;                                                                                                \
  }
#define CASTS_FROM(code, type, kind)                                                                                   \
  CAST(code, type, kind, F32, float, F, 0, 0, 0)                                                                       \
  CAST(code, type, kind, F64, double, F, 0, 0, 0)                                                                      \
  CAST(code, type, kind, I8, int8_t, I, INT8_MIN, INT8_MAX, 0x1p7f)                                                    \
  CAST(code, type, kind, U8, uint8_t, U, 0, UINT8_MAX, 0x1p8f)                                                         \
  CAST(code, type, kind, I16, int16_t, I, INT16_MIN, INT16_MAX, 0x1p15f)                                               \
  CAST(code, type, kind, U16, uint16_t, U, 0, UINT16_MAX, 0x1p16f)                                                     \
  CAST(code, type, kind, I32, int32_t, I, INT32_MIN, INT32_MAX, 0x1p31f)                                               \
  CAST(code, type, kind, U32, uint32_t, U, 0, UINT32_MAX, 0x1p32f)                                                     \
  CAST(code, type, kind, I64, int64_t, I, INT64_MIN, INT64_MAX, 0x1p63f)                                               \
  CAST(code, type, kind, U64, uint64_t, U, 0, UINT64_MAX, 0x1p64f)                                                     \
  CAST(code, type, kind, BOOL, uint8_t, B, 0, 0, 0)
CASTS_FROM(F32, float, F)
CASTS_FROM(F64, double, F)
CASTS_FROM(I8, int8_t, I)
CASTS_FROM(U8, uint8_t, U)
CASTS_FROM(I16, int16_t, I)
CASTS_FROM(U16, uint16_t, U)
CASTS_FROM(I32, int32_t, I)
CASTS_FROM(U32, uint32_t, U)
CASTS_FROM(I64, int64_t, I)
CASTS_FROM(U64, uint64_t, U)
CASTS_FROM(BOOL, uint8_t, B)

#define ROW(code)                                                                                                      \
  [TNI_##code] = {[TNI_F32] = code##_to_F32, [TNI_F64] = code##_to_F64, [TNI_I8] = code##_to_I8,                       \
                  [TNI_U8] = code##_to_U8,   [TNI_I16] = code##_to_I16, [TNI_U16] = code##_to_U16,                     \
                  [TNI_I32] = code##_to_I32, [TNI_U32] = code##_to_U32, [TNI_I64] = code##_to_I64,                     \
                  [TNI_U64] = code##_to_U64, [TNI_BOOL] = code##_to_BOOL}
const tni_cast_kernels TNI_TABLE(cast) = {.from_to = {ROW(F32), ROW(F64), ROW(I8), ROW(U8), ROW(I16), ROW(U16),
                                                      ROW(I32), ROW(U32), ROW(I64), ROW(U64), ROW(BOOL)}};

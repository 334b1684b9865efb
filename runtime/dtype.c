/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dtype.c - names and sizes of dtypes, and numbers of C as elements of them.
 */
#include "dtype.h"

#include "kernels.h"

#include <string.h>

static const struct {
  char name[5];
  int8_t slot;
} dtypes[TNI_DTYPES] = {
  [0] = {"?", -1},
  [TNI_F32] = {"f32", TNI_SLOT_F32},
  [TNI_F64] = {"f64", TNI_SLOT_F64},
  [TNI_F16] = {"f16", -1},
  [TNI_BF16] = {"bf16", -1},
  [TNI_I8] = {"i8", TNI_SLOT_I8},
  [TNI_U8] = {"u8", TNI_SLOT_U8},
  [TNI_I16] = {"i16", TNI_SLOT_I16},
  [TNI_U16] = {"u16", TNI_SLOT_U16},
  [TNI_I32] = {"i32", TNI_SLOT_I32},
  [TNI_U32] = {"u32", TNI_SLOT_U32},
  [TNI_I64] = {"i64", TNI_SLOT_I64},
  [TNI_U64] = {"u64", TNI_SLOT_U64},
  [TNI_BOOL] = {"bool", TNI_SLOT_BOOL},
};

const uint8_t tni_dtype_bytes[TNI_DTYPES] = {
  [TNI_F32] = 4, [TNI_F64] = 8, [TNI_F16] = 2, [TNI_BF16] = 2, [TNI_I8] = 1, [TNI_U8] = 1, [TNI_I16] = 2,
  [TNI_U16] = 2, [TNI_I32] = 4, [TNI_U32] = 4, [TNI_I64] = 8, [TNI_U64] = 8, [TNI_BOOL] = 1,
};

static unsigned known(unsigned dtype) { return dtype < TNI_DTYPES ? dtype : 0; }

const char *tni_dtype_name(unsigned dtype) { return dtypes[known(dtype)].name; }
int tni_slot(unsigned dtype) { return dtypes[known(dtype)].slot; }

bool tni_check_dtype(const char *function, tn_dtype dtype, unsigned *out_code) {
  const unsigned code = (unsigned)dtype & 0xff;
  if (((unsigned)dtype & ~0xffu) != ((unsigned)TN_F32 & ~0xffu) || code == 0 || code >= TNI_DTYPES) {
    tni_fail(function, "%d is not a dtype; the dtype comes first, as in tn_zeros(TN_F32, 3, 4)", (int)dtype);
    return false;
  }
  *out_code = code;
  return true;
}

/* X(code, type) for all dtypes whose elements C can hold. */
#define NATIVE(X)                                                                                                      \
  X(F32, float) X(F64, double) X(I8, int8_t) X(U8, uint8_t) X(I16, int16_t) X(U16, uint16_t) X(I32, int32_t)           \
  X(U32, uint32_t) X(I64, int64_t) X(U64, uint64_t)

/* Least and greatest value; 64-bit integers have none that limit an int64_t, or a uint64_t that is not negative. */
static bool integer_limits(unsigned dtype, int64_t *out_least, uint64_t *out_greatest) {
  const unsigned bits = 8 * (unsigned)tni_element_bytes(dtype);
  switch (dtype) {
  case TNI_BOOL: *out_least = 0, *out_greatest = 1; return true;
  case TNI_I8: case TNI_I16: case TNI_I32: case TNI_I64:
    *out_greatest = UINT64_MAX >> (65 - bits);
    *out_least = -(int64_t)*out_greatest - 1;
    return true;
  case TNI_U8: case TNI_U16: case TNI_U32: case TNI_U64:
    *out_greatest = UINT64_MAX >> (64 - bits);
    *out_least = 0;
    return true;
  default: return false;
  }
}

tn_number tni_read(unsigned dtype, const void *element) {
  switch (dtype) {
#define READ(code, type)                                                                                               \
  case TNI_##code: {                                                                                                   \
    type v;                                                                                                            \
    memcpy(&v, element, sizeof v);                                                                                     \
    return TNI_##code <= TNI_F64 ? tn_number_f64((double)v)                                                            \
           : TNI_##code == TNI_U64 ? tn_number_u64((uint64_t)v) : tn_number_i64((int64_t)v);                           \
  }
    NATIVE(READ)
#undef READ
  default: return tn_number_i64(*(const uint8_t *)element != 0); /* bool */
  }
}

bool tni_is_native(unsigned dtype) { return dtype == TNI_BOOL || (tni_element_bytes(dtype) && dtype != TNI_F16 && dtype != TNI_BF16); }

double tni_number_as_f64(tn_number n) {
  return n.kind == TN_NUMBER_F64 ? n.value.f64 : n.kind == TN_NUMBER_U64 ? (double)n.value.u64 : (double)n.value.i64;
}
int64_t tni_number_as_i64(tn_number n) {
  if (n.kind == TN_NUMBER_I64) return n.value.i64;
  if (n.kind == TN_NUMBER_U64) return n.value.u64 > INT64_MAX ? INT64_MAX : (int64_t)n.value.u64;
  const double v = n.value.f64;
  return v != v ? 0 : v >= 0x1p63 ? INT64_MAX : v < -0x1p63 ? INT64_MIN : (int64_t)v;
}

/* As `function`'s error: what number does not fit. */
static bool does_not_fit(const char *function, tn_number n, unsigned dtype) {
  if (n.kind == TN_NUMBER_F64) {
    char text[TNI_NUMBER_CHARS];
    tni_format_f64(n.value.f64, text);
    tni_fail(function, "the floating number %s with dtype %s; cast one of them", text, tni_dtype_name(dtype));
  } else if (n.kind == TN_NUMBER_U64) {
    tni_fail(function, "%llu does not fit dtype %s", (unsigned long long)n.value.u64, tni_dtype_name(dtype));
  } else {
    tni_fail(function, "%lld does not fit dtype %s", (long long)n.value.i64, tni_dtype_name(dtype));
  }
  return false;
}

bool tni_write(const char *function, unsigned dtype, tn_number n, void *out_element) {
  if (!tni_is_native(dtype)) {
    tni_fail(function, "does not support dtype %s yet", tni_dtype_name(dtype));
    return false;
  }
  int64_t least;
  uint64_t greatest;
  if (integer_limits(dtype, &least, &greatest)) {
    if (n.kind == TN_NUMBER_F64) return does_not_fit(function, n, dtype);
    const bool negative = n.kind == TN_NUMBER_I64 && n.value.i64 < 0;
    if (negative ? n.value.i64 < least : n.value.u64 > greatest) return does_not_fit(function, n, dtype);
  }
  switch (dtype) {
#define WRITE(code, type)                                                                                              \
  case TNI_##code: {                                                                                                   \
    const type v = n.kind == TN_NUMBER_F64   ? (type)n.value.f64                                                       \
                   : n.kind == TN_NUMBER_U64 ? (type)n.value.u64                                                       \
                                             : (type)n.value.i64;                                                      \
    memcpy(out_element, &v, sizeof v);                                                                                 \
    break;                                                                                                             \
  }
    NATIVE(WRITE)
#undef WRITE
  default: *(uint8_t *)out_element = n.value.u64 != 0; /* bool */
  }
  return true;
}

bool tni_common_dtype(const char *function, int count, const tn_tensor *operands, unsigned *out_dtype) {
  unsigned dtype = 0, weak = 0;
  for (int i = 0; i < count; i++) {
    const unsigned own = tni_dtype(operands[i]);
    if (tni_flags(operands[i]) & TN_FLAG_WEAK) {
      if (weak != TNI_F64) weak = own == TNI_F64 ? TNI_F64 : TNI_I64;
    } else if (dtype && own != dtype) {
      tni_fail(function, "dtypes differ: %s and %s; use tn_cast", tni_dtype_name(dtype), tni_dtype_name(own));
      return false;
    } else {
      dtype = own;
    }
  }
  *out_dtype = dtype ? dtype : weak;
  return true;
}

bool tni_weak_element(const char *function, const struct tn_tensor_impl *scalar, unsigned dtype, void *out_element) {
  return tni_write(function, dtype, tni_read(tni_dtype(scalar), scalar->data), out_element);
}

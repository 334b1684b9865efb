/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * create.c - tensors from nothing, from numbers, and over the user's memory.
 */
#include "dtype.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- views ---- */

static tn_tensor view(const char *function, const void *ptr, tn_dtype dtype, int rank, const int64_t *dims,
                      const int64_t *strides, unsigned flags) {
  unsigned code;
  int64_t size;
  if (!tni_check_dtype(function, dtype, &code)) return NULL;
  if (!tni_checked_size(rank, dims, code, &size)) {
    tni_fail_new(function, code, rank, dims);
    return NULL;
  }
  if (!ptr && size > 0) {
    tni_fail(function, "the pointer is NULL");
    return NULL;
  }
  tn_tensor result = tni_new_view(code, rank, dims, strides, ptr);
  if (!result) tni_fail_new(function, code, rank, dims);
  else tni_add_flags(result, TN_FLAG_VIEW | flags);
  return result;
}

tn_tensor tn_view_n(void *ptr, tn_dtype dtype, int rank, const int64_t *dims) {
  return view("tn_view", ptr, dtype, rank, dims, NULL, 0);
}
tn_tensor tn_view_const_n(const void *ptr, tn_dtype dtype, int rank, const int64_t *dims) {
  return view("tn_view_const", ptr, dtype, rank, dims, NULL, TN_FLAG_READONLY);
}
tn_tensor tn_view_(void *ptr, tn_dtype dtype, TNI_DIMS8) {
  const int64_t dims[] = TNI_DIMS8_ARRAY;
  return tn_view_n(ptr, dtype, tni_count(dims, 8), dims);
}
tn_tensor tn_view_const_(const void *ptr, tn_dtype dtype, TNI_DIMS8) {
  const int64_t dims[] = TNI_DIMS8_ARRAY;
  return tn_view_const_n(ptr, dtype, tni_count(dims, 8), dims);
}

tn_tensor tn_view_strided(void *ptr, tn_dtype dtype, int rank, const int64_t *dims, const int64_t *strides) {
  unsigned code;
  if (!tni_check_dtype("tn_view_strided", dtype, &code)) return NULL;
  /* The distance between the first and the last byte must be a number. */
  int64_t reach = (int64_t)tni_element_bytes(code);
  for (int i = 0; i < rank && i < TN_MAX_RANK; i++) {
    int64_t along;
    if (dims[i] > 1 && (strides[i] == INT64_MIN || __builtin_mul_overflow(dims[i] - 1, llabs(strides[i]), &along) ||
                        __builtin_mul_overflow(along, (int64_t)tni_element_bytes(code), &along) ||
                        __builtin_add_overflow(reach, along, &reach))) {
      tni_fail("tn_view_strided", "strides %s reach too far", tni_dims_text(rank, strides).text);
      return NULL;
    }
  }
  return view("tn_view_strided", ptr, dtype, rank, dims, strides, 0);
}

/* ---- new ones ---- */

static tn_tensor new_checked(const char *function, tn_dtype dtype, int rank, const int64_t *dims) {
  unsigned code;
  if (!tni_check_dtype(function, dtype, &code)) return NULL;
  tn_tensor result = tni_new(code, rank, dims);
  if (!result) tni_fail_new(function, code, rank, dims);
  return result;
}

tn_tensor tn_zeros_n(tn_dtype dtype, int rank, const int64_t *dims) {
  tn_tensor result = new_checked("tn_zeros", dtype, rank, dims);
  if (result) memset(result->data, 0, (size_t)result->size * tni_element_bytes(tni_dtype(result)));
  return result;
}
tn_tensor tn_zeros_(tn_dtype dtype, TNI_DIMS8) {
  const int64_t dims[] = TNI_DIMS8_ARRAY;
  return tn_zeros_n(dtype, tni_count(dims, 8), dims);
}

tn_tensor(tn_full_n)(tn_dtype dtype, tn_tensor value, int rank, const int64_t *dims) {
  const char *const function = "tn_full";
  unsigned code;
  uint64_t element;
  if (!tni_check_dtype(function, dtype, &code) || !tni_operand_ok(function, value)) return NULL;
  if (tni_flags(value) & TN_FLAG_WEAK) {
    if (!tni_weak_element(function, value, code, &element)) return NULL;
  } else if (value->size != 1 || tni_dtype(value) != code) {
    tni_fail(function, "the value is %s, not a number or one %s; it comes before the dims", tni_tensor_text(value).text,
             tni_dtype_name(code));
    return NULL;
  } else {
    memcpy(&element, value->data, tni_element_bytes(code));
  }
  tn_tensor result = new_checked(function, dtype, rank, dims);
  if (!result) return NULL;
  const tni_layout repeated = {
    .data = (const char *)&element, .dtype = code, .rank = 1, .size = result->size, .dims = {result->size}};
  tni_layout_read(&repeated, 0, result->size, result->data);
  return result;
}
tn_tensor tn_full_(tn_dtype dtype, tn_tensor value, TNI_DIMS8) {
  const int64_t dims[] = TNI_DIMS8_ARRAY;
  return (tn_full_n)(dtype, value, tni_count(dims, 8), dims);
}

tn_tensor tn_values_(tn_dtype dtype, int64_t count, const tn_number *values) {
  tn_tensor result = new_checked("tn_values", dtype, 1, &count);
  if (!result) return NULL;
  const unsigned code = tni_dtype(result);
  for (int64_t i = 0; i < count; i++)
    if (!tni_write("tn_values", code, values[i], (char *)result->data + i * (int64_t)tni_element_bytes(code))) {
      tn_free(result);
      return NULL;
    }
  return result;
}

tn_tensor tn_none(void) { return tn_zeros_n(TN_F32, 1, (const int64_t[]){0}); }

/* ---- numbers as operands ---- */

static tn_tensor scalar(unsigned dtype, const void *value) {
  tn_tensor result = tni_new(dtype, 0, NULL);
  if (!result) {
    tni_fail("tn_operand", "out of memory for a number");
    return NULL;
  }
  memcpy(result->data, value, 8);
  tni_add_flags(result, TN_FLAG_WEAK);
  return result;
}
tn_tensor tn_scalar_f64(double value) { return scalar(TNI_F64, &value); }
tn_tensor tn_scalar_i64(int64_t value) { return scalar(TNI_I64, &value); }
tn_tensor tn_scalar_u64(uint64_t value) { return scalar(TNI_U64, &value); }

/* ---- ranges ---- */

__extension__ typedef __int128 wide; /* holds every difference and product of 64-bit integers that occurs here */

static wide as_wide(tn_number n) { return n.kind == TN_NUMBER_U64 ? (wide)n.value.u64 : (wide)n.value.i64; }

/* How many steps lie before stop; -1 if that is no number. */
static int64_t steps(bool integers, const tn_number *n) {
  if (integers) {
    const wide distance = as_wide(n[1]) - as_wide(n[0]), step = as_wide(n[2]);
    if (step == 0) return -1;
    if ((distance > 0) != (step > 0) || distance == 0) return 0;
    const wide count = (distance + step - (step > 0 ? 1 : -1)) / step;
    return count > INT64_MAX ? -1 : (int64_t)count;
  }
  const double count = ceil((tni_number_as_f64(n[1]) - tni_number_as_f64(n[0])) / tni_number_as_f64(n[2]));
  if (!(count < 0x1p62)) return -1; /* NaN too: step 0, or infinite ends */
  return count > 0 && tni_number_as_f64(n[2]) != 0 ? (int64_t)count : 0;
}

tn_tensor tn_arange_(tn_dtype dtype, tn_tensor start, tn_tensor stop, tn_tensor step) {
  const char *const function = "tn_arange";
  const tn_tensor operands[3] = {start, stop, step};
  unsigned code;
  tn_number n[3];
  if (!tni_check_dtype(function, dtype, &code)) return NULL;
  for (int i = 0; i < 3; i++) {
    uint64_t unused;
    if (!tni_operand_ok(function, operands[i])) return NULL;
    if (operands[i]->size != 1 || !tni_is_native(tni_dtype(operands[i]))) {
      tni_fail(function, "%s is not a number", tni_tensor_text(operands[i]).text);
      return NULL;
    }
    n[i] = tni_read(tni_dtype(operands[i]), operands[i]->data);
    /* stop itself is not in the range, and neither stop nor step need fit an unsigned dtype. */
    if (i == 0 || n[i].kind == TN_NUMBER_F64)
      if (!tni_write(function, code, n[i], &unused)) return NULL;
  }
  const bool integers = !tni_is_float(code);
  const int64_t count = steps(integers, n);
  if (count < 0) {
    tni_fail(function, "start, stop and step give no number of elements");
    return NULL;
  }
  tn_tensor result = new_checked(function, dtype, 1, &count);
  if (!result) return NULL;
  const int64_t bytes = (int64_t)tni_element_bytes(code);
  for (int64_t i = 0; i < count; i++) {
    const tn_number v = integers ? tn_number_i64((int64_t)(as_wide(n[0]) + i * as_wide(n[2])))
                                 : tn_number_f64(tni_number_as_f64(n[0]) + (double)i * tni_number_as_f64(n[2]));
    if (!tni_write(function, code, code == TNI_U64 ? tn_number_u64((uint64_t)v.value.i64) : v,
                   (char *)result->data + i * bytes)) {
      tn_free(result);
      return NULL;
    }
  }
  return result;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * access.c - reading single elements.
 */
#include "dtype.h"

#include <math.h>

bool tni_locate(const char *function, const struct tn_tensor_impl *t, int count, const int64_t *indices,
                int64_t *out_offset) {
  const int rank = tni_rank(t);
  if (count == -1) {
    const int64_t index = indices[0] < 0 ? indices[0] + t->size : indices[0];
    if (index < 0 || index >= t->size) {
      tni_fail(function, "index %lld is out of range for %s", (long long)indices[0], tni_tensor_text(t).text);
      return false;
    }
    *out_offset = tni_offset_of(t, index);
    return true;
  }
  if (count != rank) {
    tni_fail(function, "%d ind%s for %s, which has %d axes; tn_get_flat takes a flat index", count,
             count == 1 ? "ex" : "ices", tni_tensor_text(t).text, rank);
    return false;
  }
  int64_t offset = 0;
  for (int i = 0; i < rank; i++) {
    const int64_t n = t->dims[i], index = indices[i] < 0 && indices[i] >= -n ? indices[i] + n : indices[i];
    if (index < 0 || index >= n) {
      tni_fail(function, "index %lld is out of range for axis %d of %s", (long long)indices[i], i,
               tni_tensor_text(t).text);
      return false;
    }
    offset += index * t->strides[i];
  }
  *out_offset = offset;
  return true;
}

static bool element_at(const char *function, const struct tn_tensor_impl *t, int64_t offset, tn_number *out_number) {
  const unsigned dtype = tni_dtype(t);
  if (!tni_is_native(dtype)) {
    tni_fail(function, "does not support dtype %s yet", tni_dtype_name(dtype));
    return false;
  }
  *out_number = tni_read(dtype, (const char *)t->data + offset * (int64_t)tni_element_bytes(dtype));
  return true;
}

static bool get(const char *function, const struct tn_tensor_impl *t, int count, const int64_t *indices,
                tn_number *out_number) {
  int64_t offset;
  return tni_operand_ok(function, t) && tni_locate(function, t, count, indices, &offset) &&
         element_at(function, t, offset, out_number);
}

static bool item(const char *function, const struct tn_tensor_impl *t, tn_number *out_number) {
  if (!tni_operand_ok(function, t)) return false;
  if (t->size != 1) {
    tni_fail(function, "%s has %lld elements, not one", tni_tensor_text(t).text, (long long)t->size);
    return false;
  }
  return element_at(function, t, 0, out_number);
}

/* Each reading function of floats exists twice: programs built with -ffinite-math-only, for whom a NaN is not a value,
 * are given the one that fails with 0 (see TN_READS in tensor.h). */
#define READS(name, type, parameters, read)                                                                            \
  type name parameters {                                                                                               \
    tn_number n;                                                                                                       \
    return read ? (type)tni_number_as_f64(n) : (type)NAN;                                                              \
  }
#define READS_FINITE(name, type, parameters, read)                                                                     \
  __attribute__((visibility("default"))) type name parameters;                                                         \
  type name parameters {                                                                                               \
    tn_number n;                                                                                                       \
    return read ? (type)tni_number_as_f64(n) : 0;                                                                      \
  }
#define BOTH(symbol, finite, type, parameters, read)                                                                   \
  READS(symbol, type, parameters, read) READS_FINITE(finite, type, parameters, read)

#define PADDED (tn_tensor t, TNI_DIMS8)
#define GET(function) get(function, t, tni_count((const int64_t[])TNI_DIMS8_ARRAY, 8), (const int64_t[])TNI_DIMS8_ARRAY, &n)
BOTH(tn_get_, tn_get_finite, double, PADDED, GET("tn_get"))
BOTH(tn_get_f32_, tn_get_f32_finite, float, PADDED, GET("tn_get_f32"))
BOTH(tn_get_n, tn_get_n_finite, double, (tn_tensor t, int count, const int64_t *indices),
     get("tn_get", t, count < 0 ? INT32_MAX : count, indices, &n))
BOTH(tn_get_flat, tn_get_flat_finite, double, (tn_tensor t, int64_t index), get("tn_get_flat", t, -1, &index, &n))
BOTH(tn_get_flat_f32, tn_get_flat_f32_finite, float, (tn_tensor t, int64_t index),
     get("tn_get_flat_f32", t, -1, &index, &n))
BOTH(tn_item, tn_item_finite, double, (tn_tensor t), item("tn_item", t, &n))
BOTH(tn_item_f32, tn_item_f32_finite, float, (tn_tensor t), item("tn_item_f32", t, &n))

int64_t tn_get_i64_(tn_tensor t, TNI_DIMS8) {
  tn_number n;
  return GET("tn_get_i64") ? tni_number_as_i64(n) : 0;
}
int64_t tn_get_i64_n(tn_tensor t, int count, const int64_t *indices) {
  tn_number n;
  return get("tn_get_i64", t, count < 0 ? INT32_MAX : count, indices, &n) ? tni_number_as_i64(n) : 0;
}
int64_t tn_get_flat_i64(tn_tensor t, int64_t index) {
  tn_number n;
  return get("tn_get_flat_i64", t, -1, &index, &n) ? tni_number_as_i64(n) : 0;
}
int64_t tn_item_i64(tn_tensor t) {
  tn_number n;
  return item("tn_item_i64", t, &n) ? tni_number_as_i64(n) : 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * take.c - tn_take and tn_concat: whole slices, copied to other places.
 */
#include "dtype.h"

#include <string.h>

/* Offsets pick elements of this many bytes: what memcpy of a length that is not constant would take five times as long for. */
#define GATHER(bits)                                                                                                   \
  static void gather_##bits(void *restrict to, const void *from, const int64_t *offsets, int64_t n) {                  \
    for (int64_t i = 0; i < n; i++)                                                                                    \
      memcpy((char *)to + i * (bits / 8), (const char *)from + offsets[i] * (bits / 8), bits / 8);                     \
  }
GATHER(8)
GATHER(16)
GATHER(32)
GATHER(64)
GATHER(256)

/* Slices of this many bytes; false where there is no loop for it. */
static bool gather(size_t bytes, void *to, const void *from, const int64_t *offsets, int64_t n) {
  switch (bytes) {
  case 1: gather_8(to, from, offsets, n); return true;
  case 2: gather_16(to, from, offsets, n); return true;
  case 4: gather_32(to, from, offsets, n); return true;
  case 8: gather_64(to, from, offsets, n); return true;
  case 32: gather_256(to, from, offsets, n); return true;
  default: return false;
  }
}

/* Offsets 0 .. n - 1 of indices, negative ones from the end; false if one is out of range. Without branches: one that is not
 * in range is rare, and is looked for when there is one. */
#define RESOLVE(type)                                                                                                  \
  static bool resolve_##type(int64_t *restrict out, const void *given, int64_t count, int64_t n) {                     \
    bool outside = false;                                                                                              \
    for (int64_t i = 0; i < count; i++) {                                                                              \
      type##_t index;                                                                                                  \
      memcpy(&index, (const char *)given + i * (int64_t)sizeof index, sizeof index);                                   \
      out[i] = index + (index < 0 ? n : 0);                                                                            \
      outside |= (uint64_t)out[i] >= (uint64_t)n;                                                                      \
    }                                                                                                                  \
    return !outside;                                                                                                   \
  }
RESOLVE(int32)
RESOLVE(int64)

/* indices as offsets along an axis of n; NULL, with an error, if one is out of range or memory is short. */
static int64_t *resolved_indices(const char *function, const struct tn_tensor_impl *t, int64_t n,
                                 const struct tn_tensor_impl *indices) {
  const size_t bytes = (size_t)indices->size * sizeof(int64_t);
  const tni_layout layout = tni_layout_of(indices);
  size_t owned = 0;
  int64_t *out = tni_allocate(bytes);
  const void *given = out ? tni_layout_array(&layout, &owned) : NULL;
  if (!given) {
    tni_fail(function, "out of memory for %s", tni_tensor_text(indices).text);
    tni_release(out, bytes);
    return NULL;
  }
  const bool narrow = layout.dtype == TNI_I32;
  if (!(narrow ? resolve_int32 : resolve_int64)(out, given, indices->size, n)) {
    int64_t i = 0;
    while ((uint64_t)out[i] < (uint64_t)n) i++;
    const tn_number index = tni_read(layout.dtype, (const char *)given + i * (narrow ? 4 : 8));
    tni_fail(function, "index %lld is out of range for an axis of %lld in %s", (long long)index.value.i64, (long long)n,
             tni_tensor_text(t).text);
    tni_release(out, bytes);
    out = NULL;
  }
  if (owned) tni_release((void *)(uintptr_t)given, owned);
  return out;
}

tn_tensor tn_take(tn_tensor t, tn_tensor indices, int64_t axis) {
  const char *const function = "tn_take";
  int at;
  if (!tni_operand_ok(function, t) || !tni_operand_ok(function, indices)) return NULL;
  if (tni_dtype(indices) != TNI_I32 && tni_dtype(indices) != TNI_I64) {
    tni_fail(function, "indices are %s, not i32 or i64", tni_dtype_name(tni_dtype(indices)));
    return NULL;
  }
  const int rank = tni_rank(t), inserted = tni_rank(indices);
  if (!tni_axis(rank, axis, &at)) {
    tni_fail(function, "axis %lld of %s is out of range", (long long)axis, tni_tensor_text(t).text);
    return NULL;
  }
  if (rank - 1 + inserted > TN_MAX_RANK) {
    tni_fail(function, "%s by %s gives more than 8 axes", tni_tensor_text(t).text, tni_tensor_text(indices).text);
    return NULL;
  }
  int64_t dims[TN_MAX_RANK], outer = 1, inner = 1;
  for (int i = 0; i < inserted; i++) dims[at + i] = indices->dims[i];
  for (int i = 0; i < at; i++) {
    dims[i] = t->dims[i];
    outer *= t->dims[i];
  }
  for (int i = at + 1; i < rank; i++) {
    dims[i - 1 + inserted] = t->dims[i];
    inner *= t->dims[i];
  }

  const int64_t n = t->dims[at];
  int64_t *offsets = resolved_indices(function, t, n, indices);
  if (!offsets) return NULL;
  size_t owned = 0;
  const tni_layout layout = tni_layout_of(t);
  const char *from = tni_layout_array(&layout, &owned);
  tn_tensor result = tni_new(tni_dtype(t), rank - 1 + inserted, dims);
  if (!from || !result) {
    tni_fail_new(function, tni_dtype(t), rank - 1 + inserted, dims);
    tn_free(result);
    result = NULL;
  } else if (result->size > 0) {
    const size_t bytes = (size_t)inner * tni_element_bytes(tni_dtype(t));
    char *to = result->data;
    for (int64_t i = 0; i < outer; i++)
      if (gather(bytes, to, from + (size_t)(i * n) * bytes, offsets, indices->size)) {
        to += (size_t)indices->size * bytes;
      } else for (int64_t j = 0; j < indices->size; j++, to += bytes)
        memcpy(to, from + (size_t)(i * n + offsets[j]) * bytes, bytes);
  }
  if (owned) tni_release((void *)(uintptr_t)from, owned);
  tni_release(offsets, (size_t)indices->size * sizeof *offsets);
  return result;
}

tn_tensor tn_concat_n(int64_t axis, int count, const tn_tensor *tensors) {
  const char *const function = "tn_concat";
  int at;
  int64_t dims[TN_MAX_RANK];
  if (count < 1) {
    tni_fail(function, "no tensors");
    return NULL;
  }
  for (int i = 0; i < count; i++)
    if (!tni_operand_ok(function, tensors[i])) return NULL;
  const tn_tensor first = tensors[0];
  const int rank = tni_rank(first);
  if (!tni_axis(rank, axis, &at)) {
    tni_fail(function, "axis %lld of %s is out of range", (long long)axis, tni_tensor_text(first).text);
    return NULL;
  }
  memcpy(dims, first->dims, (size_t)rank * sizeof *dims);
  for (int i = 1; i < count; i++) {
    bool fits = tni_dtype(tensors[i]) == tni_dtype(first) && tni_rank(tensors[i]) == rank;
    for (int j = 0; fits && j < rank; j++) fits = j == at || tensors[i]->dims[j] == dims[j];
    if (!fits || __builtin_add_overflow(dims[at], tensors[i]->dims[at], &dims[at])) {
      tni_fail(function, "%s and %s do not fit along axis %lld", tni_tensor_text(first).text,
               tni_tensor_text(tensors[i]).text, (long long)axis);
      return NULL;
    }
  }
  tn_tensor result = tni_new(tni_dtype(first), rank, dims);
  if (!result) {
    tni_fail_new(function, tni_dtype(first), rank, dims);
    return NULL;
  }
  tni_layout to = tni_layout_of(result);
  for (int i = 0; i < count; i++) {
    size_t owned;
    const tni_layout layout = tni_layout_of(tensors[i]);
    if (layout.size == 0) continue;
    const void *from = tni_layout_array(&layout, &owned);
    if (!from) {
      tni_fail(function, "out of memory for %s", tni_tensor_text(tensors[i]).text);
      tn_free(result);
      return NULL;
    }
    to.dims[at] = layout.dims[at];
    to.size = layout.size;
    tni_layout target = to;
    tni_layout_simplify(&target);
    tni_layout_write(&target, 0, target.size, from);
    to.data += layout.dims[at] * to.strides[at];
    if (owned) tni_release((void *)(uintptr_t)from, owned);
  }
  return result;
}
tn_tensor tn_concat_(int64_t axis, int count, tn_tensor a, tn_tensor b, tn_tensor c, tn_tensor d, tn_tensor e,
                     tn_tensor f, tn_tensor g, tn_tensor h) {
  const tn_tensor tensors[8] = {a, b, c, d, e, f, g, h};
  if (count > 8) count = 8;
  return tn_concat_n(axis, count, tensors);
}

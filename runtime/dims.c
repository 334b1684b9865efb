/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dims.c - the rules of shapes: sizes, axes, broadcasting, slices. Nothing here reads an element or records an error.
 */
#include "internal.h"

#include <string.h>

bool tni_checked_size(int rank, const int64_t *dims, unsigned dtype, int64_t *out_size) {
  const size_t bytes = tni_element_bytes(dtype);
  if (rank < 0 || rank > TN_MAX_RANK || bytes == 0) return false;
  bool empty = false;
  for (int i = 0; i < rank; i++) {
    if (dims[i] < 0) return false;
    empty |= dims[i] == 0;
  }
  /* Dims around a 0 are held to the same limit, so that products of some of them cannot overflow later. */
  int64_t size = 1;
  for (int i = 0; i < rank; i++)
    if (dims[i] != 0 && __builtin_mul_overflow(size, dims[i], &size)) return false;
  int64_t total;
  if (__builtin_mul_overflow(size, (int64_t)bytes, &total)) return false;
  *out_size = empty ? 0 : size;
  return true;
}

int tni_count(const int64_t *padded, int most) {
  int count = 0;
  while (count < most && padded[count] != TN_PAD_VALUE) count++;
  return count;
}

bool tni_axis(int rank, int64_t axis, int *out_axis) {
  if (axis < -rank || axis >= rank) return false;
  *out_axis = (int)(axis < 0 ? axis + rank : axis);
  return true;
}

bool tni_broadcast(int rank_x, const int64_t *x, int rank_y, const int64_t *y, int *out_rank, int64_t *out_dims) {
  const int rank = rank_x > rank_y ? rank_x : rank_y;
  int64_t dims[TN_MAX_RANK]; /* out_dims may be x or y */
  for (int i = 0; i < rank; i++) {
    const int64_t a = i < rank - rank_x ? 1 : x[i - (rank - rank_x)];
    const int64_t b = i < rank - rank_y ? 1 : y[i - (rank - rank_y)];
    if (a != b && a != 1 && b != 1) return false;
    dims[i] = a == 1 ? b : a;
  }
  memcpy(out_dims, dims, (size_t)rank * sizeof *dims);
  *out_rank = rank;
  return true;
}

void tni_broadcast_strides(const struct tn_tensor_impl *t, int rank, const int64_t *dims, int64_t *out_strides) {
  const int missing = rank - tni_rank(t);
  for (int i = 0; i < rank; i++) {
    const bool stretched = i < missing || (t->dims[i - missing] == 1 && dims[i] != 1);
    out_strides[i] = stretched ? 0 : t->strides[i - missing];
  }
}

void tni_row_major(int rank, const int64_t *dims, int64_t *out_strides) {
  int64_t stride = 1;
  for (int i = rank - 1; i >= 0; i--) {
    out_strides[i] = stride;
    stride *= dims[i] ? dims[i] : 1;
  }
}

bool tni_slice_range(int64_t n, int64_t start, int64_t stop, int64_t step, int64_t *out_first, int64_t *out_count) {
  if (step == 0) return false;
  const bool up = step > 0;
  const int64_t least = up ? 0 : -1, most = up ? n : n - 1; /* where start and stop may lie */
  if (start == TN_END) start = most;
  else if (start < 0) start = start < -n ? least : start + n;
  else if (start > most) start = most;
  if (stop == TN_END) stop = up ? n : -1;
  else if (stop < 0) stop = stop < -n ? least : stop + n;
  else if (stop > most) stop = most;
  /* In unsigned numbers, for the step may be INT64_MIN. */
  const uint64_t distance = up ? (stop > start ? (uint64_t)(stop - start) : 0)
                               : (start > stop ? (uint64_t)(start - stop) : 0);
  const uint64_t stride = up ? (uint64_t)step : 0 - (uint64_t)step;
  const int64_t count = (int64_t)(distance / stride + (distance % stride != 0));
  *out_first = count ? start : 0;
  *out_count = count;
  return true;
}

bool tni_reshape_dims(int64_t size, int count, const int64_t *given, int64_t *out_dims) {
  int unknown = -1;
  int64_t product = 1;
  for (int i = 0; i < count; i++) {
    out_dims[i] = given[i];
    if (given[i] == -1 && unknown < 0) unknown = i;
    else if (given[i] < 0 || __builtin_mul_overflow(product, given[i], &product)) return false;
  }
  if (unknown < 0) return product == size;
  if (product == 0 || size % product != 0) return false;
  out_dims[unknown] = size / product;
  return true;
}

bool tni_permutation(int rank, int count, const int64_t *axes, int *out_axes) {
  unsigned seen = 0;
  if (count != rank) return false;
  for (int i = 0; i < rank; i++) {
    if (!tni_axis(rank, axes[i], &out_axes[i]) || seen >> out_axes[i] & 1) return false;
    seen |= 1u << out_axes[i];
  }
  return true;
}

int64_t tni_offset_of(const struct tn_tensor_impl *t, int64_t flat) {
  if (!(tni_flags(t) & TN_FLAG_STRIDED)) return flat;
  int64_t offset = 0;
  for (int i = tni_rank(t) - 1; i >= 0; i--) {
    offset += flat % t->dims[i] * t->strides[i];
    flat /= t->dims[i];
  }
  return offset;
}

void tni_byte_range(const struct tn_tensor_impl *t, const char **out_begin, const char **out_end) {
  const int64_t bytes = (int64_t)tni_element_bytes(tni_dtype(t));
  int64_t lowest = 0, highest = 0;
  *out_begin = *out_end = t->data;
  if (t->size == 0) return;
  for (int i = 0; i < tni_rank(t); i++) {
    const int64_t reach = (t->dims[i] - 1) * t->strides[i];
    if (reach < 0) lowest += reach;
    else highest += reach;
  }
  *out_begin += lowest * bytes;
  *out_end += (highest + 1) * bytes;
}

void tni_note_strides(struct tn_tensor_impl *t) {
  int64_t expected = 1;
  bool row_major = true;
  for (int i = tni_rank(t) - 1; i >= 0; i--) {
    if (t->dims[i] != 1 && t->strides[i] != expected) row_major = false;
    expected *= t->dims[i] ? t->dims[i] : 1;
  }
  if (row_major || t->size == 0) {
    /* Strides of dims of 1 mean nothing; readers may rely on row-major ones. */
    tni_row_major(tni_rank(t), t->dims, t->strides);
    tni_drop_flags(t, TN_FLAG_STRIDED);
  } else {
    tni_add_flags(t, TN_FLAG_STRIDED);
  }
}

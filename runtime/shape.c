/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * shape.c - other arrangements of the same elements: a layout over the operand, copied into a new tensor.
 */
#include "internal.h"

#include <string.h>

tn_tensor tn_reshape_n(tn_tensor t, int rank, const int64_t *dims) {
  int64_t resolved[TN_MAX_RANK];
  if (!tni_operand_ok("tn_reshape", t)) return NULL;
  if (rank < 0 || rank > TN_MAX_RANK || !tni_reshape_dims(t->size, rank, dims, resolved)) {
    tni_fail("tn_reshape", "%s has %lld elements and cannot become %s", tni_tensor_text(t).text, (long long)t->size,
             tni_dims_text(rank, dims).text);
    return NULL;
  }
  tn_tensor result = tni_new(tni_dtype(t), rank, resolved);
  if (!result) {
    tni_fail_new("tn_reshape", tni_dtype(t), rank, resolved);
    return NULL;
  }
  tni_layout layout = tni_layout_of(t);
  tni_layout_simplify(&layout);
  tni_layout_read(&layout, 0, layout.size, result->data);
  return result;
}
tn_tensor tn_reshape_(tn_tensor t, TNI_DIMS8) {
  const int64_t dims[] = TNI_DIMS8_ARRAY;
  return tn_reshape_n(t, tni_count(dims, 8), dims);
}

/* t with its axes in this order. */
static tn_tensor permuted(const char *function, tn_tensor t, const int *axes) {
  const tni_layout from = tni_layout_of(t);
  tni_layout to = from;
  for (int i = 0; i < from.rank; i++) {
    to.dims[i] = from.dims[axes[i]];
    to.strides[i] = from.strides[axes[i]];
  }
  return tni_layout_tensor(function, &to);
}

tn_tensor tn_transpose(tn_tensor t) {
  if (!tni_operand_ok("tn_transpose", t)) return NULL;
  const int rank = tni_rank(t);
  if (rank < 2) {
    tni_fail("tn_transpose", "%s has less than two axes", tni_tensor_text(t).text);
    return NULL;
  }
  int axes[TN_MAX_RANK];
  for (int i = 0; i < rank; i++) axes[i] = i;
  axes[rank - 2] = rank - 1;
  axes[rank - 1] = rank - 2;
  return permuted("tn_transpose", t, axes);
}

tn_tensor tn_permute_dims_n(tn_tensor t, int count, const int64_t *axes) {
  int resolved[TN_MAX_RANK];
  if (!tni_operand_ok("tn_permute_dims", t)) return NULL;
  if (!tni_permutation(tni_rank(t), count, axes, resolved)) {
    tni_fail("tn_permute_dims", "axes %s do not name each axis of %s once", tni_dims_text(count, axes).text,
             tni_tensor_text(t).text);
    return NULL;
  }
  return permuted("tn_permute_dims", t, resolved);
}
tn_tensor tn_permute_dims_(tn_tensor t, TNI_DIMS8) {
  const int64_t axes[] = TNI_DIMS8_ARRAY;
  return tn_permute_dims_n(t, tni_count(axes, 8), axes);
}

tn_tensor tn_broadcast_to_n(tn_tensor t, int rank, const int64_t *dims) {
  int out_rank = 0;
  int64_t out_dims[TN_MAX_RANK], size;
  if (!tni_operand_ok("tn_broadcast_to", t)) return NULL;
  if (!tni_checked_size(rank, dims, tni_dtype(t), &size)) {
    tni_fail_new("tn_broadcast_to", tni_dtype(t), rank, dims);
    return NULL;
  }
  if (!tni_broadcast(tni_rank(t), t->dims, rank, dims, &out_rank, out_dims) || out_rank != rank ||
      memcmp(out_dims, dims, (size_t)rank * sizeof *dims) != 0) {
    tni_fail("tn_broadcast_to", "%s does not broadcast to %s", tni_tensor_text(t).text,
             tni_dims_text(rank, dims).text);
    return NULL;
  }
  const tni_layout layout = tni_layout_broadcast(t, rank, dims);
  return tni_layout_tensor("tn_broadcast_to", &layout);
}
tn_tensor tn_broadcast_to_(tn_tensor t, TNI_DIMS8) {
  const int64_t dims[] = TNI_DIMS8_ARRAY;
  return tn_broadcast_to_n(t, tni_count(dims, 8), dims);
}

/* ---- parts ---- */

/* The layout's data moved to an index along an axis. Nothing is moved where there are no elements. */
static void move(tni_layout *layout, int axis, int64_t index) {
  if (index) layout->data += index * layout->strides[axis];
}

static bool cut(const char *function, tni_layout *layout, int axis, int64_t start, int64_t stop, int64_t step) {
  int64_t first, count;
  if (!tni_slice_range(layout->dims[axis], start, stop, step, &first, &count)) {
    tni_fail(function, "the step is 0");
    return false;
  }
  move(layout, axis, first);
  layout->dims[axis] = count;
  if (count > 1) layout->strides[axis] *= step;
  layout->size = 0;
  tni_checked_size(layout->rank, layout->dims, layout->dtype, &layout->size);
  return true;
}

static tn_tensor slice(const char *function, tn_tensor t, int64_t axis, int64_t start, int64_t stop, int64_t step) {
  int i;
  if (!tni_operand_ok(function, t)) return NULL;
  if (!tni_axis(tni_rank(t), axis, &i)) {
    tni_fail(function, "axis %lld of %s is out of range", (long long)axis, tni_tensor_text(t).text);
    return NULL;
  }
  tni_layout layout = tni_layout_of(t);
  return cut(function, &layout, i, start, stop, step) ? tni_layout_tensor(function, &layout) : NULL;
}

tn_tensor tn_slice(tn_tensor t, int64_t axis, int64_t start, int64_t stop) {
  return slice("tn_slice", t, axis, start, stop, 1);
}
tn_tensor tn_slice_step(tn_tensor t, int64_t axis, int64_t start, int64_t stop, int64_t step) {
  return slice("tn_slice_step", t, axis, start, stop, step);
}

tn_tensor tn_window_n(tn_tensor t, int count, const int64_t *starts, const int64_t *stops) {
  if (!tni_operand_ok("tn_window", t)) return NULL;
  if (count < 0 || count > tni_rank(t)) {
    tni_fail("tn_window", "%d pairs of start and stop for %s", count, tni_tensor_text(t).text);
    return NULL;
  }
  tni_layout layout = tni_layout_of(t);
  for (int i = 0; i < count; i++)
    if (!cut("tn_window", &layout, i, starts[i], stops[i], 1)) return NULL;
  return tni_layout_tensor("tn_window", &layout);
}
tn_tensor tn_window_(tn_tensor t, TNI_DIMS8, int64_t d8, int64_t d9, int64_t d10, int64_t d11, int64_t d12,
                     int64_t d13, int64_t d14, int64_t d15) {
  const int64_t pairs[16] = {d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d13, d14, d15};
  int64_t starts[8], stops[8];
  const int numbers = tni_count(pairs, 16);
  if (numbers % 2) {
    if (tni_operand_ok("tn_window", t)) tni_fail("tn_window", "the last start has no stop");
    return NULL;
  }
  for (int i = 0; i < numbers / 2; i++) {
    starts[i] = pairs[2 * i];
    stops[i] = pairs[2 * i + 1];
  }
  return tn_window_n(t, numbers / 2, starts, stops);
}

/* Drops an axis at an index, negative ones counting from the end. */
static bool drop(const char *function, const struct tn_tensor_impl *t, tni_layout *layout, int axis, int64_t index) {
  const int64_t n = layout->dims[axis];
  if (index < -n || index >= n) {
    tni_fail(function, "index %lld is out of range for %s", (long long)index, tni_tensor_text(t).text);
    return false;
  }
  move(layout, axis, index < 0 ? index + n : index);
  layout->rank--;
  for (int i = axis; i < layout->rank; i++) {
    layout->dims[i] = layout->dims[i + 1];
    layout->strides[i] = layout->strides[i + 1];
  }
  layout->size /= n;
  return true;
}

tn_tensor tn_select(tn_tensor t, int64_t axis, int64_t index) {
  int i;
  if (!tni_operand_ok("tn_select", t)) return NULL;
  if (!tni_axis(tni_rank(t), axis, &i)) {
    tni_fail("tn_select", "axis %lld of %s is out of range", (long long)axis, tni_tensor_text(t).text);
    return NULL;
  }
  tni_layout layout = tni_layout_of(t);
  return drop("tn_select", t, &layout, i, index) ? tni_layout_tensor("tn_select", &layout) : NULL;
}

tn_tensor tn_at_n(tn_tensor t, int count, const int64_t *indices) {
  if (!tni_operand_ok("tn_at", t)) return NULL;
  if (count < 0 || count > tni_rank(t)) {
    tni_fail("tn_at", "%d indices for %s", count, tni_tensor_text(t).text);
    return NULL;
  }
  tni_layout layout = tni_layout_of(t);
  for (int i = 0; i < count; i++)
    if (!drop("tn_at", t, &layout, 0, indices[i])) return NULL;
  return tni_layout_tensor("tn_at", &layout);
}
tn_tensor tn_at_(tn_tensor t, TNI_DIMS8) {
  const int64_t indices[] = TNI_DIMS8_ARRAY;
  return tn_at_n(t, tni_count(indices, 8), indices);
}

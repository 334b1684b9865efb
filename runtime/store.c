/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * store.c - writing elements: tn_store, tn_store_at, tn_set.
 */
#include "check.h"
#include "dtype.h"
#include "elementwise.h"

#include <stdlib.h>
#include <string.h>

/* ---- may dst be written? ---- */

static int by_stride(const void *a, const void *b) {
  const int64_t x = ((const int64_t *)a)[0], y = ((const int64_t *)b)[0];
  return (x > y) - (x < y);
}

bool tni_elements_are_apart(const struct tn_tensor_impl *t, int64_t *out_span) {
  int64_t axes[TN_MAX_RANK][2], span = 0;
  int count = 0;
  bool apart = true;
  for (int i = 0; i < tni_rank(t); i++) {
    if (t->dims[i] <= 1) continue;
    axes[count][0] = llabs(t->strides[i]);
    axes[count++][1] = t->dims[i];
  }
  qsort(axes, (size_t)count, sizeof *axes, by_stride);
  for (int i = 0; i < count; i++) {
    apart &= axes[i][0] > span;
    span += (axes[i][1] - 1) * axes[i][0];
  }
  *out_span = span;
  return apart;
}

/* Do two elements fall on the same place? Where the rule above fails (strides 2 and 3, dims 3 and 2) the places are marked
 * one by one. */
static bool overlaps_itself(const char *function, const struct tn_tensor_impl *t, bool *out_overlaps) {
  *out_overlaps = false;
  if (!(tni_flags(t) & TN_FLAG_STRIDED)) return true;
  for (int i = 0; i < tni_rank(t); i++) *out_overlaps |= t->strides[i] == 0 && t->dims[i] > 1;
  int64_t span;
  if (*out_overlaps || tni_elements_are_apart(t, &span)) return true;
  const size_t bytes = (size_t)span / 8 + 1;
  unsigned char *marks = tni_allocate(bytes);
  if (!marks) {
    tni_fail(function, "out of memory to see whether the strides of %s overlap", tni_tensor_text(t).text);
    return false;
  }
  memset(marks, 0, bytes);
  int64_t lowest = 0;
  for (int i = 0; i < tni_rank(t); i++)
    if (t->strides[i] < 0) lowest += (t->dims[i] - 1) * t->strides[i];
  for (int64_t i = 0; i < t->size && !*out_overlaps; i++) {
    const int64_t place = tni_offset_of(t, i) - lowest;
    *out_overlaps = marks[place / 8] >> place % 8 & 1;
    marks[place / 8] |= (unsigned char)(1 << place % 8);
  }
  tni_release(marks, bytes);
  return true;
}

static bool is_writable(const char *function, const struct tn_tensor_impl *dst) {
  bool overlaps;
  if (tni_flags(dst) & (TN_FLAG_READONLY | TN_FLAG_WEAK)) {
    tni_fail(function, tni_flags(dst) & TN_FLAG_WEAK ? "a number cannot be written" : "the tensor is a tn_view_const");
    return false;
  }
  if (!overlaps_itself(function, dst, &overlaps)) return false;
  if (overlaps) {
    tni_fail(function, "the strides of the view %s let elements fall on one place", tni_tensor_text(dst).text);
    return false;
  }
  return true;
}

/* ---- tn_store ---- */

/* Does v read memory that dst's store writes, other than each element its own? */
static bool reads_what_is_written(const struct tn_tensor_impl *v, const struct tn_tensor_impl *dst) {
  const char *v_begin, *v_end, *dst_begin, *dst_end;
  tni_byte_range(v, &v_begin, &v_end);
  tni_byte_range(dst, &dst_begin, &dst_end);
  return v_begin < dst_end && dst_begin < v_end;
}

/* Are these v's elements, each at its own place? */
static bool is_there(const struct tn_tensor_impl *v, const tni_layout *to) {
  const int64_t bytes = (int64_t)tni_element_bytes(to->dtype);
  const int missing = to->rank - tni_rank(v);
  if (v->data != to->data) return false;
  for (int d = 0; d < to->rank; d++) {
    const int own = d - missing;
    if (to->dims[d] != (own < 0 ? 1 : v->dims[own])) return false;
    if (to->dims[d] > 1 && to->strides[d] != v->strides[own] * bytes) return false;
  }
  return true;
}

/* Writes v, broadcast, to the elements of `to`, which lie in dst. */
static bool store(const char *function, tn_tensor dst, const tni_layout *to, tn_tensor v) {
  int rank = 0;
  int64_t dims[TN_MAX_RANK];
  const bool weak = tni_flags(v) & TN_FLAG_WEAK;
  if (!weak && tni_dtype(v) != to->dtype) {
    tni_fail(function, "the target is %s, the value %s; use tn_cast", tni_dtype_name(to->dtype),
             tni_dtype_name(tni_dtype(v)));
    return false;
  }
  if (!tni_broadcast(tni_rank(v), v->dims, to->rank, to->dims, &rank, dims) || rank != to->rank ||
      memcmp(dims, to->dims, (size_t)rank * sizeof *dims) != 0) {
    tni_fail(function, "%s does not broadcast to %s", tni_tensor_text(v).text,
             tni_dims_text(to->rank, to->dims).text);
    return false;
  }
  if (!is_writable(function, dst)) return false;
  if (!weak && is_there(v, to)) return true;
  tni_check_write(dst);
  tn_tensor snapshot = NULL;
  if (!weak && reads_what_is_written(v, dst)) {
    snapshot = v = tn_copy(v);
    if (!v) return false;
  }
  tni_source source;
  bool done = tni_source_open(&source, function, v, to->dtype, rank, dims);
  tni_layout target = *to;
  tni_layout_simplify(&target);
  for (int64_t first = 0; done && first < target.size; first += TNI_BLOCK_ELEMENTS) {
    const int64_t rest = target.size - first, n = rest < TNI_BLOCK_ELEMENTS ? rest : TNI_BLOCK_ELEMENTS;
    tni_layout_write(&target, first, n, tni_source_block(&source, first, n));
  }
  if (done) {
    const char *begin, *end;
    tni_byte_range(dst, &begin, &end);
    tni_shown(begin, (size_t)(end - begin));
  }
  tn_free(snapshot);
  return done;
}

bool(tn_store)(tn_tensor dst, tn_tensor v) {
  if (!tni_operand_ok("tn_store", dst) || !tni_operand_ok("tn_store", v)) return false;
  const tni_layout to = tni_layout_of(dst);
  return store("tn_store", dst, &to, v);
}

bool(tn_store_at_n)(tn_tensor dst, tn_tensor v, int count, const int64_t *starts) {
  const char *const function = "tn_store_at";
  if (!tni_operand_ok(function, dst) || !tni_operand_ok(function, v)) return false;
  tni_layout to = tni_layout_of(dst);
  const int missing = to.rank - tni_rank(v);
  if (count < 0 || count > to.rank || missing < 0) {
    tni_fail(function, "%d starts and a value %s for %s", count, tni_tensor_text(v).text, tni_tensor_text(dst).text);
    return false;
  }
  for (int i = 0; i < to.rank; i++) {
    const int64_t n = to.dims[i], extent = i < missing ? 1 : v->dims[i - missing];
    int64_t start = i < count ? starts[i] : 0;
    if (start < 0 && start >= -n) start += n;
    if (start < 0 || extent > n || start > n - extent) {
      tni_fail(function, "the window %s at %s reaches over %s", tni_dims_text(tni_rank(v), v->dims).text,
               tni_dims_text(count, starts).text, tni_tensor_text(dst).text);
      return false;
    }
    if (extent > 0) to.data += start * to.strides[i];
    to.dims[i] = extent;
  }
  to.size = v->size;
  return store(function, dst, &to, v);
}
bool tn_store_at_(tn_tensor dst, tn_tensor v, TNI_DIMS8) {
  const int64_t starts[] = TNI_DIMS8_ARRAY;
  return (tn_store_at_n)(dst, v, tni_count(starts, 8), starts);
}

/* ---- tn_set ---- */

static bool set(tn_tensor t, tn_number value, int count, const int64_t *indices) {
  uint64_t element;
  int64_t offset;
  if (!tni_operand_ok("tn_set", t) || !tni_locate("tn_set", t, count, indices, &offset)) return false;
  const size_t bytes = tni_element_bytes(tni_dtype(t));
  if (!tni_write("tn_set", tni_dtype(t), value, &element) || !is_writable("tn_set", t)) return false;
  tni_check_write(t);
  char *const place = (char *)t->data + offset * (int64_t)bytes;
  memcpy(place, &element, bytes);
  tni_shown(place, bytes);
  return true;
}

bool tn_set_n(tn_tensor t, double value, int count, const int64_t *indices) {
  return set(t, tn_number_f64(value), count, indices);
}
bool tn_set_i64_n(tn_tensor t, int64_t value, int count, const int64_t *indices) {
  return set(t, tn_number_i64(value), count, indices);
}
bool tn_set_(tn_tensor t, double value, TNI_DIMS8) {
  const int64_t indices[] = TNI_DIMS8_ARRAY;
  return set(t, tn_number_f64(value), tni_count(indices, 8), indices);
}
bool tn_set_i64_(tn_tensor t, int64_t value, TNI_DIMS8) {
  const int64_t indices[] = TNI_DIMS8_ARRAY;
  return set(t, tn_number_i64(value), tni_count(indices, 8), indices);
}
bool tn_set_u64_(tn_tensor t, uint64_t value, TNI_DIMS8) {
  const int64_t indices[] = TNI_DIMS8_ARRAY;
  return set(t, tn_number_u64(value), tni_count(indices, 8), indices);
}

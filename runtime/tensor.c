/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * tensor.c - the birth and death of tensors, and what can be asked of them.
 */
#include "scope.h"

#ifdef TENON_TOMBSTONES
enum { TOMBSTONES = 1 };
#else
enum { TOMBSTONES = 0 };
#endif

tn_tensor tni_new(unsigned dtype, int rank, const int64_t *dims) {
  int64_t size;
  if (!tni_checked_size(rank, dims, dtype, &size)) return NULL;
  const size_t bytes = (size_t)size * tni_element_bytes(dtype);
  /* A tombstone keeps its header for ever, so that the elements must be a block of their own. */
  const bool together = bytes <= TNI_INLINE_BYTES && !TOMBSTONES;
  tni_tensor *t = tni_allocate(TNI_HEADER_BYTES + (together ? bytes : 0));
  if (!t) return NULL;
  void *data = together ? (char *)t + TNI_HEADER_BYTES : tni_allocate(bytes);
  if (!data) {
    tni_release(t, TNI_HEADER_BYTES);
    return NULL;
  }
  t->head.header = TN_HEADER(dtype, rank, 0);
  t->head.data = data;
  t->head.size = size;
  for (int i = 0; i < rank; i++) t->head.dims[i] = dims[i];
  tni_row_major(rank, dims, t->head.strides);
  t->block_bytes = TNI_HEADER_BYTES + (together ? bytes : 0);
  t->data_bytes = together ? 0 : bytes ? bytes : 1;
  tni_scope_add(t);
  return &t->head;
}

tn_tensor tni_new_view(unsigned dtype, int rank, const int64_t *dims, const int64_t *strides, const void *data) {
  int64_t size;
  if (!tni_checked_size(rank, dims, dtype, &size)) return NULL;
  tni_tensor *t = tni_allocate(TNI_HEADER_BYTES);
  if (!t) return NULL;
  t->head.header = TN_HEADER(dtype, rank, 0);
  t->head.data = (void *)(uintptr_t)data; /* TN_FLAG_READONLY keeps what is const from being written */
  t->head.size = size;
  for (int i = 0; i < rank; i++) t->head.dims[i] = dims[i];
  if (strides) {
    for (int i = 0; i < rank; i++) t->head.strides[i] = strides[i];
    tni_note_strides(&t->head);
  } else {
    tni_row_major(rank, dims, t->head.strides);
  }
  t->block_bytes = TNI_HEADER_BYTES;
  t->data_bytes = 0;
  tni_scope_add(t);
  return &t->head;
}

#ifdef TENON_TOMBSTONES
/* Headers of dead tensors, so that a leak checker finds them reachable. */
static tni_tensor *tombstones;

void tni_destroy(tni_tensor *t) {
  if (t->data_bytes) tni_release(t->head.data, t->data_bytes);
  t->data_bytes = 0;
  t->head.data = NULL;
  tni_add_flags(&t->head, TN_FLAG_DEAD);
  tni_tensor *first = __atomic_load_n(&tombstones, __ATOMIC_RELAXED);
  do t->next = first;
  while (!__atomic_compare_exchange_n(&tombstones, &first, t, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}
#else
void tni_destroy(tni_tensor *t) {
  if (t->data_bytes) tni_release(t->head.data, t->data_bytes);
  t->head.header = 0; /* not a tensor any more, for what it is worth */
  tni_release(t, t->block_bytes);
}
#endif

/* ---- asking ---- */

tn_dtype tn_dtype_of(tn_tensor t) {
  return tni_operand_ok("tn_dtype_of", t) ? (tn_dtype)(((unsigned)TN_F32 & ~0xffu) | tni_dtype(t)) : (tn_dtype)0;
}
int tn_rank(tn_tensor t) { return tni_operand_ok("tn_rank", t) ? tni_rank(t) : 0; }
int64_t tn_size(tn_tensor t) { return tni_operand_ok("tn_size", t) ? t->size : 0; }
int64_t tn_dim(tn_tensor t, int64_t axis) {
  int i;
  if (!tni_operand_ok("tn_dim", t)) return 0;
  if (!tni_axis(tni_rank(t), axis, &i)) {
    tni_fail("tn_dim", "axis %lld of %s is out of range", (long long)axis, tni_tensor_text(t).text);
    return 0;
  }
  return t->dims[i];
}

static void *shown(const struct tn_tensor_impl *t) {
  const char *begin, *end;
  tni_byte_range(t, &begin, &end);
  if (!(tni_flags(t) & TN_FLAG_VIEW)) tni_shown(begin, (size_t)(end - begin));
  return t->data;
}

void *tn_data(tn_tensor t) {
  if (!tni_operand_ok("tn_data", t)) return NULL;
  if (tni_flags(t) & TN_FLAG_READONLY) {
    tni_fail("tn_data", "the tensor is a tn_view_const; use tn_data_const");
    return NULL;
  }
  tni_add_flags(t, TN_FLAG_EXPOSED);
  return shown(t);
}
const void *tn_data_const(tn_tensor t) { return tni_operand_ok("tn_data_const", t) ? shown(t) : NULL; }

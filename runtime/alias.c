/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * alias.c - strided headers over another tensor's elements, for kernels.
 *
 * Where the eager op would fail, so do these, and record nothing: the caller
 * runs the original call, which says what is wrong.
 */
#include "check.h"
#include "workspace.h"

#include <string.h>

enum {
  KEPT = TN_FLAG_VIEW | TN_FLAG_EXPOSED | TN_FLAG_READONLY | TN_FLAG_RECORDED
};

static bool can_alias(tn_tensor t) {
  return tni_is_live(t) && !(tni_flags(t) & TN_FLAG_WEAK);
}

/* A header like t's, to be given other dims. It says STRIDED whatever its
 * strides are: no kernel may take an alias for a tensor of its own. */
static tn_tensor alias_of(tn_tensor t, int rank, int64_t size) {
  tni_tensor *alias = tni_workspace_take(sizeof *alias);
  if (!alias)
    return NULL;
  const unsigned flags =
      (tni_flags(t) & KEPT) | TN_FLAG_STRIDED | TN_FLAG_WORKSPACE;
  *alias = (tni_tensor){.head = {.header = TN_HEADER(tni_dtype(t), rank, flags),
                                 .data = t->data,
                                 .size = size}};
  return &alias->head;
}

/* Strides of other dims over the same elements in the same order: each group of
 * dims that neighbours in memory is cut anew. False where a new dim would
 * reach over a gap. */
static bool reshaped_strides(tn_tensor t, int rank, const int64_t *dims,
                             int64_t *out_strides) {
  int old = 0, made = 0;
  const int old_rank = tni_rank(t);
  while (made < rank) {
    if (dims[made] == 1) {
      out_strides[made++] = 1;
      continue;
    }
    while (old < old_rank && t->dims[old] == 1)
      old++;
    /* The smallest groups on both sides of equal size. */
    const int first = made;
    int64_t size = dims[made++], old_size = t->dims[old];
    int64_t stride = t->strides[old++];
    while (size != old_size) {
      if (size < old_size) {
        size *= dims[made++];
        continue;
      }
      const int64_t next = t->dims[old];
      if (next != 1) {
        if (stride != t->strides[old] * next)
          return false;
        stride = t->strides[old];
        old_size *= next;
      }
      old++;
    }
    for (int d = made - 1; d >= first; d--) {
      out_strides[d] = stride;
      stride *= dims[d];
    }
  }
  return true;
}

tn_tensor tn_rt_place(tn_tensor t, const int64_t *starts8) {
  const int count = tni_count(starts8, TN_MAX_RANK);
  int64_t span;
  if (!can_alias(t) || tni_flags(t) & (TN_FLAG_READONLY | TN_FLAG_RECORDED) || count > tni_rank(t) ||
      (tni_flags(t) & TN_FLAG_STRIDED && !tni_elements_are_apart(t, &span)))
    return NULL;
  tn_tensor place = alias_of(t, tni_rank(t), 1);
  if (!place)
    return NULL;
  tni_check_write(t);
  for (int d = 0; d < tni_rank(t); d++) {
    const int64_t n = t->dims[d], given = d < count ? starts8[d] : 0, start = given < 0 ? given + n : given;
    if (start < 0 || start > n)
      return NULL;
    place->data = (char *)place->data + start * t->strides[d] * (int64_t)tni_element_bytes(tni_dtype(t));
    place->dims[d] = n - start;
    place->strides[d] = t->strides[d];
    place->size *= n - start;
  }
  return place;
}

tn_tensor tn_rt_alias_reshape(tn_tensor t, const int64_t *dims8) {
  int64_t dims[TN_MAX_RANK], strides[TN_MAX_RANK];
  if (!can_alias(t))
    return NULL;
  const int rank = tni_count(dims8, TN_MAX_RANK);
  if (!tni_reshape_dims(t->size, rank, dims8, dims))
    return NULL;
  if (t->size == 0)
    tni_row_major(rank, dims, strides);
  else if (!reshaped_strides(t, rank, dims, strides))
    return NULL;
  tn_tensor alias = alias_of(t, rank, t->size);
  if (alias) {
    memcpy(alias->dims, dims, (size_t)rank * sizeof *dims);
    memcpy(alias->strides, strides, (size_t)rank * sizeof *strides);
  }
  return alias;
}

static tn_tensor permuted(tn_tensor t, const int *axes) {
  tn_tensor alias = alias_of(t, tni_rank(t), t->size);
  for (int d = 0; alias && d < tni_rank(t); d++) {
    alias->dims[d] = t->dims[axes[d]];
    alias->strides[d] = t->strides[axes[d]];
  }
  return alias;
}

tn_tensor tn_rt_alias_permute(tn_tensor t, const int64_t *axes8) {
  int axes[TN_MAX_RANK];
  if (!can_alias(t) ||
      !tni_permutation(tni_rank(t), tni_count(axes8, TN_MAX_RANK), axes8, axes))
    return NULL;
  return permuted(t, axes);
}

tn_tensor tn_rt_alias_transpose(tn_tensor t) {
  int axes[TN_MAX_RANK] = {0, 1, 2, 3, 4, 5, 6, 7};
  if (!can_alias(t) || tni_rank(t) < 2)
    return NULL;
  const int last = tni_rank(t) - 1;
  axes[last] = last - 1;
  axes[last - 1] = last;
  return permuted(t, axes);
}

tn_tensor tn_rt_alias_broadcast(tn_tensor t, const int64_t *dims8) {
  int rank;
  int64_t dims[TN_MAX_RANK], size;
  if (!can_alias(t))
    return NULL;
  const int wanted = tni_count(dims8, TN_MAX_RANK);
  if (!tni_checked_size(wanted, dims8, tni_dtype(t), &size) ||
      !tni_broadcast(tni_rank(t), t->dims, wanted, dims8, &rank, dims) ||
      rank != wanted || memcmp(dims, dims8, (size_t)rank * sizeof *dims) != 0)
    return NULL;
  tn_tensor alias = alias_of(t, rank, size);
  if (alias) {
    memcpy(alias->dims, dims, (size_t)rank * sizeof *dims);
    tni_broadcast_strides(t, rank, dims, alias->strides);
  }
  return alias;
}

/* What neighbours in a slice are apart, and where it starts, in t and in a header like it. False where it cannot be. */
static bool cut(tn_tensor t, int at, int64_t start, int64_t stop,
                int64_t step) {
  int64_t first, count;
  if (!tni_slice_range(t->dims[at], start, stop, step, &first, &count))
    return false;
  t->dims[at] = count;
  if (count > 0 && t->size > 0)
    t->data = (char *)t->data + first * t->strides[at] *
                                    (int64_t)tni_element_bytes(tni_dtype(t));
  if (count > 1)
    t->strides[at] *= step;
  return true;
}

static void count_elements(tn_tensor alias) {
  alias->size = 1;
  for (int d = 0; d < tni_rank(alias); d++)
    alias->size *= alias->dims[d];
}

static tn_tensor same_of(tn_tensor t) {
  tn_tensor alias = can_alias(t) ? alias_of(t, tni_rank(t), t->size) : NULL;
  if (alias) {
    memcpy(alias->dims, t->dims, sizeof t->dims);
    memcpy(alias->strides, t->strides, sizeof t->strides);
  }
  return alias;
}

tn_tensor tn_rt_alias_slice(tn_tensor t, int64_t axis, int64_t start,
                            int64_t stop, int64_t step) {
  int at;
  tn_tensor alias = same_of(t);
  if (!alias || !tni_axis(tni_rank(t), axis, &at) ||
      !cut(alias, at, start, stop, step))
    return NULL;
  count_elements(alias);
  return alias;
}

tn_tensor tn_rt_alias_window(tn_tensor t, const int64_t *bounds16) {
  const int bounds = tni_count(bounds16, 2 * TN_MAX_RANK);
  tn_tensor alias = same_of(t);
  if (!alias || bounds % 2 || bounds > 2 * tni_rank(t))
    return NULL;
  for (int i = 0; i < bounds; i += 2)
    if (!cut(alias, i / 2, bounds16[i], bounds16[i + 1], 1))
      return NULL;
  count_elements(alias);
  return alias;
}

/* Takes element `index` along an axis. */
static bool drop(tn_tensor t, int at, int64_t index) {
  const int64_t n = t->dims[at], i = index < 0 ? index + n : index;
  if (i < 0 || i >= n)
    return false;
  if (t->size > 0)
    t->data = (char *)t->data +
              i * t->strides[at] * (int64_t)tni_element_bytes(tni_dtype(t));
  const int rest = tni_rank(t) - 1 - at;
  memmove(&t->dims[at], &t->dims[at + 1], (size_t)rest * sizeof *t->dims);
  memmove(&t->strides[at], &t->strides[at + 1],
          (size_t)rest * sizeof *t->strides);
  t->header = TN_HEADER(tni_dtype(t), tni_rank(t) - 1, tni_flags(t));
  return true;
}

tn_tensor tn_rt_alias_select(tn_tensor t, int64_t axis, int64_t index) {
  int at;
  tn_tensor alias = same_of(t);
  if (!alias || !tni_axis(tni_rank(t), axis, &at) || !drop(alias, at, index))
    return NULL;
  count_elements(alias);
  return alias;
}

tn_tensor tn_rt_alias_at(tn_tensor t, const int64_t *indices8) {
  const int count = tni_count(indices8, TN_MAX_RANK);
  tn_tensor alias = same_of(t);
  if (!alias || count > tni_rank(t))
    return NULL;
  for (int i = 0; i < count; i++)
    if (!drop(alias, 0, indices8[i]))
      return NULL;
  count_elements(alias);
  return alias;
}

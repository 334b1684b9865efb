/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * layout.c - elements in some arrangement, read in row-major order.
 */
#include "iterate.h"

#include <string.h>

tni_layout tni_layout_broadcast(const struct tn_tensor_impl *t, int rank, const int64_t *dims) {
  tni_layout layout = {.data = t->data, .dtype = tni_dtype(t), .rank = rank, .size = 1};
  const int64_t bytes = (int64_t)tni_element_bytes(layout.dtype);
  tni_broadcast_strides(t, rank, dims, layout.strides);
  for (int i = 0; i < rank; i++) {
    layout.dims[i] = dims[i];
    layout.strides[i] *= bytes;
  }
  int64_t size;
  layout.size = tni_checked_size(rank, dims, layout.dtype, &size) ? size : 0;
  return layout;
}

tni_layout tni_layout_of(const struct tn_tensor_impl *t) { return tni_layout_broadcast(t, tni_rank(t), t->dims); }

tni_layout tni_layout_lines(const struct tn_tensor_impl *t, unsigned axes) {
  const tni_layout from = tni_layout_of(t);
  tni_layout to = from;
  int kept = 0;
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < from.rank; i++) {
      if ((int)(axes >> i & 1) != pass) continue;
      to.dims[kept] = from.dims[i];
      to.strides[kept++] = from.strides[i];
    }
  tni_layout_simplify(&to);
  return to;
}

void tni_layout_simplify(tni_layout *layout) {
  layout->rank = tni_collapse(layout->rank, layout->dims, 1, &layout->strides);
}

bool tni_layout_is_array(const tni_layout *layout) {
  const size_t bytes = tni_element_bytes(layout->dtype);
  return ((uintptr_t)layout->data & (bytes - 1)) == 0 && /* sizes are powers of two */
         (layout->rank == 0 || (layout->rank == 1 && layout->strides[0] == (int64_t)bytes));
}

void tni_layout_read(const tni_layout *layout, int64_t first, int64_t count, void *out_elements) {
  if (count > 0)
    tni_pack(out_elements, layout->data, tni_element_bytes(layout->dtype), layout->rank, layout->dims, layout->strides,
             first, count);
}

void tni_layout_write(const tni_layout *layout, int64_t first, int64_t count, const void *elements) {
  if (count > 0)
    tni_unpack((char *)(uintptr_t)layout->data, elements, tni_element_bytes(layout->dtype), layout->rank, layout->dims,
               layout->strides, first, count);
}

const void *tni_layout_array(const tni_layout *layout, size_t *out_bytes) {
  tni_layout simple = *layout;
  tni_layout_simplify(&simple);
  *out_bytes = 0;
  if (simple.size > 0 && tni_layout_is_array(&simple)) return simple.data;
  const size_t bytes = (size_t)simple.size * tni_element_bytes(simple.dtype);
  void *array = tni_allocate(bytes);
  if (!array) return NULL;
  tni_layout_read(&simple, 0, simple.size, array);
  *out_bytes = bytes ? bytes : 1;
  return array;
}

tn_tensor tni_layout_tensor(const char *function, const tni_layout *layout) {
  tn_tensor result = tni_new(layout->dtype, layout->rank, layout->dims);
  if (!result) {
    tni_fail_new(function, layout->dtype, layout->rank, layout->dims);
    return NULL;
  }
  tni_layout simple = *layout;
  tni_layout_simplify(&simple);
  tni_layout_read(&simple, 0, simple.size, result->data);
  return result;
}

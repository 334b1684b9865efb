/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * matmul.c - tn_matmul: NumPy's rules for ranks and batches around tni_product, which multiplies two matrices.
 */
#include "internal.h"

#include "iterate.h"
#include "product.h"
#include "workspace.h"

#include <string.h>

/* An operand as [batch..., rows, columns]. Strides count elements. */
typedef struct matrices {
  const char *data;
  int batch_rank;
  int64_t batch[TN_MAX_RANK], batch_strides[TN_MAX_RANK];
  int64_t rows, columns, row_stride, column_stride;
  void *owned; /* a copy, of a misaligned view */
  size_t owned_bytes;
} matrices;

/* Rank 1 is a row on the left, a column on the right. */
static bool open(matrices *out, const struct tn_tensor_impl *t, bool on_the_left) {
  const int rank = tni_rank(t);
  const int64_t *strides = t->strides;
  int64_t row_major[TN_MAX_RANK];
  *out = (matrices){.data = t->data};
  if (t->size > 0 && (uintptr_t)t->data % tni_element_bytes(tni_dtype(t)) != 0) {
    const tni_layout layout = tni_layout_of(t);
    out->data = out->owned = (void *)(uintptr_t)tni_layout_array(&layout, &out->owned_bytes);
    if (!out->data) return false;
    tni_row_major(rank, t->dims, row_major);
    strides = row_major;
  }
  if (rank == 1) {
    out->rows = on_the_left ? 1 : t->dims[0];
    out->columns = on_the_left ? t->dims[0] : 1;
    out->row_stride = on_the_left ? t->dims[0] : strides[0];
    out->column_stride = on_the_left ? strides[0] : 1;
    return true;
  }
  out->batch_rank = rank - 2;
  memcpy(out->batch, t->dims, (size_t)out->batch_rank * sizeof *out->batch);
  memcpy(out->batch_strides, strides, (size_t)out->batch_rank * sizeof *out->batch_strides);
  out->rows = t->dims[rank - 2];
  out->columns = t->dims[rank - 1];
  out->row_stride = strides[rank - 2];
  out->column_stride = strides[rank - 1];
  return true;
}

/* Where the matrix of a batch index stands; axes that the operand lacks or has as 1 do not move it. */
static const char *matrix_at(const matrices *operand, int batch_rank, const int64_t *index, int64_t element_bytes) {
  int64_t offset = 0;
  const int missing = batch_rank - operand->batch_rank;
  for (int i = missing; i < batch_rank; i++)
    if (operand->batch[i - missing] != 1) offset += index[i] * operand->batch_strides[i - missing];
  return operand->data + offset * element_bytes;
}

/* All products of the batch, into c. */
static bool multiply(unsigned dtype, const matrices *x, const matrices *y, int batch_rank, const int64_t *batch,
                     char *c) {
  const int64_t element_bytes = (int64_t)tni_element_bytes(dtype);
  int64_t count = 1, index[TN_MAX_RANK];
  for (int i = 0; i < batch_rank; i++) count *= batch[i];
  tni_product_plan plan = {.dtype = dtype, .m = x->rows, .n = y->columns, .k = x->columns,
                           .a_row = x->row_stride, .a_column = x->column_stride,
                           .b_row = y->row_stride, .b_column = y->column_stride, .c_row = y->columns};
  const uint64_t mark = tni_workspace_mark();
  const bool prepared = tni_product_prepare(&plan);
  for (int64_t i = 0; prepared && i < count; i++) {
    tni_unflatten(i, batch_rank, batch, index);
    tni_product_run(&plan, matrix_at(x, batch_rank, index, element_bytes),
                    matrix_at(y, batch_rank, index, element_bytes), c + i * plan.m * plan.n * element_bytes);
  }
  tni_workspace_release(mark);
  return prepared;
}

static bool check(const char *function, const struct tn_tensor_impl *x, const struct tn_tensor_impl *y) {
  if (!tni_operand_ok(function, x) || !tni_operand_ok(function, y)) return false;
  if (tni_dtype(x) != tni_dtype(y)) {
    tni_fail(function, "dtypes differ: %s and %s; use tn_cast", tni_dtype_name(tni_dtype(x)),
             tni_dtype_name(tni_dtype(y)));
    return false;
  }
  if (tni_dtype(x) != TNI_F32 && tni_dtype(x) != TNI_F64) {
    tni_fail(function, "does not support dtype %s yet", tni_dtype_name(tni_dtype(x)));
    return false;
  }
  if (tni_rank(x) == 0 || tni_rank(y) == 0) {
    tni_fail(function, "%s and %s: a rank 0 is no matrix; tn_mul scales", tni_tensor_text(x).text,
             tni_tensor_text(y).text);
    return false;
  }
  return true;
}

tn_tensor tn_matmul(tn_tensor x, tn_tensor y) {
  const char *const function = "tn_matmul";
  if (!check(function, x, y)) return NULL;
  const unsigned dtype = tni_dtype(x);
  matrices a, b = {.owned = NULL};
  int batch_rank, rank;
  int64_t batch[TN_MAX_RANK], dims[TN_MAX_RANK];
  tn_tensor result = NULL;
  const bool opened = open(&a, x, true) && open(&b, y, false);
  if (!opened) {
    tni_fail(function, "out of memory for %s by %s", tni_tensor_text(x).text, tni_tensor_text(y).text);
  } else if (a.columns != b.rows || !tni_broadcast(a.batch_rank, a.batch, b.batch_rank, b.batch, &batch_rank, batch)) {
    tni_fail(function, "shapes %s and %s do not fit", tni_dims_text(tni_rank(x), x->dims).text,
             tni_dims_text(tni_rank(y), y->dims).text);
  } else {
    rank = batch_rank;
    memcpy(dims, batch, (size_t)rank * sizeof *dims);
    if (tni_rank(x) > 1) dims[rank++] = a.rows;
    if (tni_rank(y) > 1) dims[rank++] = b.columns;
    result = tni_new(dtype, rank, dims);
    bool done = result != NULL;
    if (done && result->size > 0 && a.columns == 0)
      memset(result->data, 0, (size_t)result->size * tni_element_bytes(dtype));
    else if (done && result->size > 0)
      done = multiply(dtype, &a, &b, batch_rank, batch, result->data);
    if (!done) {
      tni_fail_new(function, dtype, rank, dims);
      tn_free(result);
      result = NULL;
    }
  }
  if (a.owned_bytes) tni_release(a.owned, a.owned_bytes);
  if (b.owned_bytes) tni_release(b.owned, b.owned_bytes);
  return result;
}

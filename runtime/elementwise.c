/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * elementwise.c - the elementwise ops: what is checked, and then one loop of isa/elementwise.c over all blocks.
 */
#include "elementwise.h"

#include "dtype.h"
#include "kernels.h"

#include <string.h>

/* ---- operands ---- */

/* Is t one array of the result's shape? */
static bool is_plain(const struct tn_tensor_impl *t, int rank, const int64_t *dims) {
  bool plain = tni_rank(t) == rank && !(tni_flags(t) & TN_FLAG_STRIDED) &&
               ((uintptr_t)t->data & (tni_element_bytes(tni_dtype(t)) - 1)) == 0;
  for (int i = 0; plain && i < rank; i++) plain = t->dims[i] == dims[i];
  return plain;
}

bool tni_source_open(tni_source *source, const char *function, tn_tensor t, unsigned dtype, int rank,
                     const int64_t *dims) {
  if (tni_flags(t) & TN_FLAG_WEAK) {
    if (!tni_weak_element(function, t, dtype, &source->scalar)) return false;
    source->layout = (tni_layout){.data = (const char *)&source->scalar, .dtype = dtype};
  } else if (is_plain(t, rank, dims)) { /* the commonest case, and the cheapest to see */
    source->layout.data = t->data;
    source->layout.dtype = dtype;
    source->is_array = true;
    source->is_constant = false;
    return true;
  } else {
    source->layout = tni_layout_broadcast(t, rank, dims);
    tni_layout_simplify(&source->layout);
  }
  source->is_constant = true;
  for (int i = 0; i < source->layout.rank; i++) source->is_constant &= source->layout.strides[i] == 0;
  source->is_array = source->layout.rank == 1 && tni_layout_is_array(&source->layout);
  return true;
}

const void *tni_source_block(tni_source *source, int64_t first, int64_t count) {
  if (source->is_array) return source->layout.data + first * (int64_t)tni_element_bytes(source->layout.dtype);
  if (!source->is_constant) {
    tni_layout_read(&source->layout, first, count, source->block);
  } else if (first == 0) { /* no block is longer than the first */
    const tni_layout repeated = {
      .data = source->layout.data, .dtype = source->layout.dtype, .rank = 1, .size = count, .dims = {count}};
    tni_layout_read(&repeated, 0, count, source->block);
  }
  return source->block;
}

bool tni_common_shape(const char *function, int count, const tn_tensor *operands, unsigned dtype, int *out_rank,
                      int64_t *out_dims) {
  *out_rank = tni_rank(operands[0]);
  memcpy(out_dims, operands[0]->dims, (size_t)*out_rank * sizeof *out_dims);
  for (int i = 1; i < count; i++) {
    if (tni_broadcast(*out_rank, out_dims, tni_rank(operands[i]), operands[i]->dims, out_rank, out_dims)) continue;
    tni_fail(function, "shapes %s and %s do not broadcast", tni_dims_text(*out_rank, out_dims).text,
             tni_dims_text(tni_rank(operands[i]), operands[i]->dims).text);
    return false;
  }
  int64_t size;
  if (tni_checked_size(*out_rank, out_dims, dtype, &size)) return true;
  tni_fail_new(function, dtype, *out_rank, out_dims);
  return false;
}

/* ---- ops ---- */

/* Runs loop on `count` operands of the given dtypes. */
static tn_tensor run(const char *function, tni_loop loop, int count, const tn_tensor *operands, const unsigned *dtypes,
                     unsigned out_dtype) {
  int rank;
  int64_t dims[TN_MAX_RANK];
  tni_source sources[3];
  if (!tni_common_shape(function, count, operands, out_dtype, &rank, dims)) return NULL;
  for (int i = 0; i < count; i++)
    if (!tni_source_open(&sources[i], function, operands[i], dtypes[i], rank, dims)) return NULL;
  tn_tensor result = tni_new(out_dtype, rank, dims);
  if (!result) {
    tni_fail_new(function, out_dtype, rank, dims);
    return NULL;
  }
  bool arrays = true;
  for (int i = 0; i < count; i++) arrays &= sources[i].is_array;
  const int64_t step = arrays ? result->size : TNI_BLOCK_ELEMENTS;
  const int64_t out_bytes = (int64_t)tni_element_bytes(out_dtype);
  for (int64_t first = 0; first < result->size; first += step) {
    const int64_t n = result->size - first < step ? result->size - first : step;
    const void *blocks[3] = {NULL, NULL, NULL};
    for (int i = 0; i < count; i++) blocks[i] = tni_source_block(&sources[i], first, n);
    loop((char *)result->data + first * out_bytes, blocks[0], blocks[1], blocks[2], n);
  }
  return result;
}

/* All operands of one dtype; loops has a column for each slot. out_dtype 0: the same. */
static tn_tensor apply(const char *function, const tni_loop *loops, int count, tn_tensor x, tn_tensor y, tn_tensor z,
                       unsigned out_dtype) {
  const tn_tensor operands[3] = {x, y, z};
  unsigned dtype;
  for (int i = 0; i < count; i++)
    if (!tni_operand_ok(function, operands[i])) return NULL;
  if (!tni_common_dtype(function, count, operands, &dtype)) return NULL;
  const int slot = tni_slot(dtype);
  if (slot < 0 || !loops[slot]) {
    tni_fail(function, "does not support dtype %s yet", tni_dtype_name(dtype));
    return NULL;
  }
  const unsigned dtypes[3] = {dtype, dtype, dtype};
  return run(function, loops[slot], count, operands, dtypes, out_dtype ? out_dtype : dtype);
}

static const tni_elementwise_kernels *kernels(void) { return TNI_CHOOSE(elementwise); }

/* Names in parentheses are functions even where a macro of that name takes arguments. */
#define TN_UNARY(name, ...)                                                                                            \
  tn_tensor(tn_##name)(tn_tensor x) {                                                                                  \
    return apply("tn_" #name, kernels()->unary[TNI_UNARY_##name], 1, x, NULL, NULL, 0);                                \
  }
#define TN_BINARY(name, ...)                                                                                           \
  tn_tensor(tn_##name)(tn_tensor x, tn_tensor y) {                                                                     \
    return apply("tn_" #name, kernels()->binary[TNI_BINARY_##name], 2, x, y, NULL, 0);                                 \
  }
#define TN_COMPARE(name, ...)                                                                                          \
  tn_tensor(tn_##name)(tn_tensor x, tn_tensor y) {                                                                     \
    return apply("tn_" #name, kernels()->compare[TNI_COMPARE_##name], 2, x, y, NULL, TNI_BOOL);                        \
  }
#define LOGICAL_1(name)                                                                                                \
  tn_tensor(tn_##name)(tn_tensor x) {                                                                                  \
    return apply("tn_" #name, kernels()->logical[TNI_LOGICAL_##name], 1, x, NULL, NULL, 0);                            \
  }
#define LOGICAL_2(name)                                                                                                \
  tn_tensor(tn_##name)(tn_tensor x, tn_tensor y) {                                                                     \
    return apply("tn_" #name, kernels()->logical[TNI_LOGICAL_##name], 2, x, y, NULL, 0);                               \
  }
#define TN_LOGICAL(name, arity, value) LOGICAL_##arity(name)
#include "tenon/ops.def"

tn_tensor(tn_clip)(tn_tensor x, tn_tensor low, tn_tensor high) {
  return apply("tn_clip", kernels()->clip, 3, x, low, high, 0);
}

tn_tensor(tn_where)(tn_tensor c, tn_tensor x, tn_tensor y) {
  const char *const function = "tn_where";
  const tn_tensor operands[3] = {c, x, y};
  unsigned dtype;
  for (int i = 0; i < 3; i++)
    if (!tni_operand_ok(function, operands[i])) return NULL;
  if (tni_dtype(c) != TNI_BOOL) {
    tni_fail(function, "the condition is %s, not bool; tn_not_equal(c, 0) makes one", tni_dtype_name(tni_dtype(c)));
    return NULL;
  }
  if (!tni_common_dtype(function, 2, operands + 1, &dtype)) return NULL;
  const unsigned dtypes[3] = {TNI_BOOL, dtype, dtype};
  return run(function, kernels()->where[__builtin_ctzll(tni_element_bytes(dtype))], 3, operands, dtypes, dtype);
}

tn_tensor tn_cast(tn_tensor x, tn_dtype dtype) {
  unsigned to;
  if (!tni_operand_ok("tn_cast", x) || !tni_check_dtype("tn_cast", dtype, &to)) return NULL;
  const unsigned from = tni_dtype(x);
  if (from == to && !(tni_flags(x) & TN_FLAG_WEAK)) return tn_copy(x);
  const tni_loop loop = TNI_CHOOSE(cast)->from_to[from][to];
  if (!loop) {
    tni_fail("tn_cast", "does not support dtype %s yet", tni_dtype_name(tni_is_native(from) ? to : from));
    return NULL;
  }
  return run("tn_cast", loop, 1, &x, &from, to);
}

tn_tensor tn_copy(tn_tensor t) {
  if (!tni_operand_ok("tn_copy", t)) return NULL;
  const tni_layout layout = tni_layout_of(t);
  return tni_layout_tensor("tn_copy", &layout);
}

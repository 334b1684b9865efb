/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * map.c - functions of the program over elements: one call after another, in row-major order, on the calling thread.
 */
#include "dtype.h"
#include "elementwise.h"

/* Checks and opens the operands of tn_map (count 1) or tn_zip (2), and makes the result. */
static tn_tensor prepare(const char *function, bool callable, unsigned dtype, int count, const tn_tensor *operands,
                         tni_source *sources) {
  int rank;
  int64_t dims[TN_MAX_RANK];
  for (int i = 0; i < count; i++) {
    if (!tni_operand_ok(function, operands[i])) return NULL;
    const unsigned own = tni_dtype(operands[i]);
    if (own == dtype || tni_flags(operands[i]) & TN_FLAG_WEAK) continue;
    tni_fail(function, "the function is of %s, the tensor of %s; use tn_cast", tni_dtype_name(dtype),
             tni_dtype_name(own));
    return NULL;
  }
  if (!callable) {
    tni_fail(function, "the function is NULL");
    return NULL;
  }
  if (!tni_common_shape(function, count, operands, dtype, &rank, dims)) return NULL;
  for (int i = 0; i < count; i++)
    if (!tni_source_open(&sources[i], function, operands[i], dtype, rank, dims)) return NULL;
  tn_tensor result = tni_new(dtype, rank, dims);
  if (!result) tni_fail_new(function, dtype, rank, dims);
  return result;
}

#define MAP(suffix, type, code)                                                                                        \
  tn_tensor tn_map_##suffix(type (*f)(type), tn_tensor x) {                                                            \
    tni_source source;                                                                                                 \
    tn_tensor result = prepare("tn_map", f != NULL, code, 1, &x, &source);                                             \
    if (!result) return NULL;                                                                                          \
    for (int64_t first = 0; first < result->size; first += TNI_BLOCK_ELEMENTS) {                                       \
      const int64_t rest = result->size - first, n = rest < TNI_BLOCK_ELEMENTS ? rest : TNI_BLOCK_ELEMENTS;            \
      const type *xs = tni_source_block(&source, first, n);                                                            \
      for (int64_t i = 0; i < n; i++) ((type *)result->data)[first + i] = f(xs[i]);                                    \
    }                                                                                                                  \
    return result;                                                                                                     \
  }                                                                                                                    \
  tn_tensor tn_zip_##suffix(type (*f)(type, type), tn_tensor x, tn_tensor y) {                                         \
    tni_source sources[2];                                                                                             \
    const tn_tensor operands[2] = {x, y};                                                                              \
    tn_tensor result = prepare("tn_zip", f != NULL, code, 2, operands, sources);                                       \
    if (!result) return NULL;                                                                                          \
    for (int64_t first = 0; first < result->size; first += TNI_BLOCK_ELEMENTS) {                                       \
      const int64_t rest = result->size - first, n = rest < TNI_BLOCK_ELEMENTS ? rest : TNI_BLOCK_ELEMENTS;            \
      const type *xs = tni_source_block(&sources[0], first, n), *ys = tni_source_block(&sources[1], first, n);         \
      for (int64_t i = 0; i < n; i++) ((type *)result->data)[first + i] = f(xs[i], ys[i]);                             \
    }                                                                                                                  \
    return result;                                                                                                     \
  }
MAP(f32, float, TNI_F32)
MAP(f64, double, TNI_F64)

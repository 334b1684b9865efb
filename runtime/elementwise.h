/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * elementwise.h - operands of one shape, block by block, as arrays.
 *
 * Loops see contiguous arrays only. An operand that is one already is read where it stands; others (views with strides,
 * broadcast ones, scalars) are packed, a block at a time, into a buffer that stays in the first cache.
 */
#ifndef TENON_ELEMENTWISE_H
#define TENON_ELEMENTWISE_H

#include "internal.h"

enum { TNI_BLOCK_ELEMENTS = 512 };

typedef struct tni_source {
  tni_layout layout; /* broadcast to the result's shape, and simplified */
  bool is_array, is_constant;
  uint64_t scalar; /* of a weak operand: its element; layout.data points here */
  _Alignas(64) char block[TNI_BLOCK_ELEMENTS * 8];
} tni_source;

/* Prepares an operand that is to have this dtype (code) and shape. False, with an error, if it is a number that does not
 * fit. The source must stay where it is. */
bool tni_source_open(tni_source *source, const char *function, tn_tensor t, unsigned dtype, int rank,
                     const int64_t *dims);
/* Elements first .. first + count - 1, count <= TNI_BLOCK_ELEMENTS, with first going up from 0 in whole blocks. */
const void *tni_source_block(tni_source *source, int64_t first, int64_t count);

/* The shape that all operands broadcast to; false, with an error, if there is none or a tensor of dtype would be too large. */
bool tni_common_shape(const char *function, int count, const tn_tensor *operands, unsigned dtype, int *out_rank,
                      int64_t *out_dims);

#endif

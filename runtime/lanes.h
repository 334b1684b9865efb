/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * lanes.h - how what a reduction gathered is put together.
 */
#ifndef TENON_LANES_H
#define TENON_LANES_H

#include "internal.h"

/* The arithmetic of one reduction kind on one dtype. */
typedef struct tni_lanes {
  size_t element_bytes;
  /* to[i] = to[i] op from[i]; to is the earlier part. */
  void (*combine)(void *to, const void *from, int64_t n);
  /* Halves count * width elements, as `count` (a power of two) sides of width,
   * to one side. */
  void (*halve)(void *lanes, int64_t count, int64_t width);
  /* Halves TN_LANES lanes to one element, and leaves them as they are. */
  void (*total)(const void *lanes, void *out_element);
  /* Sets n elements to what absent terms leave. */
  void (*start)(void *lanes, int64_t n);
} tni_lanes;

/* By dtype and kind (isa/combine.c). */
extern const tni_lanes tni_lanes_v2[TNI_DTYPES][4], tni_lanes_v3[TNI_DTYPES][4],
    tni_lanes_v4[TNI_DTYPES][4], tni_lanes_neon[TNI_DTYPES][4];

/* NULL where the runtime has none. MOMENTS gathers sums. */
const tni_lanes *tni_lanes_of(unsigned kind, unsigned dtype);

#endif

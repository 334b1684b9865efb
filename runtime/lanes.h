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
  /* Halves TN_LANES lanes to one element, TN_SPLAT_BYTES of it, and leaves them
   * as they are. */
  void (*total)(const void *lanes, void *out_splat);
  /* Sets n elements to what absent terms leave. */
  void (*start)(void *lanes, int64_t n);
} tni_lanes;

/* By dtype and kind (isa/combine.c). */
extern const tni_lanes tni_lanes_v2[TNI_DTYPES][4], tni_lanes_v3[TNI_DTYPES][4],
    tni_lanes_v4[TNI_DTYPES][4], tni_lanes_neon[TNI_DTYPES][4];

/* Fills TN_SPLAT_BYTES with one element, which may be the first of them. By
 * the element's size. */
typedef void (*tni_splat_function)(void *out_splat, const void *element);
extern const tni_splat_function tni_splats_v2[9], tni_splats_v3[9],
    tni_splats_v4[9], tni_splats_neon[9];
const tni_splat_function *tni_splats(void);

/* NULL where the runtime has none. MOMENTS gathers sums. */
const tni_lanes *tni_lanes_of(unsigned kind, unsigned dtype);

#endif

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
  /* Sets n elements to what absent terms leave. */
  void (*start)(void *lanes, int64_t n);
} tni_lanes;

/* NULL where the runtime has none. MOMENTS gathers sums. */
const tni_lanes *tni_lanes_of(unsigned kind, unsigned dtype);

#endif

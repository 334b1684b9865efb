/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * line.c - what is defined on whole lines: softmax and var. A line is the reduced elements in logical order.
 */
#include "../kernels.h"

#define ADD(x, y) ((x) + (y))
#define MULTIPLY(x, y) ((x) * (y))
#define GREATER(x, y) FN(maximum)(x, y)
#define LESSER(x, y) FN(minimum)(x, y)

#define LANES 1
#define REAL_BITS 32
#include "line_rows.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "line_rows.h"

const tni_line_kernels TNI_TABLE(line) = {
  .softmax = {softmax_f32, softmax_f64},
  .var = {var_f32, var_f64},
};

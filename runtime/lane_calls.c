/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * lane_calls.c - what compiled kernels call for single lanes: the far reductions of sin and cos, fma without the instruction.
 */
#include "internal.h"

#include "tenon/scalar/far_reduction.h"

#include <math.h>

double tn_rt_fma_f64(double x, double y, double z) { return fma(x, y, z); }

float tn_rt_far_value_f32(float x) {
  int32_t quadrant;
  return tn_reduce_far_f32(x, &quadrant);
}

int32_t tn_rt_far_quadrant_f32(float x) {
  int32_t quadrant;
  (void)tn_reduce_far_f32(x, &quadrant);
  return quadrant;
}

double tn_rt_far_value_f64(double x) {
  int64_t quadrant;
  return tn_reduce_far_f64(x, &quadrant);
}

int64_t tn_rt_far_quadrant_f64(double x) {
  int64_t quadrant;
  (void)tn_reduce_far_f64(x, &quadrant);
  return quadrant;
}

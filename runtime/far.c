/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * far.c - the far reductions of sin and cos for compiled kernels, which call them for single lanes.
 */
#include "internal.h"

#include "tenon/scalar/far_reduction.h"

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

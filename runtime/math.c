/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * math.c - the scalar functions of math.h: those of isa/scalar.c that suit this processor.
 */
#include "kernels.h"

#define ONE(name)                                                                                                      \
  float tn_##name##f(float x) { return TNI_CHOOSE(scalar)->name##_f32(x); }                                            \
  double tn_##name##d(double x) { return TNI_CHOOSE(scalar)->name##_f64(x); }
TNI_SCALARS_1(ONE)
#define TWO(name)                                                                                                      \
  float tn_##name##f(float x, float y) { return TNI_CHOOSE(scalar)->name##_f32(x, y); }                                \
  double tn_##name##d(double x, double y) { return TNI_CHOOSE(scalar)->name##_f64(x, y); }
TNI_SCALARS_2(TWO)

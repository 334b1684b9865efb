/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * vectors.c - the functions of ops.def on vectors of 16 bytes, for kernels of processors without fma. There each fma is a
 * dozen operations, and kernels that had them in place would take long to compile.
 */
#if defined(__x86_64__) && !defined(__AVX__)

#define PUBLIC __attribute__((visibility("default")))
#define LANES 4
#define REAL_BITS 32
#include "tenon/scalar/elementary.h"

#include "tenon/scalar/arithmetic.h"
#define K(c) FN(splat)((real)(c))
#define TN_UNARY(name, types, value, integer, derivative, ulp32, ulp64)                                                \
  PUBLIC F tn_rt_##name##_f32x4(F x);                                                                                  \
  F tn_rt_##name##_f32x4(F x) { return value; }
#define TN_BINARY(name, types, value, integer, derivative_x, derivative_y, ulp32, ulp64)                               \
  PUBLIC F tn_rt_##name##_f32x4(F x, F y);                                                                             \
  F tn_rt_##name##_f32x4(F x, F y) { return value; }
#include "tenon/ops.def"

#undef K
#undef LANES
#undef REAL_BITS

#define LANES 2
#define REAL_BITS 64
#include "tenon/scalar/elementary.h"

#include "tenon/scalar/arithmetic.h"
#define K(c) FN(splat)((real)(c))
#define TN_UNARY(name, types, value, integer, derivative, ulp32, ulp64)                                                \
  PUBLIC F tn_rt_##name##_f64x2(F x);                                                                                  \
  F tn_rt_##name##_f64x2(F x) { return value; }
#define TN_BINARY(name, types, value, integer, derivative_x, derivative_y, ulp32, ulp64)                               \
  PUBLIC F tn_rt_##name##_f64x2(F x, F y);                                                                             \
  F tn_rt_##name##_f64x2(F x, F y) { return value; }
#include "tenon/ops.def"

#else
typedef int tn_no_vectors;
#endif

/*===-- fma_emulated.h - binary32 fused multiply-add in software ---*- C -*-===*
 *
 * Part of Tenon, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * a * b + c rounded once, for processors without the instruction, with the
 * same bits as the instruction.
 *
 * The product of two floats is exact in double. Rounding the sum first to
 * double and then to float is wrong only where the double lies half way
 * between two floats, or where the result is denormal; rounding to odd in
 * between is right always (Boldo and Melquiond, "Emulation of FMA and
 * correctly rounded sums: proved algorithms using rounding to odd", IEEE
 * Transactions on Computers 57(4), 2008).
 *
 *===----------------------------------------------------------------------===*/

#ifndef TENON_SCALAR_FMA_EMULATED_H
#define TENON_SCALAR_FMA_EMULATED_H

#include <stdint.h>
#include <string.h>

static inline float tn_fma_f32(float a, float b, float c) {
  double product = (double)a * b;
  double sum = product + c;
  /* Knuth's two-sum: the exact error of the addition. */
  double c_rounded = sum - product;
  double error = (product - (sum - c_rounded)) + (c - c_rounded);
  uint64_t bits;
  memcpy(&bits, &sum, sizeof bits);
  if ((error < 0 || error > 0) && !(bits & 1))
    bits +=
        (error > 0) == (sum > 0) ? 1 : UINT64_MAX; /* to the odd neighbour */
  memcpy(&sum, &bits, sizeof sum);
  return (float)sum;
}

#if defined __clang__ || __GNUC__ >= 12
typedef float tn_f32x4 __attribute__((vector_size(16)));
typedef double tn_f64x4 __attribute__((vector_size(32)));
typedef int64_t tn_i64x4 __attribute__((vector_size(32)));

/* Four lanes; takes the slow step only if some lane needs it. */
static inline __attribute__((always_inline)) tn_f32x4 tn_fma_f32x4(tn_f32x4 a,
                                                                   tn_f32x4 b,
                                                                   tn_f32x4 c) {
  tn_f64x4 product = __builtin_convertvector(a, tn_f64x4) *
                     __builtin_convertvector(b, tn_f64x4);
  tn_f64x4 addend = __builtin_convertvector(c, tn_f64x4);
  tn_f64x4 sum = product + addend;
  tn_i64x4 bits = (tn_i64x4)sum;
  tn_i64x4 half_way = (tn_i64x4)((bits & 0x1fffffff) == 0x10000000);
  tn_i64x4 below_2_to_minus_126 =
      (tn_i64x4)((bits & INT64_MAX) < 0x3810000000000000);
  tn_i64x4 hard = half_way | below_2_to_minus_126;
  if (__builtin_expect((hard[0] | hard[1] | hard[2] | hard[3]) != 0, 0)) {
    tn_f64x4 addend_rounded = sum - product;
    tn_f64x4 error =
        (product - (sum - addend_rounded)) + (addend - addend_rounded);
    tn_i64x4 inexact = (tn_i64x4)((error < 0) | (error > 0));
    tn_i64x4 even = (bits & 1) - 1;
    tn_i64x4 towards_zero = (tn_i64x4)(((tn_i64x4)error ^ bits) < 0);
    bits += (1 - (towards_zero & 2)) & inexact & even;
    sum = (tn_f64x4)bits;
  }
  return __builtin_convertvector(sum, tn_f32x4);
}
#endif

#endif /* TENON_SCALAR_FMA_EMULATED_H */

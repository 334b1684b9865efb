/*===-- far_reduction.h - large arguments of sine and cosine -------*- C -*-===*
 *
 * Part of Tenon, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * x modulo pi/2, for arguments so large that x - n pi/2 would cancel more bits
 * of pi than a few constants hold. See Payne and Hanek, "Radian reduction for
 * trigonometric functions", SIGNUM Newsletter 18(1), 1983.
 *
 * With x = m 2^k, the bits of 2/pi that weigh 4 or more after the product with
 * 2^k only add whole turns, so a window of 2/pi that starts below them,
 * multiplied by m as integers, gives x 2/pi modulo 4 to as many bits as the
 * window is long. All in integers until the last step: the same bits on every
 * machine.
 *
 *===----------------------------------------------------------------------===*/

#ifndef TENON_SCALAR_FAR_REDUCTION_H
#define TENON_SCALAR_FAR_REDUCTION_H

#include <stdint.h>
#include <string.h>

/* 2/pi in words of 32 bits, most significant first, behind two words of zeros
 * for windows that start before its first bit. */
static const uint32_t tn_two_over_pi[] = {
    0x00000000, 0x00000000, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0,
    0xdb629599, 0x3c439041, 0xfe5163ab, 0xdebbc561, 0xb7246e3a, 0x424dd2e0,
    0x06492eea, 0x09d1921c, 0xfe1deb1c, 0xb129a73e, 0xe88235f5, 0x2ebb4484,
    0xe99c7026, 0xb45f7e41, 0x3991d639, 0x835339f4, 0x9c845f8b, 0xbdf9283b,
    0x1ff897ff, 0xde05980f, 0xef2f118b, 0x5a0a6d1f, 0x6d367ecf, 0x27cb09b7,
    0x4f463f66, 0x9e5fea2d, 0x7527bac7, 0xebe5f17b, 0x3d0739f7, 0x8a5292ea,
    0x6bfb5fb1, 0x1f8d5d08, 0x56033046, 0xfc7b6bab};

/* Word i of the window that starts at the given bit of the table. */
static inline uint32_t tn_two_over_pi_word(int bit, int i) {
  int word = (bit >> 5) + i;
  uint64_t two_words =
      (uint64_t)tn_two_over_pi[word] << 32 | tn_two_over_pi[word + 1];
  return (uint32_t)(two_words << (bit & 31) >> 32);
}

/* Returns r in [-pi/4, pi/4], and n mod 4 in out_quadrant, with
 * x = r + n pi/2, for any finite |x| >= 1; NaN for an infinity or NaN. */
static inline float tn_reduce_far_f32(float x, int32_t *out_quadrant) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  int exponent = (int)(bits >> 23 & 0xff);
  if (exponent == 0xff) {
    *out_quadrant = 0;
    return x - x;
  }
  /* x = m 2^(exponent - 150). The nearest float to a multiple of pi/2 is about
   * 2^-32 away; 96 bits leave 62 after the two of the quadrant. */
  uint64_t m = (bits & 0x7fffff) | 0x800000;
  int start = exponent - 88;
  uint64_t turn = (m * tn_two_over_pi_word(start, 0) << 32) +
                  m * tn_two_over_pi_word(start, 1) +
                  (m * tn_two_over_pi_word(start, 2) >> 32);
  uint32_t quadrant = (uint32_t)(turn >> 62);
  uint64_t fraction = turn << 2; /* of a quadrant, in units of 2^-64 */
  int up = (int)(fraction >> 63);
  /* To the nearest quadrant: fraction - 1 if it is half or more. */
  double distance = (double)(up ? 0 - fraction : fraction);
  double r = distance * 0x1.921fb54442d18p-64; /* pi/2 2^-64 */
  quadrant += (uint32_t)up;
  int negative = (int)(bits >> 31);
  *out_quadrant = (int32_t)((negative ? 0 - quadrant : quadrant) & 3);
  return (float)(negative != up ? -r : r);
}

/* The high 64 bits of a * b. */
static inline uint64_t tn_multiply_high(uint64_t a, uint64_t b) {
  uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
  uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
  uint64_t other = a0 * b1 + (uint32_t)middle;
  return a1 * b1 + (middle >> 32) + (other >> 32);
}

/* The same for double. */
static inline double tn_reduce_far_f64(double x, int64_t *out_quadrant) {
  enum { WORDS = 6 };
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int exponent = (int)(bits >> 52 & 0x7ff);
  if (exponent == 0x7ff) {
    *out_quadrant = 0;
    return x - x;
  }
  /* x = m 2^(exponent - 1075). The nearest double to a multiple of pi/2 is
   * about 2^-61 away; 192 bits leave 76 good ones below that, after the two of
   * the quadrant and the 53 that the cut at the window's end disturbs. */
  uint64_t m = (bits & 0xfffffffffffff) | 0x10000000000000;
  uint64_t m0 = (uint32_t)m, m1 = m >> 32;
  int start = exponent - 1013;
  uint32_t product[WORDS]; /* m times the window, mod 2^192; big-endian */
  uint64_t carry = 0;
  uint32_t right = 0; /* the window's word to the right, for m1 */
  for (int i = WORDS - 1; i >= 0; i--) {
    uint32_t word = tn_two_over_pi_word(start, i);
    /* m1 < 2^21, so the sum is below 2^64. */
    uint64_t low = m0 * word;
    uint64_t sum = (uint32_t)low + m1 * right + carry;
    product[i] = (uint32_t)sum;
    carry = (sum >> 32) + (low >> 32);
    right = word;
  }
  uint32_t quadrant = product[0] >> 30;
  uint64_t fraction[3]; /* of a quadrant, 190 bits from the top */
  for (int i = 0; i < 3; i++) {
    uint64_t next = i < 2 ? product[2 * i + 2] : 0;
    fraction[i] = (uint64_t)product[2 * i] << 34 |
                  (uint64_t)product[2 * i + 1] << 2 | next >> 30;
  }
  int up = (int)(fraction[0] >> 63);
  if (up) { /* 1 - fraction, but for the last unit of 2^-192 */
    for (int i = 0; i < 3; i++)
      fraction[i] = ~fraction[i];
  }
  quadrant += (uint32_t)up;
  /* At most 64 zeros lead: see the distance above. */
  int zeros = 0;
  if (fraction[0] == 0) {
    fraction[0] = fraction[1];
    fraction[1] = fraction[2];
    zeros = 64;
  }
  while (!(fraction[0] >> 63) && zeros < 128) {
    fraction[0] = fraction[0] << 1 | fraction[1] >> 63;
    fraction[1] <<= 1;
    zeros++;
  }
  /* pi/2 as 64 bits: the product is below 2^64, in units of 2^-63. */
  double r = (double)tn_multiply_high(fraction[0], 0xc90fdaa22168c235);
  uint64_t scale_bits = (uint64_t)(1023 - 63 - zeros) << 52;
  double scale;
  memcpy(&scale, &scale_bits, sizeof scale);
  r *= scale;
  int negative = (int)(bits >> 63);
  *out_quadrant = (int64_t)((negative ? 0 - quadrant : quadrant) & 3);
  return negative != up ? -r : r;
}

#endif /* TENON_SCALAR_FAR_REDUCTION_H */

/*===-- lanes.h - the primitives elementary.h is written in --------*- C -*-===*
 *
 * Part of Tenon, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * The adaptor between elementary.h and a machine, for one element type and
 * one number of lanes. It is included by elementary.h, once for each pair of
 *
 *   REAL_BITS   32 or 64
 *   LANES       1 (plain C11), or 2, 4, 8, 16 (vector extensions of gcc and
 *               clang)
 *
 * and gives, for that pair,
 *
 *   FN(name)    the name with the pair pasted on: FN(exp) is exp32_8
 *   F, B, U     LANES reals, signed integers, unsigned integers of that width
 *   FN(pair)    struct { F value; B n; }
 *   splat, int_splat, as_signed, as_unsigned, bits_of, real_of, to_real,
 *   sel, lt, eq, fma, any, reduce_far
 *
 * A mask is a B whose lanes are all ones or all zeros.
 *
 * An includer of elementary.h may supply all of these itself (any is used here
 * only), and inline_, the words functions begin with: it defines TN_OWN_LANES,
 * and this file is skipped. A compiler whose F and B are values of its IR does
 * so. With TN_OWN_SCALED it also supplies FN(scaled)(F y, B n), which is y 2^n
 * rounded once: one instruction on AVX-512.
 *
 * The macros stay defined, so that FN and F can be used after the include;
 * include this after every header that is not ours.
 *
 * The floating-point environment is not touched. The code asks for round to
 * nearest, evaluation in the type itself (FLT_EVAL_METHOD 0) and no
 * contraction (-ffp-contract=off).
 *
 *===----------------------------------------------------------------------===*/

#include "far_reduction.h"

#include <stdint.h>
#include <string.h>

#undef real
#undef bits
#undef ubits
#undef F
#undef B
#undef U
#undef FN
#undef CAT
#undef CAT_
#undef inline_
#define CAT_(name, width, lanes) name##width##_##lanes
#define CAT(name, width, lanes) CAT_(name, width, lanes)
#if REAL_BITS == 32
#define real float
#define bits int32_t
#define ubits uint32_t
#define FN(name) CAT(name, 32, LANES)
#else
#define real double
#define bits int64_t
#define ubits uint64_t
#define FN(name) CAT(name, 64, LANES)
#endif
#define F FN(F)
#define B FN(B)
#define U FN(U)
#define inline_ static inline __attribute__((always_inline))

/* Without the instruction, fmaf of libm has the right bits but is a call. */
#if !defined TN_EMULATE_FMA && !defined __FMA__ && !defined __FP_FAST_FMAF &&  \
    !defined __aarch64__
#define TN_EMULATE_FMA
#endif
#ifdef TN_EMULATE_FMA
#include "fma_emulated.h"
#endif

/* One lane's fma, in the type of this inclusion. */
inline_ real FN(lane_fma)(real a, real b, real c) {
#if REAL_BITS == 64
  return __builtin_fma(a, b, c);
#elif defined TN_EMULATE_FMA
  return tn_fma_f32(a, b, c);
#else
  return __builtin_fmaf(a, b, c);
#endif
}

/* One lane's far reduction; the quadrant is only needed mod 4. */
inline_ real FN(lane_reduce_far)(real x, bits *out_quadrant) {
#if REAL_BITS == 32
  return tn_reduce_far_f32(x, out_quadrant);
#else
  return tn_reduce_far_f64(x, out_quadrant);
#endif
}

#if LANES == 1

typedef real F;
typedef bits B;
typedef ubits U;
typedef struct {
  F value;
  B n;
} FN(pair);

inline_ F FN(splat)(real c) { return c; }
inline_ B FN(int_splat)(bits c) { return c; }
inline_ B FN(as_signed)(U u) { return (B)u; }
inline_ U FN(as_unsigned)(B b) { return (U)b; }
inline_ B FN(bits_of)(F x) {
  B b;
  memcpy(&b, &x, sizeof b);
  return b;
}
inline_ F FN(real_of)(B b) {
  F x;
  memcpy(&x, &b, sizeof x);
  return x;
}
inline_ F FN(to_real)(B b) { return (F)b; }
inline_ F FN(sel)(B mask, F a, F b) { return mask ? a : b; }
inline_ B FN(lt)(F a, F b) { return -(B)(a < b); }
inline_ B FN(eq)(F a, F b) { return -(B)(a == b); }
inline_ F FN(fma)(F a, F b, F c) { return FN(lane_fma)(a, b, c); }
inline_ int FN(any)(B mask) { return mask != 0; }

#else

/* Aligned as one element, so that a pointer into an array may be cast. */
#define LANES_OF_(type)                                                        \
  __attribute__((vector_size(LANES * sizeof(type)), aligned(sizeof(type)),     \
                 may_alias))
typedef real F LANES_OF_(real);
typedef bits B LANES_OF_(bits);
typedef ubits U LANES_OF_(ubits);
#undef LANES_OF_
typedef struct {
  F value;
  B n;
} FN(pair);

inline_ F FN(splat)(real c) { return c - (F){0}; /* - keeps the sign of -0 */ }
inline_ B FN(int_splat)(bits c) { return c + (B){0}; }
inline_ B FN(as_signed)(U u) { return (B)u; }
inline_ U FN(as_unsigned)(B b) { return (U)b; }
inline_ B FN(bits_of)(F x) { return (B)x; }
inline_ F FN(real_of)(B b) { return (F)b; }
inline_ F FN(to_real)(B b) {
#if REAL_BITS == 32
  return __builtin_convertvector(b, F);
#else
  /* AVX2 converts no 64-bit integers. These are exponents, far below 2^51:
   * added to the bits of 1.5 * 2^52 they are that number plus b. */
  const F shift = FN(splat)(0x1.8p52);
  return (F)((B)shift + b) - shift;
#endif
}
inline_ F FN(sel)(B mask, F a, F b) {
  return (F)((mask & (B)a) | (~mask & (B)b));
}
inline_ B FN(lt)(F a, F b) { return (B)(a < b); }
inline_ B FN(eq)(F a, F b) { return (B)(a == b); }
inline_ F FN(fma)(F a, F b, F c) {
#if defined TN_EMULATE_FMA && REAL_BITS == 32 && LANES == 4
  return (F)tn_fma_f32x4((tn_f32x4)a, (tn_f32x4)b, (tn_f32x4)c);
#elif defined __clang__ && !(defined TN_EMULATE_FMA && REAL_BITS == 32)
  return __builtin_elementwise_fma(a, b, c);
#else
  F r;
  for (int i = 0; i < LANES; i++)
    r[i] = FN(lane_fma)(a[i], b[i], c[i]);
  return r;
#endif
}
inline_ int FN(any)(B mask) {
  bits r = 0;
  for (int i = 0; i < LANES; i++)
    r |= mask[i];
  return r != 0;
}

#endif /* LANES == 1 */

/* Returns near with its lanes in the mask far replaced by the reduction of x:
 * value in [-pi/4, pi/4] and n with x = value + n pi/2 (n mod 4). Far
 * arguments are rare and their reduction reads a table of 2/pi at a place that
 * depends on the exponent, so it goes lane by lane, in integers. */
inline_ FN(pair) FN(reduce_far)(F x, B far, FN(pair) near) {
  if (__builtin_expect(FN(any)(far), 0)) {
#if LANES == 1
    near.value = FN(lane_reduce_far)(x, &near.n);
#else
    for (int i = 0; i < LANES; i++) {
      if (!far[i])
        continue;
      bits quadrant;
      near.value[i] = FN(lane_reduce_far)(x[i], &quadrant);
      near.n[i] = quadrant;
    }
#endif
  }
  return near;
}

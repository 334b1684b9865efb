/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * arithmetic.h - what ops.def needs beside elementary.h: square root, rounding, comparison, maximum and minimum.
 *
 * Included right after elementary.h, for the same REAL_BITS and LANES, and written in the same tokens. FN(sqrt),
 * FN(floor), FN(ceil) and FN(round_even) belong to the adaptor (who defines TN_OWN_LANES supplies them); each is one
 * instruction or one intrinsic, rounded as IEEE 754 says, whatever the width.
 */

#ifndef TN_OWN_LANES

#if REAL_BITS == 32
#define BUILTIN(name) __builtin_##name##f
#else
#define BUILTIN(name) __builtin_##name
#endif

#if LANES == 1
inline_ F FN(sqrt)(F x) { return BUILTIN(sqrt)(x); }
inline_ F FN(floor)(F x) { return BUILTIN(floor)(x); }
inline_ F FN(ceil)(F x) { return BUILTIN(ceil)(x); }
#elif defined __clang__
inline_ F FN(sqrt)(F x) { return __builtin_elementwise_sqrt(x); }
inline_ F FN(floor)(F x) { return __builtin_elementwise_floor(x); }
inline_ F FN(ceil)(F x) { return __builtin_elementwise_ceil(x); }
#else
#define BY_LANE(name)                                                          \
  inline_ F FN(name)(F x) {                                                    \
    for (int i = 0; i < LANES; i++)                                            \
      x[i] = BUILTIN(name)(x[i]);                                              \
    return x;                                                                  \
  }
BY_LANE(sqrt)
BY_LANE(floor)
BY_LANE(ceil)
#undef BY_LANE
#endif
#undef BUILTIN

/* roundeven is a call where there is no SSE4.1, and missing from older libms. */
inline_ F FN(round_even)(F x) {
  return FN(with_sign_of)(FN(nearest_integer)(FN(magnitude)(x)), x);
}

#endif

inline_ B FN(le)(F x, F y) { return FN(lt)(x, y) | FN(eq)(x, y); }

/* IEEE 754-2019 maximum and minimum: a NaN wins (as x + y), and -0 is below
 * +0: of equals, which else have equal bits, the signs are met by and and or. */
inline_ F FN(maximum)(F x, F y) {
  F equal = FN(real_of)(FN(bits_of)(x) & FN(bits_of)(y));
  F other = FN(sel)(FN(lt)(y, x), x, FN(sel)(FN(eq)(x, y), equal, x + y));
  return FN(sel)(FN(lt)(x, y), y, other);
}
inline_ F FN(minimum)(F x, F y) {
  F equal = FN(real_of)(FN(bits_of)(x) | FN(bits_of)(y));
  F other = FN(sel)(FN(lt)(x, y), x, FN(sel)(FN(eq)(x, y), equal, x + y));
  return FN(sel)(FN(lt)(y, x), y, other);
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * integer.h - the integer functions of ops.def: I(add)(x, y) and so on, for one type. No input traps or is undefined.
 *
 * The includer defines INT_BITS (8, 16, 32, 64) and INT_SIGNED (0, 1), once for each type, and gets
 *   I(name)     the name with the type pasted on: I(add) is add_i32
 *   I(number)    the type; I(word) the unsigned one of its width; I(lowest) its least value
 * Addition, subtraction, multiplication and negation wrap; so does the magnitude of the least value. x / 0 is 0; the
 * least value / -1 is itself.
 */
#include <stdint.h>

#undef I
#undef INT_JOIN
#undef INT_JOIN_
#define INT_JOIN_(name, kind, width) name##_##kind##width
#define INT_JOIN(name, kind, width) INT_JOIN_(name, kind, width)
#if INT_SIGNED
#define I(name) INT_JOIN(name, i, INT_BITS)
#else
#define I(name) INT_JOIN(name, u, INT_BITS)
#endif
#define INT_TYPE_(prefix, width) prefix##width##_t
#define INT_TYPE(prefix, width) INT_TYPE_(prefix, width)
#if INT_SIGNED
typedef INT_TYPE(int, INT_BITS) I(number);
#else
typedef INT_TYPE(uint, INT_BITS) I(number);
#endif
typedef INT_TYPE(uint, INT_BITS) I(word);
#undef INT_TYPE
#undef INT_TYPE_

#define INT_FUNCTION static inline __attribute__((always_inline)) I(number)

INT_FUNCTION I(splat)(int64_t c) { return (I(number))c; }
INT_FUNCTION I(lowest)(void) {
  return INT_SIGNED ? (I(number))(I(word))((uint64_t)1 << (INT_BITS - 1)) : 0;
}
INT_FUNCTION I(add)(I(number) x, I(number) y) { return (I(number))((I(word))x + (I(word))y); }
INT_FUNCTION I(sub)(I(number) x, I(number) y) { return (I(number))((I(word))x - (I(word))y); }
/* Through 64 bits, for 16-bit operands promote to int and overflow it. */
INT_FUNCTION I(mul)(I(number) x, I(number) y) { return (I(number))(I(word))((uint64_t)x * (uint64_t)y); }
INT_FUNCTION I(neg)(I(number) x) { return (I(number))(0 - (I(word))x); }
#if INT_SIGNED
INT_FUNCTION I(abs)(I(number) x) { return x < 0 ? I(neg)(x) : x; }
#else
INT_FUNCTION I(abs)(I(number) x) { return x; }
#endif
INT_FUNCTION I(max)(I(number) x, I(number) y) { return x < y ? y : x; }
INT_FUNCTION I(min)(I(number) x, I(number) y) { return y < x ? y : x; }
INT_FUNCTION I(div)(I(number) x, I(number) y) {
  if (y == 0) return 0;
  if (INT_SIGNED && y == (I(number))-1) return I(neg)(x);
  return (I(number))(x / y);
}

#undef INT_FUNCTION

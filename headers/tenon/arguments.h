/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * arguments.h - how the functions of Tenon take "a tensor or a number" and "any number of dims". Included by tensor.h.
 *
 * Operands. tn_add(x, 2) works because a number becomes a weak tensor of rank 0, which takes the dtype of the other
 * side. In C++ that is a conversion; in C a macro wraps each operand in TN_OPERAND, which mentions it once: a macro that
 * mentioned it twice would double the program's text at each level of nesting, and twenty levels are not rare.
 *
 * Dims, axes and indices. tn_zeros(TN_F32, 3, 4) is tn_zeros_(TN_F32, 3, 4, pad, pad, pad, pad, pad, pad): the macros
 * count tokens and pad. For ranks known only at run time there is tn_zeros_n(dtype, rank, dims), and so on for each.
 */
#ifndef TENON_ARGUMENTS_H
#define TENON_ARGUMENTS_H

#ifdef __cplusplus
extern "C" {
#endif

/* Stands where no dim, axis or index is given. */
#define TN_PAD_VALUE INT64_MIN
#define TN_DIMS8 int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t

/* A number as an operand: a tensor of rank 0 that takes the dtype of the other side. Programs do not call these; the
 * macros and overloads below do. An integer fits every dtype that holds its value; a floating number with an
 * integer tensor is an error. */
TN_OP("scalar_f64") TN_RESULT tn_tensor tn_scalar_f64(double value) TN_NOTHROW;
TN_OP("scalar_i64") TN_RESULT tn_tensor tn_scalar_i64(int64_t value) TN_NOTHROW;
TN_OP("scalar_u64") TN_RESULT tn_tensor tn_scalar_u64(uint64_t value) TN_NOTHROW;

/* A number with its kind, so that none is rounded on its way (see tn_values). */
enum { TN_NUMBER_F64, TN_NUMBER_I64, TN_NUMBER_U64 };
typedef struct tn_number {
  union {
    double f64;
    int64_t i64;
    uint64_t u64;
  } value;
  int64_t kind;
} tn_number;

#ifdef __cplusplus
}
#endif

#define TN_NOT_A_TENSOR "not a tensor and not a number: wrap memory with tn_view(ptr, TN_F32, dims...)"

#ifndef __cplusplus /* ======================================== C ============================================== */

#if defined(__clang__)
#define TN_OVERLOAD static inline TN_ATTR(overloadable, always_inline, nodebug, unused) tn_tensor
TN_OVERLOAD tn_operand(tn_tensor t) { return t; }
TN_OVERLOAD tn_operand(double v) { return tn_scalar_f64(v); } /* float promotes to it */
TN_OVERLOAD tn_operand(int v) { return tn_scalar_i64(v); }    /* bool, char, short, enum promote to it */
TN_OVERLOAD tn_operand(long v) { return tn_scalar_i64(v); }
TN_OVERLOAD tn_operand(long long v) { return tn_scalar_i64(v); }
TN_OVERLOAD tn_operand(unsigned v) { return tn_scalar_i64(v); }
TN_OVERLOAD tn_operand(unsigned long v) { return tn_scalar_u64(v); }
TN_OVERLOAD tn_operand(unsigned long long v) { return tn_scalar_u64(v); }
TN_ATTR(overloadable, unavailable(TN_NOT_A_TENSOR)) tn_tensor tn_operand(const volatile void *);
#undef TN_OVERLOAD
#define TN_OPERAND(x) tn_operand(x)
#else
static inline tn_tensor tn_operand_tensor(tn_tensor t) { return t; }
#if defined(__GNUC__)
TN_ATTR(error(TN_NOT_A_TENSOR)) tn_tensor tn_operand_error(const volatile void *);
#else
struct tn_wrap_memory_with_tn_view;
tn_tensor tn_operand_error(struct tn_wrap_memory_with_tn_view *);
#endif
#define TN_OPERAND_OF(v) \
  TN_BY_KIND(v, tn_tensor: tn_operand_tensor, tn_operand_error, tn_scalar_f64, tn_scalar_i64, tn_scalar_u64)(v)
#if defined(__GNUC__)
/* A name of its own for each use (-Wshadow); never where clang sees it, which calls __COUNTER__ an extension. */
#define TN_OPERAND(x) TN_OPERAND_(x, __COUNTER__)
#define TN_OPERAND_(x, counter) TN_OPERAND__(x, counter)
#define TN_OPERAND__(x, counter) \
  __extension__({ __auto_type tn_operand_##counter = (x); TN_OPERAND_OF(tn_operand_##counter); })
#else /* C11 without extensions: text doubles with each level of nesting; name your intermediates */
#define TN_OPERAND(x) TN_OPERAND_OF(x)
#endif
#endif

/* Chooses a function by the kind of number v is. first is one more association, for tensors. */
#define TN_BY_KIND(v, first, other, f64, i64, u64) \
  _Generic(v, first, float: f64, double: f64, bool: i64, char: i64, signed char: i64, unsigned char: i64, short: i64, \
    unsigned short: i64, int: i64, unsigned: i64, long: i64, long long: i64, unsigned long: u64, \
    unsigned long long: u64, default: other)

static inline tn_number tn_number_f64(double v) { return (tn_number){.value.f64 = v, .kind = TN_NUMBER_F64}; }
static inline tn_number tn_number_i64(int64_t v) { return (tn_number){.value.i64 = v, .kind = TN_NUMBER_I64}; }
static inline tn_number tn_number_u64(uint64_t v) { return (tn_number){.value.u64 = v, .kind = TN_NUMBER_U64}; }
struct tn_values_are_numbers;
tn_number tn_number_error(struct tn_values_are_numbers *);
#define TN_NUMBER(v) \
  TN_BY_KIND(v, tn_tensor: tn_number_error, tn_number_error, tn_number_f64, tn_number_i64, tn_number_u64)(v)

/* TN_UPTO8(f, first, a, b) is f(first, a, b, pad, pad, pad, pad, pad, pad); TN_UPTO8_AFTER2 has two fixed arguments. */
#define TN_P TN_PAD_VALUE
#define TN_PICK(_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, N, ...) N
#define TN_UPTO8(f, ...) \
  TN_PICK(__VA_ARGS__, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, \
          TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_PAD8, TN_PAD8, TN_PAD8, TN_PAD8, TN_PAD8, TN_PAD8, TN_PAD8, \
          TN_PAD8, TN_PAD8, ~)(f, __VA_ARGS__, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, ~)
#define TN_UPTO8_AFTER2(f, first, ...) \
  TN_PICK(__VA_ARGS__, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, \
          TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_PAD8_AFTER2, TN_PAD8_AFTER2, TN_PAD8_AFTER2, TN_PAD8_AFTER2, \
          TN_PAD8_AFTER2, TN_PAD8_AFTER2, TN_PAD8_AFTER2, TN_PAD8_AFTER2, TN_PAD8_AFTER2, ~)(\
      f, first, __VA_ARGS__, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, ~)
#define TN_PAD8(f, t, a, b, c, d, e, g, h, i, ...) f(t, a, b, c, d, e, g, h, i)
#define TN_PAD8_AFTER2(f, s, t, a, b, c, d, e, g, h, i, ...) f(s, t, a, b, c, d, e, g, h, i)
#define TN_TOO_MANY(f, ...) \
  f(sizeof(struct { _Static_assert(0, "Tenon: more than 8 dims, axes, indices or tensors"); int unused; }))

/* The same with up to 16. */
#define TN_PICK16(_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, _19, _20, N, ...) N
#define TN_UPTO16(f, ...) \
  TN_PICK16(__VA_ARGS__, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_PAD16, TN_PAD16, TN_PAD16, TN_PAD16, \
            TN_PAD16, TN_PAD16, TN_PAD16, TN_PAD16, TN_PAD16, TN_PAD16, TN_PAD16, TN_PAD16, TN_PAD16, TN_PAD16, \
            TN_PAD16, TN_PAD16, TN_PAD16, ~)(f, __VA_ARGS__, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, \
                                             TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, ~)
#define TN_PAD16(f, t, a, b, c, d, e, g, h, i, j, k, l, m, n, o, p, q, ...) \
  f(t, a, b, c, d, e, g, h, i, j, k, l, m, n, o, p, q)

#else /* ============================================== C++ ===================================================== */

#include <cstddef>

/* An operand converts from a tensor or a number; a raw pointer finds the deleted constructor. */
struct tn_operand {
  tn_tensor t;
  TN_INLINE tn_operand(tn_tensor x) : t(x) {}
  TN_INLINE tn_operand(double v) : t(tn_scalar_f64(v)) {}
  TN_INLINE tn_operand(int v) : t(tn_scalar_i64(v)) {}
  TN_INLINE tn_operand(long v) : t(tn_scalar_i64(v)) {}
  TN_INLINE tn_operand(long long v) : t(tn_scalar_i64(v)) {}
  TN_INLINE tn_operand(unsigned v) : t(tn_scalar_i64(v)) {}
  TN_INLINE tn_operand(unsigned long v) : t(tn_scalar_u64(v)) {}
  TN_INLINE tn_operand(unsigned long long v) : t(tn_scalar_u64(v)) {}
  template <class T> tn_operand(T *) = delete; /* not a tensor: wrap memory with tn_view(ptr, TN_F32, dims...) */
  tn_operand(std::nullptr_t) = delete;
};

TN_INLINE tn_number tn_number_f64(double v) { tn_number n; n.value.f64 = v; n.kind = TN_NUMBER_F64; return n; }
TN_INLINE tn_number tn_number_i64(int64_t v) { tn_number n; n.value.i64 = v; n.kind = TN_NUMBER_I64; return n; }
TN_INLINE tn_number tn_number_u64(uint64_t v) { tn_number n; n.value.u64 = v; n.kind = TN_NUMBER_U64; return n; }
TN_INLINE tn_number tn_number_of(double v) { return tn_number_f64(v); }
TN_INLINE tn_number tn_number_of(int v) { return tn_number_i64(v); }
TN_INLINE tn_number tn_number_of(long v) { return tn_number_i64(v); }
TN_INLINE tn_number tn_number_of(long long v) { return tn_number_i64(v); }
TN_INLINE tn_number tn_number_of(unsigned v) { return tn_number_i64(v); }
TN_INLINE tn_number tn_number_of(unsigned long v) { return tn_number_u64(v); }
TN_INLINE tn_number tn_number_of(unsigned long long v) { return tn_number_u64(v); }

/* Parameters and arguments of the overloads. */
#define TN_DIMS8_DEFAULT \
  int64_t a = TN_PAD_VALUE, int64_t b = TN_PAD_VALUE, int64_t c = TN_PAD_VALUE, int64_t d = TN_PAD_VALUE, \
  int64_t e = TN_PAD_VALUE, int64_t f = TN_PAD_VALUE, int64_t g = TN_PAD_VALUE, int64_t h = TN_PAD_VALUE
#define TN_DIMS8_NAMES a, b, c, d, e, f, g, h

#endif
#endif

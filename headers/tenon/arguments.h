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
#ifndef TENON_TENSOR_H
#include "tenon/tensor.h" /* which includes this in its middle */
#elif !defined(TENON_ARGUMENTS_H)
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

/* What a compiler says of arguments that no op takes. TN_REFUSED(message) before a declaration makes each call of it an
 * error with that message; of functions that stand in a _Generic, TN_REFUSED_CALL(parameter, message), for clang takes the
 * first for an error already where the name stands. */
#define TN_NOT_AN_OPERAND "Tenon: an operand is a tensor or a number; wrap memory with tn_view(ptr, TN_F32, dims...)"
#define TN_NOT_A_NUMBER "Tenon: a number is expected here; of a tensor of one element tn_item(t) is its number"
#define TN_NO_TN_MAX "Tenon: tn_maximum(x, y) goes by elements, tn_reduce_max(t, axes...) reduces"
#define TN_NO_TN_MIN "Tenon: tn_minimum(x, y) goes by elements, tn_reduce_min(t, axes...) reduces"
#define TN_NOT_A_MAP "Tenon: tn_map takes a function float f(float) or double f(double)"
#define TN_NOT_A_ZIP "Tenon: tn_zip takes a function float f(float, float) or double f(double, double)"
#if defined(__clang__)
#define TN_REFUSED_IF(condition, message) \
  _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wgcc-compat\"") \
    TN_ATTR(diagnose_if(condition, message, "error")) _Pragma("clang diagnostic pop")
#define TN_REFUSED(message) TN_REFUSED_IF(1, message)
#define TN_REFUSED_CALL(parameter, message) TN_REFUSED_IF(sizeof(parameter) != 0, message)
#elif defined(__cplusplus) && TN_HAS_ATTRIBUTE(unavailable)
#define TN_REFUSED(message) TN_ATTR(unavailable(message))
#elif defined(__GNUC__)
#define TN_REFUSED(message) TN_ATTR(error(message))
#else
#define TN_REFUSED(message)
#endif
#if !defined(__clang__)
#define TN_REFUSED_CALL(parameter, message) TN_REFUSED(message)
#endif

#ifndef __cplusplus /* ======================================== C ============================================== */

#if defined(__clang__)
#define TN_OVERLOAD static inline TN_ATTR(overloadable, always_inline, nodebug, unused) tn_tensor
TN_OVERLOAD tn_operand(tn_tensor t) { return t; }
TN_OVERLOAD tn_operand(double v) { return tn_scalar_f64(v); }
TN_OVERLOAD tn_operand(float v) { return tn_scalar_f64(v); }
TN_OVERLOAD tn_operand(int v) { return tn_scalar_i64(v); }    /* bool, char, short, enum promote to it */
TN_OVERLOAD tn_operand(long v) { return tn_scalar_i64(v); }
TN_OVERLOAD tn_operand(long long v) { return tn_scalar_i64(v); }
TN_OVERLOAD tn_operand(unsigned v) { return tn_scalar_i64(v); }
TN_OVERLOAD tn_operand(unsigned long v) { return tn_scalar_u64(v); }
TN_OVERLOAD tn_operand(unsigned long long v) { return tn_scalar_u64(v); }
TN_REFUSED("Tenon: a long double would be rounded; cast it to double") TN_ATTR(overloadable) tn_tensor tn_operand(long double);
#if __clang_major__ >= 16 /* before, "..." could not stand alone; a struct is then refused in other words */
TN_REFUSED(TN_NOT_AN_OPERAND) TN_ATTR(overloadable) tn_tensor tn_operand(...);
#else
TN_REFUSED(TN_NOT_AN_OPERAND) TN_ATTR(overloadable) tn_tensor tn_operand(const volatile void *);
#endif
#undef TN_OVERLOAD
#define TN_OPERAND(x) tn_operand(x)
#else
static inline tn_tensor tn_operand_tensor(tn_tensor t) { return t; }
#if defined(__GNUC__)
TN_REFUSED(TN_NOT_AN_OPERAND) tn_tensor tn_operand_error(const volatile void *);
#else
struct tn_wrap_memory_with_tn_view;
tn_tensor tn_operand_error(struct tn_wrap_memory_with_tn_view *);
#endif
#define TN_OPERAND_OF(v) \
  TN_BY_KIND(v, tn_tensor: tn_operand_tensor, tn_operand_error, tn_scalar_f64, tn_scalar_i64, tn_scalar_u64)(v)
#if defined(__GNUC__)
/* A name of its own for each use (-Wshadow); never where clang sees it, which calls __COUNTER__ an extension. The
 * assertion is for structs, and for -fsyntax-only, to which the error attribute of a function says nothing. */
#define TN_OPERAND(x) TN_OPERAND_(x, __COUNTER__)
#define TN_OPERAND_(x, counter) TN_OPERAND__(x, counter)
#define TN_OPERAND__(x, counter) \
  __extension__({ \
    __auto_type tn_operand_##counter = (x); \
    _Static_assert(TN_BY_KIND(tn_operand_##counter, tn_tensor: 1, 0, 1, 1, 1), TN_NOT_AN_OPERAND); \
    TN_OPERAND_OF(tn_operand_##counter); \
  })
#else /* C11 without extensions: text doubles with each level of nesting; name your intermediates */
#define TN_OPERAND(x) TN_OPERAND_OF(x)
#endif
#endif

/* Chooses a function by the kind of number v is. first is one more association, for tensors. */
#define TN_BY_KIND(v, first, other, f64, i64, u64) \
  _Generic(v, first, float: f64, double: f64, bool: i64, char: i64, signed char: i64, unsigned char: i64, short: i64, \
    unsigned short: i64, int: i64, unsigned: i64, long: i64, long long: i64, unsigned long: u64, \
    unsigned long long: u64, default: other)

#define TN_NUMBER_OF static inline TN_ATTR(always_inline, unused) tn_number
TN_NUMBER_OF tn_number_f64(double v) { return (tn_number){.value.f64 = v, .kind = TN_NUMBER_F64}; }
TN_NUMBER_OF tn_number_i64(int64_t v) { return (tn_number){.value.i64 = v, .kind = TN_NUMBER_I64}; }
TN_NUMBER_OF tn_number_u64(uint64_t v) { return (tn_number){.value.u64 = v, .kind = TN_NUMBER_U64}; }
#undef TN_NUMBER_OF
tn_number tn_number_error(const volatile void *v) TN_REFUSED_CALL(v, TN_NOT_A_NUMBER);
#define TN_NUMBER(v) \
  TN_BY_KIND(v, tn_tensor: tn_number_error, tn_number_error, tn_number_f64, tn_number_i64, tn_number_u64)(v)

/* An error where an expression stands. It is a constant 0, which every type takes: nothing else is reported. */
#define TN_ERROR_HERE(message) (0 * sizeof(struct { _Static_assert(0, message); int unused; }))
#define TN_EXPECT(condition, message) ((void)sizeof(struct { _Static_assert(condition, message); int unused; }))

/* TN_UPTO8(f, first, a, b) is f(first, a, b, pad, pad, pad, pad, pad, pad); TN_UPTO8_AFTER2 has two fixed arguments. One
 * argument only may be none at all. */
#define TN_P TN_PAD_VALUE
#define TN_PICK(_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, N, ...) N
#define TN_UPTO8(f, ...) \
  TN_PICK(__VA_ARGS__, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, \
          TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_PAD8, TN_PAD8, TN_PAD8, TN_PAD8, TN_PAD8, TN_PAD8, TN_PAD8, \
          TN_PAD8, TN_PAD8_1, ~)(f, __VA_ARGS__, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, ~)
#define TN_UPTO8_AFTER2(f, first, ...) \
  TN_PICK(__VA_ARGS__, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, \
          TN_TOO_MANY, TN_TOO_MANY, TN_TOO_MANY, TN_PAD8_AFTER2, TN_PAD8_AFTER2, TN_PAD8_AFTER2, TN_PAD8_AFTER2, \
          TN_PAD8_AFTER2, TN_PAD8_AFTER2, TN_PAD8_AFTER2, TN_PAD8_AFTER2, TN_PAD8_AFTER2_1, ~)(\
      f, first, __VA_ARGS__, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, TN_P, ~)
#define TN_PAD8(f, t, a, b, c, d, e, g, h, i, ...) f(t, a, b, c, d, e, g, h, i)
#define TN_PAD8_AFTER2(f, s, t, a, b, c, d, e, g, h, i, ...) f(s, t, a, b, c, d, e, g, h, i)
#define TN_PAD8_1(f, t, ...) TN_JOIN(TN_PAD8_1_, TN_IS_EMPTY(t))(f, t, __VA_ARGS__)
#define TN_PAD8_1_0 TN_PAD8
#define TN_PAD8_1_1(...) TN_TOO_FEW()
#define TN_PAD8_AFTER2_1(f, s, t, ...) TN_JOIN(TN_PAD8_AFTER2_1_, TN_IS_EMPTY(t))(f, s, t, __VA_ARGS__)
#define TN_PAD8_AFTER2_1_0 TN_PAD8_AFTER2
#define TN_PAD8_AFTER2_1_1(...) TN_TOO_FEW()
#define TN_TOO_MANY(...) TN_ERROR_HERE("Tenon: more than 8 dims, axes, indices or tensors")
#define TN_TOO_FEW() \
  TN_ERROR_HERE("Tenon: an argument is missing: dims come behind the dtype, axes and indices behind the tensor")

/* 1 if t is no token at all, else 0: only then does TN_A_COMMA stand before the parentheses behind t. */
#define TN_IS_EMPTY(t) TN_IS_EMPTY_(TN_HAS_COMMA(t), TN_HAS_COMMA(TN_A_COMMA t), TN_HAS_COMMA(t()), TN_HAS_COMMA(TN_A_COMMA t()))
#define TN_IS_EMPTY_(a, b, c, d) TN_IS_EMPTY__(a, b, c, d)
#define TN_IS_EMPTY__(a, b, c, d) TN_HAS_COMMA(TN_ONLY_##a##b##c##d)
#define TN_ONLY_0001 ,
#define TN_A_COMMA(...) ,
#define TN_HAS_COMMA(...) TN_PICK(__VA_ARGS__, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, ~)

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
#include <type_traits>

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

/* R for templates whose arguments are operands, or are not all. */
template <class... T> struct tn_are_operands : std::true_type {};
template <class X, class... T>
struct tn_are_operands<X, T...>
    : std::integral_constant<bool, std::is_constructible<tn_operand, X>::value && tn_are_operands<T...>::value> {};
template <class R, class... T> using tn_if_operands = typename std::enable_if<tn_are_operands<T...>::value, R>::type;
template <class R, class... T>
using tn_unless_operands = typename std::enable_if<!tn_are_operands<typename std::decay<T>::type...>::value, R>::type;

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
template <class T> TN_REFUSED(TN_NOT_A_NUMBER) tn_number tn_number_of(T *);

/* Parameters and arguments of the overloads. */
#define TN_DIMS8_DEFAULT \
  int64_t a = TN_PAD_VALUE, int64_t b = TN_PAD_VALUE, int64_t c = TN_PAD_VALUE, int64_t d = TN_PAD_VALUE, \
  int64_t e = TN_PAD_VALUE, int64_t f = TN_PAD_VALUE, int64_t g = TN_PAD_VALUE, int64_t h = TN_PAD_VALUE
#define TN_DIMS8_NAMES a, b, c, d, e, f, g, h

#endif
#endif

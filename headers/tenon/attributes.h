/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * attributes.h - what the headers say to compilers, and what a program may say to Tenon's.
 */
#ifndef TENON_ATTRIBUTES_H
#define TENON_ATTRIBUTES_H

/* What compiled programs and libtenon agree on: tenon/abi.h. */
#define TN_ABI 6

#if defined(__GNUC__)
#define TN_ATTR(...) __attribute__((__VA_ARGS__))
#else
#define TN_ATTR(...)
#endif

#if defined(__has_attribute)
#define TN_HAS_ATTRIBUTE(name) __has_attribute(name)
#else
#define TN_HAS_ATTRIBUTE(name) 0
#endif

/* Shape contracts. Tenon's clang plugin checks them when the program is compiled; other compilers see nothing.
 *   tn_tensor mlp(tn_tensor x TN_SHAPE(n, 784), tn_tensor w TN_SHAPE(784, 10));
 *   TN_RETURNS(n, 10) tn_tensor mlp(...) { ... }
 * TN_SHAPE stands behind the name of a parameter, variable or struct field, TN_RETURNS before a function. A dim is a
 * constant, a name (the same number wherever it appears in one declaration), k * name, name + k or name - k. */
#if TN_HAS_ATTRIBUTE(tenon_shape)
#define TN_SHAPE(...) TN_SHAPE_(__VA_ARGS__) /* once more, so that macros among the dims are expanded */
#define TN_SHAPE_(...) __attribute__((tenon_shape(#__VA_ARGS__)))
#define TN_PRAGMA_(...) _Pragma(#__VA_ARGS__)
/* TN_PRAGMA(fp(fast)) is #pragma tenon fp(fast), for files that other compilers read too. */
#define TN_PRAGMA(...) TN_PRAGMA_(tenon __VA_ARGS__)
#else
#define TN_SHAPE(...)
#define TN_PRAGMA(...)
#endif
#if TN_HAS_ATTRIBUTE(tenon_returns)
#define TN_RETURNS(...) TN_RETURNS_(__VA_ARGS__)
#define TN_RETURNS_(...) __attribute__((tenon_returns(#__VA_ARGS__)))
#else
#define TN_RETURNS(...)
#endif

/* TN_NO_TENSORS before the prototype of a function of another file: a call of it has nothing to do with tensors.
 *   TN_NO_TENSORS void progress_bar(int done, int of);
 * Without it the plugin takes it that a function which it cannot see may read and write any memory and ask tn_ok(), so that
 * all tensor calls before it are complete when it is called. With it they may still be under way: calls on both sides become one
 * kernel. Among the program's own effects (stores, output, volatile accesses, other calls) the call stays where it is.
 * What the macro says of each call of the function, and of all that it calls:
 *   - it neither reads nor writes memory that a tensor has at the time: elements behind a view, and what tn_data gave the
 *     address of. Other memory of the program it may read and write, and do input and output;
 *   - it calls no function of <tenon.h>, and is no lock, barrier or queue by which another thread gets at such memory or gives
 *     it back;
 *   - it returns, or ends the program. It does not leave by longjmp; a C++ function must be noexcept for the macro to count.
 * Where that is not so results are undefined. With __attribute__((pure)) or ((const)) in addition, which by themselves say nothing
 * of tn_ok(), what follows may be computed ahead of the call, too. Compilers without the plugin see nothing. */
#if TN_HAS_ATTRIBUTE(tenon_shape)
#define TN_NO_TENSORS __attribute__((annotate("tenon.no_tensors")))
#else
#define TN_NO_TENSORS
#endif

/* ---- for the headers themselves ---- */

/* TN_OP("add") on a prototype: the row of ops.def by which the compiler knows the function. nomerge keeps two calls
 * with different constant axes two calls. There is no pure, const or malloc on ops, and there must not be: an op reads
 * memory behind its operands and writes the thread's scope and error, and compilers do use such promises. */
#if defined(__clang__)
#define TN_OP(name) __attribute__((annotate("tenon.op", name), nomerge))
#define TN_SCALAR(name) __attribute__((annotate("tenon.scalar", name)))
#else
#define TN_OP(name)
#define TN_SCALAR(name)
#endif

#define TN_RESULT TN_ATTR(warn_unused_result)
/* The forms of C++: what they call is what the compiler knows. */
#define TN_INLINE inline TN_ATTR(always_inline)
#ifdef __cplusplus
#define TN_NOTHROW noexcept
#else
#define TN_NOTHROW TN_ATTR(nothrow)
#endif

#define TN_JOIN_(a, b) a##b
#define TN_JOIN(a, b) TN_JOIN_(a, b)

#endif

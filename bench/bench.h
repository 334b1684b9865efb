/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * bench.h - what driver, functions under test and peers share.
 *
 * A function under test is written once, in functions/, and compiled twice: with the plugin (NAME(f) is f_compiled) and
 * without it (f_eager); some a third time with the plugin and -ffast-math (f_fast). Peers, in peers/, do the same work by other means. All have one signature; what they work on
 * is in a bench_case.
 */
#ifndef TENON_BENCH_H
#define TENON_BENCH_H

#include <stdint.h>

#include <tenon.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bench_case {
  int64_t n;           /* elements, or rows of a square matrix */
  int64_t m, k;        /* further sizes of programs with loops */
  float *a, *b, *y;    /* memory */
  tn_tensor ta, tb, ty; /* views of it */
  float p, q;
  volatile float sink; /* a result, which the driver of loops compares */
} bench_case;

typedef void bench_function(bench_case *c);

/* One entry a function of functions/. */
#define BENCH_FUNCTIONS(X) \
  X(cool_comp_in_place)    \
  X(five_sums)             \
  X(mean_and_var)          \
  X(chain)                 \
  X(chain_fast)            \
  X(product)               \
  X(own_functions)         \
  X(gate)                  \
  X(network)               \
  X(filetype)              \
  X(digits)                \
  X(softmax_by_hand)       \
  X(softmax_of_tenon)      \
  X(attention)             \
  X(nbody)                 \
  X(black_scholes)
/* Those that have a fast form by the options of the compiler. */
#define BENCH_FAST_FUNCTIONS(X) \
  X(softmax_by_hand)            \
  X(softmax_of_tenon)           \
  X(attention)                  \
  X(nbody)                      \
  X(black_scholes)

/* Programs whose tensor code spans loops and branches (driver/loops.c): all in three forms, and by hand. */
#define BENCH_LOOPS(X) \
  X(power)      \
  X(descent)    \
  X(kmeans)     \
  X(layers)     \
  X(rnn)        \
  X(jacobi)     \
  X(mandelbrot) \
  X(conjugate)  \
  X(newton)     \
  X(kalman)     \
  X(small_mlp)  \
  X(small_rnn)  \
  X(decoder)

#define BENCH_DECLARE(name) bench_function name##_compiled, name##_eager;
BENCH_FUNCTIONS(BENCH_DECLARE)
#undef BENCH_DECLARE
#define BENCH_DECLARE(name) bench_function name##_fast;
BENCH_FAST_FUNCTIONS(BENCH_DECLARE)
#undef BENCH_DECLARE

#define BENCH_DECLARE(name) bench_function name##_compiled, name##_fast, name##_eager, hand_##name;
BENCH_LOOPS(BENCH_DECLARE)
#undef BENCH_DECLARE

#if defined BENCH_FAST
#define NAME(name) name##_fast
#elif defined BENCH_COMPILED
#define NAME(name) name##_compiled
#else
#define NAME(name) name##_eager
#endif

/* Prepare what the digits and filetype examples work on; false where their data is not there. */
bool digits_prepare_compiled(const char *path), digits_prepare_eager(const char *path);
bool filetype_prepare_compiled(void), filetype_prepare_eager(void);

bench_function hand_cool_comp, hand_read;
bench_function vector_math_black_scholes;
bench_function eigen_chain, eigen_black_scholes, eigen_nbody, openblas_product, onednn_attention;
bench_function eigen_power, eigen_descent, eigen_layers, eigen_rnn, eigen_conjugate;

#ifdef __cplusplus
}
#endif
#endif

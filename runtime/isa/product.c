/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * product.c - the inner loops of matrix products for one instruction set.
 *
 * Vectors are the compilers' own; fma is an intrinsic, for a product and a sum
 * in C are two roundings. Processors without it emulate it: right, and slow.
 */
#include "../product.h"

#include <math.h>
#include <string.h>

#define PASTE_(x, y) x##y
#define PASTE(x, y) PASTE_(x, y)

/* What differs between instruction sets: the vector; fma and splat; loads and
 * stores of its first n elements that touch nothing else; fma on these alone;
 * and how many rows a tile has: rows * 2 accumulators, 2 registers for b and
 * one or two for a. */
#if defined __AVX512F__
#include <immintrin.h>
#define VECTOR_BYTES 64
typedef __m512 vec_f32;
typedef __m512d vec_f64;
#define DEFINE_VECTOR(dtype, real, suffix, mask)                               \
  static inline vec_##dtype splat_##dtype(real x) {                            \
    return _mm512_set1_##suffix(x);                                            \
  }                                                                            \
  static inline vec_##dtype fma_##dtype(vec_##dtype a, vec_##dtype b,          \
                                        vec_##dtype c) {                       \
    return _mm512_fmadd_##suffix(a, b, c);                                     \
  }                                                                            \
  static inline vec_##dtype load_part_##dtype(const real *p, int64_t n) {      \
    return _mm512_maskz_loadu_##suffix((mask)((1u << n) - 1), p);              \
  }                                                                            \
  static inline void put_part_##dtype(real *p, vec_##dtype v, int64_t n) {     \
    _mm512_mask_storeu_##suffix(p, (mask)((1u << n) - 1), v);                  \
  }                                                                            \
  static inline vec_##dtype fma_part_##dtype(vec_##dtype a, vec_##dtype b,     \
                                             vec_##dtype c, int64_t n) {       \
    return _mm512_mask3_fmadd_##suffix(a, b, c, (mask)((1u << n) - 1));        \
  }
DEFINE_VECTOR(f32, float, ps, __mmask16)
DEFINE_VECTOR(f64, double, pd, __mmask8)
#define TILE_ROWS 14
#define EACH_TILE_ROWS(X)                                                      \
  X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14)

#elif defined __FMA__
#include <immintrin.h>
#define VECTOR_BYTES 32
typedef __m256 vec_f32;
typedef __m256d vec_f64;
/* Eight words, from the n-th on not set. */
static inline __m256i first_words(int64_t n) {
  static const int32_t words[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return _mm256_loadu_si256((const __m256i *)(words + 8 - n));
}
#define DEFINE_VECTOR(dtype, real, suffix, words)                              \
  static inline vec_##dtype splat_##dtype(real x) {                            \
    return _mm256_set1_##suffix(x);                                            \
  }                                                                            \
  static inline vec_##dtype fma_##dtype(vec_##dtype a, vec_##dtype b,          \
                                        vec_##dtype c) {                       \
    return _mm256_fmadd_##suffix(a, b, c);                                     \
  }                                                                            \
  static inline vec_##dtype load_part_##dtype(const real *p, int64_t n) {      \
    return _mm256_maskload_##suffix(p, first_words(n * (words)));              \
  }                                                                            \
  static inline void put_part_##dtype(real *p, vec_##dtype v, int64_t n) {     \
    _mm256_maskstore_##suffix(p, first_words(n * (words)), v);                 \
  }                                                                            \
  static inline vec_##dtype fma_part_##dtype(vec_##dtype a, vec_##dtype b,     \
                                             vec_##dtype c, int64_t n) {       \
    const __m256i kept = first_words(n * (words));                             \
    return _mm256_blendv_##suffix(c, _mm256_fmadd_##suffix(a, b, c),           \
                                  _mm256_castsi256_##suffix(kept));            \
  }
DEFINE_VECTOR(f32, float, ps, 1)
DEFINE_VECTOR(f64, double, pd, 2)
#define TILE_ROWS 6
#define EACH_TILE_ROWS(X) X(1) X(2) X(3) X(4) X(5) X(6)

#else
#define VECTOR_BYTES 16
#if defined __aarch64__
#include <arm_neon.h>
typedef float32x4_t vec_f32;
typedef float64x2_t vec_f64;
static inline vec_f32 fma_f32(vec_f32 a, vec_f32 b, vec_f32 c) {
  return vfmaq_f32(c, a, b);
}
static inline vec_f64 fma_f64(vec_f64 a, vec_f64 b, vec_f64 c) {
  return vfmaq_f64(c, a, b);
}
#define TILE_ROWS 12
#define EACH_TILE_ROWS(X)                                                      \
  X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12)
#else
#include "tenon/scalar/fma_emulated.h"
typedef tn_f32x4 vec_f32;
typedef double vec_f64 __attribute__((vector_size(16)));
/* Too large to be inlined a hundred times. */
static __attribute__((noinline)) vec_f32 fma_f32(vec_f32 a, vec_f32 b,
                                                 vec_f32 c) {
  return tn_fma_f32x4(a, b, c);
}
static __attribute__((noinline)) vec_f64 fma_f64(vec_f64 a, vec_f64 b,
                                                 vec_f64 c) {
  return (vec_f64){fma(a[0], b[0], c[0]), fma(a[1], b[1], c[1])};
}
#define TILE_ROWS 4
#define EACH_TILE_ROWS(X) X(1) X(2) X(3) X(4)
#endif
static inline vec_f32 splat_f32(float x) { return (vec_f32){x, x, x, x}; }
static inline vec_f64 splat_f64(double x) { return (vec_f64){x, x}; }
#define DEFINE_VECTOR(dtype, real)                                             \
  static inline vec_##dtype load_part_##dtype(const real *p, int64_t n) {      \
    vec_##dtype v = {0};                                                       \
    for (int64_t i = 0; i < n; i++)                                            \
      v[i] = p[i];                                                             \
    return v;                                                                  \
  }                                                                            \
  static inline void put_part_##dtype(real *p, vec_##dtype v, int64_t n) {     \
    for (int64_t i = 0; i < n; i++)                                            \
      p[i] = v[i];                                                             \
  }                                                                            \
  static inline vec_##dtype fma_part_##dtype(vec_##dtype a, vec_##dtype b,     \
                                             vec_##dtype c, int64_t n) {       \
    const vec_##dtype all = fma_##dtype(a, b, c);                              \
    for (int64_t i = 0; i < n; i++)                                            \
      c[i] = all[i];                                                           \
    return c;                                                                  \
  }
DEFINE_VECTOR(f32, float)
DEFINE_VECTOR(f64, double)
#endif

#include "halve_rows.h"

/* X for each row of a tile of so many. */
#define ROWS_1(X) X(0)
#define ROWS_2(X) ROWS_1(X) X(1)
#define ROWS_3(X) ROWS_2(X) X(2)
#define ROWS_4(X) ROWS_3(X) X(3)
#define ROWS_5(X) ROWS_4(X) X(4)
#define ROWS_6(X) ROWS_5(X) X(5)
#define ROWS_7(X) ROWS_6(X) X(6)
#define ROWS_8(X) ROWS_7(X) X(7)
#define ROWS_9(X) ROWS_8(X) X(8)
#define ROWS_10(X) ROWS_9(X) X(9)
#define ROWS_11(X) ROWS_10(X) X(10)
#define ROWS_12(X) ROWS_11(X) X(11)
#define ROWS_13(X) ROWS_12(X) X(12)
#define ROWS_14(X) ROWS_13(X) X(13)

enum {
  MOST_LEVELS = 30,      /* 2^29 blocks of terms */
  NEAR_BYTES = 256 << 10, /* a matrix up to this size is taken to be in a cache */
  NEAR_COLUMNS = 32      /* rows up to this length follow each other closely */
};

#define real float
#define QUAD 4 /* elements in 16 bytes */
#define NAME(name) name##_f32
#include "product_real.h"
#include "dot_real.h"
#undef real
#undef QUAD
#undef NAME

#define real double
#define QUAD 2
#define NAME(name) name##_f64
#include "product_real.h"
#include "dot_real.h"

#define ENTRY(name, rows, dtype) [(rows) - 1] = name##_##rows##_##dtype,
#define PACKED_1_F32(rows) ENTRY(tile_packed_1, rows, f32)
#define PACKED_2_F32(rows) ENTRY(tile_packed_2, rows, f32)
#define DIRECT_1_F32(rows) ENTRY(tile_direct_1, rows, f32)
#define DIRECT_2_F32(rows) ENTRY(tile_direct_2, rows, f32)
#define PACKED_1_F64(rows) ENTRY(tile_packed_1, rows, f64)
#define PACKED_2_F64(rows) ENTRY(tile_packed_2, rows, f64)
#define DIRECT_1_F64(rows) ENTRY(tile_direct_1, rows, f64)
#define DIRECT_2_F64(rows) ENTRY(tile_direct_2, rows, f64)
#define KERNELS(DTYPE, dtype, real)                                            \
  {.element_bytes = sizeof(real),                                              \
   .lanes = VECTOR_BYTES / sizeof(real),                                       \
   .tile_rows = TILE_ROWS,                                                     \
   .packed = {{EACH_TILE_ROWS(PACKED_1_##DTYPE)},                              \
              {EACH_TILE_ROWS(PACKED_2_##DTYPE)}},                             \
   .direct = {{EACH_TILE_ROWS(DIRECT_1_##DTYPE)},                              \
              {EACH_TILE_ROWS(DIRECT_2_##DTYPE)}},                             \
   .pack = pack_##dtype,                                                       \
   .stream = stream_##dtype,                                                   \
   .dot = dot_##dtype}

const tni_product_kernels PASTE(tni_product_, TN_ISA_NAME)[2] = {
    KERNELS(F32, f32, float), KERNELS(F64, f64, double)};

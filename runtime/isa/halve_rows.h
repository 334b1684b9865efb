/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * halve_rows.h - halves the last lanes of as many rows as a vector has elements, all at once.
 *
 * A step takes two vectors to one: it adds the upper half of each row's lanes to the lower half, for both. In which steps
 * halves move whole, by 16 bytes, or within those is what processors do in one instruction; the order of the rows is such
 * that element i of what is left is row i's. The includer defines vec_f32, vec_f64 and VECTOR_BYTES.
 */
#ifndef TENON_HALVE_ROWS_H
#define TENON_HALVE_ROWS_H

#define DEFINE_HALVE(name, vec, low, half)                                                                             \
  static inline vec name(vec u, vec v) {                                                                               \
    return __builtin_shufflevector(u, v, low(0)) + __builtin_shufflevector(u, v, low(half));                           \
  }

#if VECTOR_BYTES == 64
#define FOUR(i) i, (i) + 1, (i) + 2, (i) + 3
#define HALVES(i) FOUR(i), FOUR((i) + 4), FOUR((i) + 16), FOUR((i) + 20)
#define QUARTERS(i) FOUR(i), FOUR((i) + 8), FOUR((i) + 16), FOUR((i) + 24)
#define TWICE(i) i, (i) + 1, (i) + 16, (i) + 17
#define PAIRS(i) TWICE(i), TWICE((i) + 4), TWICE((i) + 8), TWICE((i) + 12)
#define EVEN(i) i, (i) + 2, (i) + 16, (i) + 18
#define SINGLES(i) EVEN(i), EVEN((i) + 4), EVEN((i) + 8), EVEN((i) + 12)
DEFINE_HALVE(halve_1_f32, vec_f32, HALVES, 8)
DEFINE_HALVE(halve_2_f32, vec_f32, QUARTERS, 4)
DEFINE_HALVE(halve_3_f32, vec_f32, PAIRS, 2)
DEFINE_HALVE(halve_4_f32, vec_f32, SINGLES, 1)
#define PAIR(i) i, (i) + 1
#define HALVES_F64(i) FOUR(i), FOUR((i) + 8)
#define QUARTERS_F64(i) PAIR(i), PAIR((i) + 4), PAIR((i) + 8), PAIR((i) + 12)
#define SINGLES_F64(i) i, (i) + 8, (i) + 2, (i) + 10, (i) + 4, (i) + 12, (i) + 6, (i) + 14
DEFINE_HALVE(halve_1_f64, vec_f64, HALVES_F64, 4)
DEFINE_HALVE(halve_2_f64, vec_f64, QUARTERS_F64, 2)
DEFINE_HALVE(halve_3_f64, vec_f64, SINGLES_F64, 1)
/* Of rows r[0], r[1], ...: r[i] is the first of those that a step takes. */
#define HALVED_1_F32(i) halve_1_f32(r[i], r[(i) + 4])
#define HALVED_2_F32(i) halve_2_f32(HALVED_1_F32(i), HALVED_1_F32((i) + 8))
#define HALVED_3_F32(i) halve_3_f32(HALVED_2_F32(i), HALVED_2_F32((i) + 1))
#define HALVED_F32 halve_4_f32(HALVED_3_F32(0), HALVED_3_F32(2))
#define HALVED_1_F64(i) halve_1_f64(r[i], r[(i) + 2])
#define HALVED_2_F64(i) halve_2_f64(HALVED_1_F64(i), HALVED_1_F64((i) + 4))
#define HALVED_F64 halve_3_f64(HALVED_2_F64(0), HALVED_2_F64(1))

#elif VECTOR_BYTES == 32
#define HALVES(i) i, (i) + 1, (i) + 2, (i) + 3, (i) + 8, (i) + 9, (i) + 10, (i) + 11
#define PAIRS(i) i, (i) + 1, (i) + 8, (i) + 9, (i) + 4, (i) + 5, (i) + 12, (i) + 13
#define SINGLES(i) i, (i) + 2, (i) + 8, (i) + 10, (i) + 4, (i) + 6, (i) + 12, (i) + 14
DEFINE_HALVE(halve_1_f32, vec_f32, HALVES, 4)
DEFINE_HALVE(halve_2_f32, vec_f32, PAIRS, 2)
DEFINE_HALVE(halve_3_f32, vec_f32, SINGLES, 1)
#define HALVES_F64(i) i, (i) + 1, (i) + 4, (i) + 5
#define SINGLES_F64(i) i, (i) + 4, (i) + 2, (i) + 6
DEFINE_HALVE(halve_1_f64, vec_f64, HALVES_F64, 2)
DEFINE_HALVE(halve_2_f64, vec_f64, SINGLES_F64, 1)
#define HALVED_1_F32(i) halve_1_f32(r[i], r[(i) + 4])
#define HALVED_2_F32(i) halve_2_f32(HALVED_1_F32(i), HALVED_1_F32((i) + 1))
#define HALVED_F32 halve_3_f32(HALVED_2_F32(0), HALVED_2_F32(2))
#define HALVED_1_F64(i) halve_1_f64(r[i], r[(i) + 2])
#define HALVED_F64 halve_2_f64(HALVED_1_F64(0), HALVED_1_F64(1))

#else
#define PAIRS(i) i, (i) + 1, (i) + 4, (i) + 5
#define SINGLES(i) i, (i) + 2, (i) + 4, (i) + 6
DEFINE_HALVE(halve_1_f32, vec_f32, PAIRS, 2)
DEFINE_HALVE(halve_2_f32, vec_f32, SINGLES, 1)
#define SINGLES_F64(i) i, (i) + 2
DEFINE_HALVE(halve_1_f64, vec_f64, SINGLES_F64, 1)
#define HALVED_1_F32(i) halve_1_f32(r[i], r[(i) + 1])
#define HALVED_F32 halve_2_f32(HALVED_1_F32(0), HALVED_1_F32(2))
#define HALVED_F64 halve_1_f64(r[0], r[1])
#endif

static inline vec_f32 halve_rows_f32(const vec_f32 *r) { return HALVED_F32; }
static inline vec_f64 halve_rows_f64(const vec_f64 *r) { return HALVED_F64; }

#endif

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * hazard.h - what the programs of this folder share. Each is named for a mistake that compilers of tensor programs have been
 * seen to make when they reuse memory. Its results are compared with those of plain C loops, bit for bit, beside what
 * everywhere.py compares: numbers are small integers and powers of two where an order of addition would show.
 */
#ifndef TENON_TEST_HAZARD_H
#define TENON_TEST_HAZARD_H

#include <math.h>

#include "../../Inputs/show.h"

#define NOINLINE __attribute__((noinline))
enum { MOST = 96 * 1030 };

static int hazard_status;

/* Small integers, different for each seed. */
static inline void fill(float *p, int64_t n, uint32_t seed) {
  for (int64_t i = 0; i < n; i++) {
    seed = seed * 1664525u + 1013904223u;
    p[i] = (float)(seed >> 29) - 3;
  }
}

/* t has n elements of f32, and they are those of p; every NaN is one. */
static inline void expect(const char *what, tn_tensor t, const float *p, int64_t n) {
  show(what, t);
  tn_tensor own = tn_copy(t);
  const char *q = tn_data_const(own);
  int64_t i = 0;
  while (t && i < n && show_bits(q + 4 * i, TN_F32) == show_bits((const char *)(p + i), TN_F32)) i++;
  if (t && tn_size(t) == n && i == n) return;
  printf("%s: element %lld is not %a\n", what, (long long)i, i < n ? p[i] : 0);
  hazard_status = 1;
}

/* The same of numbers. */
static inline void expect_number(const char *what, double got, double wanted) {
  show_number(what, got);
  if (got == wanted || (got != got && wanted != wanted)) return;
  printf("%s: not %a\n", what, wanted);
  hazard_status = 1;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * show.h - prints a tensor as bits, every NaN as one, and the error if there is one: what two builds of a program must
 * agree on.
 */
#ifndef TENON_TEST_SHOW_H
#define TENON_TEST_SHOW_H

#include <stdio.h>
#include <string.h>

#include <tenon.h>

static inline unsigned long long show_bits(const char *p, tn_dtype dtype) {
  unsigned long long bits = 0;
  const size_t width = dtype == TN_BOOL || dtype == TN_U8 || dtype == TN_I8 ? 1 : dtype == TN_F32 || dtype == TN_I32 ? 4 : 8;
  memcpy(&bits, p, width);
  if (dtype == TN_F32 && (bits & 0x7fffffff) > 0x7f800000) return 0x7fc00000;
  if (dtype == TN_F64 && (bits & INT64_MAX) > 0x7ff0000000000000ull) return 0x7ff8000000000000ull;
  return bits;
}

/* The first elements, and a hash of all. */
static inline void show(const char *what, tn_tensor t) {
  printf("%-24s", what);
  if (t) {
    tn_tensor own = tn_copy(t); /* row-major, whatever t is */
    const tn_dtype dtype = tn_dtype_of(own);
    const size_t width = dtype == TN_BOOL || dtype == TN_U8 || dtype == TN_I8 ? 1 : dtype == TN_F32 || dtype == TN_I32 ? 4 : 8;
    const char *p = tn_data_const(own);
    unsigned long long hash = 0xcbf29ce484222325ull;
    printf(" %x[", dtype & 15);
    for (int d = 0; d < tn_rank(own); d++) printf(d ? " %lld" : "%lld", (long long)tn_dim(own, d));
    printf("]");
    for (int64_t i = 0; i < tn_size(own); i++) {
      const unsigned long long bits = show_bits(p + (size_t)i * width, dtype);
      hash = (hash ^ bits) * 0x100000001b3ull;
      if (i < 4) printf(" %llx", bits);
    }
    printf(" #%llx", hash);
  } else {
    printf(" NULL");
  }
  if (!tn_ok()) printf(" \"%s\"", tn_error());
  tn_clear_error();
  putchar('\n');
}

/* A number, NaN as nan. */
static inline void show_number(const char *what, double v) {
  unsigned long long bits;
  memcpy(&bits, &v, 8);
  printf(v == v ? "%-24s %llx" : "%-24s nan", what, bits);
  if (!tn_ok()) printf(" \"%s\"", tn_error());
  tn_clear_error();
  putchar('\n');
}

#endif

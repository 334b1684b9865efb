/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * example.h - what the examples share and what is not their point: random numbers, checksums, a clock.
 *
 * Results go to stdout and are the same on every run and machine; times go to stderr, as "time_us 12.3".
 */
#ifndef TENON_EXAMPLE_H
#define TENON_EXAMPLE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tenon.h>

/* Uniform in [low, high), from a small generator (Numerical Recipes' LCG): no two machines differ. */
static inline float example_uniform(uint32_t *state, float low, float high) {
  *state = *state * 1664525u + 1013904223u;
  return low + (high - low) * ((float)(*state >> 8) * 0x1p-24f);
}

static inline __attribute__((returns_nonnull)) float *example_array(int64_t n, uint32_t seed, float low, float high) {
  float *p = malloc((size_t)n * sizeof *p);
  if (!p) {
    fputs("out of memory\n", stderr);
    exit(1);
  }
  for (int64_t i = 0; i < n; i++) p[i] = example_uniform(&seed, low, high);
  return p;
}

/* FNV-1a over the bits of n floats; every NaN counts as one pattern, for which NaN one gets is up to the machine. */
static inline uint64_t example_checksum(const float *x, int64_t n) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (int64_t i = 0; x && i < n; i++) {
    uint32_t bits = UINT32_C(0x7fc00000);
    if (x[i] == x[i]) memcpy(&bits, &x[i], sizeof bits);
    hash = (hash ^ bits) * UINT64_C(0x100000001b3);
  }
  return hash;
}

/* Prints one result, and any NaN as nan. */
static inline void example_number(const char *name, double value) {
  if (value == value)
    printf("%-14s % .9e\n", name, value);
  else
    printf("%-14s  nan\n", name);
}

/* Makes t's elements needed: what nobody looks at a compiler need not compute. */
static inline void example_use(tn_tensor t) {
  static const void *volatile used;
  used = tn_data_const(t);
  (void)used;
}

static inline double example_seconds(void) {
  struct timespec t;
  timespec_get(&t, TIME_UTC);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline int example_compare_(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The median of what was timed, in seconds. */
static inline void example_report(double *times, int n) {
  if (n <= 0) return;
  qsort(times, (size_t)n, sizeof *times, example_compare_);
  fprintf(stderr, "time_us %.1f\n", 1e6 * times[n / 2]);
}

/* The number in argument i, or what it is when absent. */
static inline int64_t example_argument(int argc, char **argv, int i, int64_t otherwise) {
  return argc > i ? strtoll(argv[i], NULL, 10) : otherwise;
}

/* The exit status of a program whose tensor calls are done. */
static inline int example_status(void) {
  if (tn_ok()) return 0;
  fprintf(stderr, "%s\n", tn_error());
  return 1;
}

#endif

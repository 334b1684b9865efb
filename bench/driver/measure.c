/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * measure.c - interleaved rounds and their medians.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "driver.h"

#include <stdlib.h>
#include <time.h>

/* A way drops out when it has used up its seconds, so that a slow one does not cost the others their rounds. */
enum { MAX_ROUNDS = 31, MIN_ROUNDS = 5 };
static const double turn_seconds = 1e-3, way_seconds = 1.5;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double time_of(bench_function *f, bench_case *c, long repeats) {
  const double start = now();
  for (long i = 0; i < repeats; i++) f(c);
  return (now() - start) / (double)repeats;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

void driver_measure(bench_function *const way[WAYS], bench_case *c, double out_seconds[WAYS]) {
  static double times[WAYS][MAX_ROUNDS];
  double used[WAYS] = {0};
  long repeats[WAYS];
  int rounds[WAYS] = {0};
  for (int w = 0; w < WAYS; w++) {
    if (!way[w]) continue;
    way[w](c); /* pages, free lists, clocks */
    double once = time_of(way[w], c, 1);
    if (once < turn_seconds / 8) once = time_of(way[w], c, 1 + (long)(turn_seconds / 8 / (once + 1e-8)));
    repeats[w] = once < turn_seconds ? 1 + (long)(turn_seconds / once) : 1;
  }
  for (int r = 0; r < MAX_ROUNDS; r++)
    for (int i = 0; i < WAYS; i++) {
      const int w = r % 2 ? WAYS - 1 - i : i; /* there and back, lest turns keep step with something else */
      if (!way[w] || (r >= MIN_ROUNDS && used[w] > way_seconds)) continue;
      way[w](c); /* the caches as its own last run left them */
      times[w][rounds[w]] = time_of(way[w], c, repeats[w]);
      used[w] += times[w][rounds[w]++] * (double)(repeats[w] + 1);
    }
  for (int w = 0; w < WAYS; w++) {
    out_seconds[w] = 0;
    if (!way[w]) continue;
    qsort(times[w], (size_t)rounds[w], sizeof *times[w], ascending);
    out_seconds[w] = times[w][rounds[w] / 2];
  }
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * table.c - what rows of both tables need.
 */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

float *driver_memory(int64_t n, uint32_t seed, float low, float high) {
  float *p = aligned_alloc(64, ((size_t)n * sizeof *p + 127) / 64 * 64);
  if (!p) {
    fputs("bench: out of memory\n", stderr);
    exit(1);
  }
  for (int64_t i = 0; i < n; i++) {
    seed = seed * 1664525u + 1013904223u;
    p[i] = low + (high - low) * (float)(seed >> 8) * 0x1p-24f;
  }
  return p;
}

const char *driver_duration(double seconds, char text[16]) {
  if (seconds <= 0)
    strcpy(text, "-");
  else if (seconds < 1e-3)
    snprintf(text, 16, "%.2f us", seconds * 1e6);
  else
    snprintf(text, 16, "%.2f ms", seconds * 1e3);
  return text;
}

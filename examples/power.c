/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * power.c - the greatest eigenvalue of a symmetric matrix and its vector, by power iteration: a loop that runs until
 * what it carries no longer changes.
 *
 *   power [n [repeats]]                          with repeats, the time of a solution goes to stderr
 */
#include <math.h>

#include "example.h"

/* *v becomes the vector, of length 1. Returns how many turns that took. */
static int power_iteration(tn_tensor a TN_SHAPE(n, n), tn_tensor *v, double tolerance, int most, float *out_value) {
  int turns = 0;
  double change = 1;
  while (change > tolerance && turns < most) { /* NaN ends it, too */
    TN_SCOPE;
    tn_tensor w = tn_matmul(a, *v);
    *out_value = sqrtf(tn_item_f32(tn_sum(tn_square(w))));
    tn_tensor next = tn_div(w, *out_value);
    change = tn_item(tn_reduce_max(tn_abs(tn_sub(next, *v))));
    tn_replace(v, next);
    turns++;
  }
  return turns;
}

/* Noise beside a diagonal: the greatest eigenvalue stands out, but not far. */
static void make_symmetric(float *a, int64_t n) {
  uint32_t seed = 1;
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j <= i; j++)
      a[i * n + j] = a[j * n + i] = example_uniform(&seed, 0.f, 0.1f) + (i == j) * 0.2f * (float)n;
}

int main(int argc, char **argv) {
  const int64_t n = example_argument(argc, argv, 1, 64);
  const int repeats = (int)example_argument(argc, argv, 2, 0);
  float *memory = example_array(n * n, 1, 0.f, 1.f), value = 0;
  make_symmetric(memory, n);
  double *times = calloc((size_t)repeats + 1, sizeof *times);

  tn_tensor a = tn_view(memory, TN_F32, n, n), v = tn_full(TN_F32, 1 / sqrt((double)n), n);
  tn_set(v, 0.5, 0);
  const int turns = power_iteration(a, &v, 1e-6, 1000, &value);
  printf("turns          %d\n", turns);
  example_number("eigenvalue", value);
  printf("vector         %016llx\n", (unsigned long long)example_checksum(tn_data_const(v), tn_size(v)));

  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    tn_tensor start = tn_full(TN_F32, 0.125f, n);
    const double begin = example_seconds();
    power_iteration(a, &start, 1e-6, 1000, &value);
    times[i] = example_seconds() - begin;
  }
  example_report(times, repeats);
  free(times);
  free(memory);
  return example_status();
}

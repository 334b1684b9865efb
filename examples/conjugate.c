/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * conjugate.c - a x = b for a symmetric positive matrix, by conjugate gradients: three vectors carried, two numbers
 * read in each turn and used in C.
 *
 *   conjugate [n [repeats]]                      with repeats, the time of a solution goes to stderr
 */
#include <math.h>

#include "example.h"

static float dot(tn_tensor x, tn_tensor y) { return tn_item_f32(tn_sum(tn_mul(x, y))); }

/* *x is where it begins, and the solution. Returns the number of turns. */
static int solve(tn_tensor a TN_SHAPE(n, n), tn_tensor b TN_SHAPE(n), tn_tensor *x, float tolerance, int most) {
  TN_SCOPE;
  tn_tensor r = tn_sub(b, tn_matmul(a, *x)), p = tn_copy(r);
  float rest = dot(r, r);
  int turns = 0;
  for (; turns < most && sqrtf(rest) > tolerance; turns++) {
    TN_SCOPE;
    tn_tensor ap = tn_matmul(a, p);
    const float alpha = rest / dot(p, ap);
    tn_replace(x, tn_add(*x, tn_mul(p, alpha)));
    tn_replace(&r, tn_sub(r, tn_mul(ap, alpha)));
    const float before = rest;
    rest = dot(r, r);
    tn_replace(&p, tn_add(r, tn_mul(p, rest / before)));
  }
  return turns;
}

/* Noise beside a diagonal that grows: its eigenvalues are spread. */
static void make_positive(float *a, int64_t n) {
  uint32_t seed = 3;
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j <= i; j++)
      a[i * n + j] = a[j * n + i] = example_uniform(&seed, -0.1f, 0.1f) + (i == j ? 2 + 0.25f * (float)i : 0.f);
}

int main(int argc, char **argv) {
  const int64_t n = example_argument(argc, argv, 1, 64);
  const int repeats = (int)example_argument(argc, argv, 2, 0);
  float *memory = example_array(n * n, 1, 0.f, 1.f), *b_memory = example_array(n, 2, -1.f, 1.f);
  make_positive(memory, n);
  double *times = calloc((size_t)repeats + 1, sizeof *times);

  tn_tensor a = tn_view(memory, TN_F32, n, n), b = tn_view(b_memory, TN_F32, n), x = tn_zeros(TN_F32, n);
  const int turns = solve(a, b, &x, 1e-5f, 500);
  printf("turns          %d\n", turns);
  example_number("farthest off", tn_item(tn_reduce_max(tn_abs(tn_sub(tn_matmul(a, x), b)))));
  printf("solution       %016llx\n", (unsigned long long)example_checksum(tn_data_const(x), n));

  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    tn_tensor start = tn_zeros(TN_F32, n);
    const double begin = example_seconds();
    solve(a, b, &start, 1e-5f, 500);
    times[i] = example_seconds() - begin;
  }
  example_report(times, repeats);
  free(times);
  free(memory);
  free(b_memory);
  return example_status();
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * jacobi.c - the temperature in a plate whose rim is held: each point becomes the mean of its four neighbours, until
 * none changes much. The new inside is stored over the old one, as from a snapshot.
 *
 *   jacobi [n [most turns [repeats]]]            with repeats, the time of a solution goes to stderr
 */
#include "example.h"

/* u is stored to. Returns the number of turns. */
static int relax(tn_tensor u TN_SHAPE(n, n), float tolerance, int most) {
  int turns = 0;
  for (float change = 1; change > tolerance && turns < most; turns++) {
    TN_SCOPE;
    tn_tensor above = tn_window(u, 0, -2, 1, -1), below = tn_window(u, 2, TN_END, 1, -1);
    tn_tensor left = tn_window(u, 1, -1, 0, -2), right = tn_window(u, 1, -1, 2, TN_END);
    tn_tensor next = tn_mul(tn_add(tn_add(above, below), tn_add(left, right)), 0.25f);
    change = tn_item_f32(tn_reduce_max(tn_abs(tn_sub(next, tn_window(u, 1, -1, 1, -1)))));
    tn_store_at(u, next, 1, 1);
  }
  return turns;
}

/* Hot above, cold elsewhere. */
static void make_plate(float *u, int64_t n) {
  for (int64_t i = 0; i < n * n; i++)
    u[i] = i < n ? 100.f : 0.f;
}

int main(int argc, char **argv) {
  const int64_t n = example_argument(argc, argv, 1, 34);
  const int most = (int)example_argument(argc, argv, 2, 100), repeats = (int)example_argument(argc, argv, 3, 0);
  float *memory = example_array(n * n, 1, 0.f, 1.f);
  double *times = calloc((size_t)repeats + 1, sizeof *times);

  tn_tensor u = tn_view(memory, TN_F32, n, n);
  for (int i = 0; i < repeats + 1; i++) {
    make_plate(memory, n);
    const double start = example_seconds();
    const int turns = relax(u, 1e-3f, most);
    times[i] = example_seconds() - start;
    if (i)
      continue;
    printf("turns          %d\n", turns);
    example_number("in the middle", memory[n / 2 * n + n / 2]);
    printf("plate          %016llx\n", (unsigned long long)example_checksum(memory, n * n));
  }
  example_report(times + 1, repeats);
  free(times);
  free(memory);
  return example_status();
}

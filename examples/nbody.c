/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * nbody.c - bodies that attract each other, all pairs by broadcasting a row against a column. Compiled, nothing of
 * the size n x n is ever stored: each row of distances is made, weighed and added up at once.
 *
 *   nbody [n [steps [repeats]]]                  with repeats, the time of a step goes to stderr
 */
#include "example.h"

typedef struct bodies {
  int64_t n;
  tn_tensor place[3], speed[3], mass;
} bodies;

typedef struct forces {
  tn_tensor x, y, z;
} forces;

static forces accelerations(const bodies *b) {
  const int64_t n = b->n;
  tn_tensor dx = tn_sub(tn_reshape(b->place[0], 1, n), tn_reshape(b->place[0], n, 1));
  tn_tensor dy = tn_sub(tn_reshape(b->place[1], 1, n), tn_reshape(b->place[1], n, 1));
  tn_tensor dz = tn_sub(tn_reshape(b->place[2], 1, n), tn_reshape(b->place[2], n, 1));
  tn_tensor square = tn_add(tn_add(tn_add(tn_mul(dx, dx), tn_mul(dy, dy)), tn_mul(dz, dz)), 1e-4f); /* softened */
  tn_tensor pull = tn_div(b->mass, tn_mul(square, tn_sqrt(square)));
  forces f = {tn_sum(tn_mul(dx, pull), -1), tn_sum(tn_mul(dy, pull), -1), tn_sum(tn_mul(dz, pull), -1)};
  return f;
}

/* Speeds by the forces, then places by the speeds, each where it is. */
static void step(const bodies *b, float dt) {
  TN_SCOPE;
  const forces f = accelerations(b);
  tn_store(b->speed[0], tn_add(b->speed[0], tn_mul(f.x, dt)));
  tn_store(b->speed[1], tn_add(b->speed[1], tn_mul(f.y, dt)));
  tn_store(b->speed[2], tn_add(b->speed[2], tn_mul(f.z, dt)));
  for (int d = 0; d < 3; d++)
    tn_store(b->place[d], tn_add(b->place[d], tn_mul(b->speed[d], dt)));
}

int main(int argc, char **argv) {
  const int64_t n = example_argument(argc, argv, 1, 400), steps = example_argument(argc, argv, 2, 5);
  const int repeats = (int)example_argument(argc, argv, 3, 0);
  float *memory[7];
  for (int i = 0; i < 7; i++)
    memory[i] = example_array(n, 1 + (uint32_t)i, i == 6 ? 0.f : -1.f, 1.f);
  double *times = calloc((size_t)repeats + 1, sizeof *times);
  bodies b = {.n = n, .mass = tn_view(memory[6], TN_F32, n)};
  for (int d = 0; d < 3; d++) {
    b.place[d] = tn_view(memory[d], TN_F32, n);
    b.speed[d] = tn_view(memory[3 + d], TN_F32, n);
  }

  for (int64_t i = 0; i < steps; i++)
    step(&b, 1e-3f);
  for (int d = 0; d < 3; d++)
    printf("%c %016llx\n", "xyz"[d], (unsigned long long)example_checksum(memory[d], n));
  for (int i = 0; i < repeats; i++) {
    const double start = example_seconds();
    step(&b, 0.f);
    times[i] = example_seconds() - start;
  }
  example_report(times, repeats);
  free(times);
  for (int i = 0; i < 7; i++)
    free(memory[i]);
  return example_status();
}

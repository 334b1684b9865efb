/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * kalman.c - where something is and how fast it moves, in two dims, from noisy places: a Kalman filter with a state of
 * four numbers, each place taken in one coordinate at a time, so that nothing need be inverted. Very small tensors in a
 * long loop.
 *
 *   kalman [steps [repeats]]                     with repeats, the time of a run goes to stderr
 */
#include "example.h"

typedef struct filter {
  tn_tensor state, covariance; /* [4]: place, place, speed, speed; [4, 4] */
  tn_tensor move, drift;       /* [4, 4]: a step of time, and what it adds to the covariance */
  float noise;                 /* variance of a place that is measured */
} filter;

static void observe(filter *f, const float place[2]) {
  TN_SCOPE;
  tn_tensor x = tn_matmul(f->move, f->state);
  tn_tensor p = tn_add(tn_matmul(tn_matmul(f->move, f->covariance), tn_transpose(f->move)), f->drift);
  for (int i = 0; i < 2; i++) {
    tn_tensor gain = tn_div(tn_select(p, 1, i), tn_get_f32(p, i, i) + f->noise);
    x = tn_add(x, tn_mul(gain, place[i] - tn_get_f32(x, i)));
    p = tn_sub(p, tn_mul(tn_reshape(gain, 4, 1), tn_at(p, i)));
  }
  tn_replace(&f->state, x);
  tn_replace(&f->covariance, p);
}

static const float step_of_time[16] = {1, 0, 0.125f, 0, 0, 1, 0, 0.125f, 0, 0, 1, 0, 0, 0, 0, 1};
static const float drift_in_a_step[16] = {1e-4f, 0, 0, 0, 0, 1e-4f, 0, 0, 0, 0, 1e-2f, 0, 0, 0, 0, 1e-2f};

static filter make_filter(void) {
  static const float unsure[16] = {10, 0, 0, 0, 0, 10, 0, 0, 0, 0, 10, 0, 0, 0, 0, 10};
  return (filter){tn_zeros(TN_F32, 4), tn_copy(tn_view_const(unsure, TN_F32, 4, 4)),
                  tn_view_const(step_of_time, TN_F32, 4, 4), tn_view_const(drift_in_a_step, TN_F32, 4, 4), 0.25f};
}

/* A bend, seen through noise. */
static void make_places(float (*places)[2], int64_t steps) {
  uint32_t seed = 5;
  float x = 0, y = 0, u = 1, v = 0.5f;
  for (int64_t i = 0; i < steps; i++) {
    x += u * 0.125f, y += v * 0.125f;
    u -= 0.02f * y, v += 0.01f * x;
    u *= 0.99f, v *= 0.99f;
    places[i][0] = x + example_uniform(&seed, -0.5f, 0.5f);
    places[i][1] = y + example_uniform(&seed, -0.5f, 0.5f);
  }
}

int main(int argc, char **argv) {
  const int64_t steps = example_argument(argc, argv, 1, 40);
  const int repeats = (int)example_argument(argc, argv, 2, 0);
  float (*places)[2] = (float (*)[2])example_array(2 * steps, 1, 0.f, 1.f);
  make_places(places, steps);
  double *times = calloc((size_t)repeats + 1, sizeof *times);

  for (int i = 0; i < repeats + 1; i++) {
    TN_SCOPE;
    filter f = make_filter();
    const double start = example_seconds();
    for (int64_t t = 0; t < steps; t++)
      observe(&f, places[t]);
    times[i] = example_seconds() - start;
    if (i)
      continue;
    example_number("place", tn_get(f.state, 0));
    example_number("", tn_get(f.state, 1));
    example_number("speed", tn_get(f.state, 2));
    example_number("", tn_get(f.state, 3));
    printf("covariance     %016llx\n", (unsigned long long)example_checksum(tn_data_const(f.covariance), 16));
  }
  example_report(times + 1, repeats);
  free(times);
  free(places);
  return example_status();
}

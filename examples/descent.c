/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * descent.c - least squares by gradient descent, until a step is small: w becomes w - rate * gradient, in place.
 *
 *   descent [rows [columns [repeats]]]           with repeats, the time of a solution goes to stderr
 */
#include "example.h"

typedef struct descent_result {
  int turns;
  float loss;
} descent_result;

/* Minimises the mean square of x w - y. */
static descent_result descend(tn_tensor x TN_SHAPE(m, n), tn_tensor y TN_SHAPE(m), tn_tensor *w, float rate,
                              float tolerance, int most) {
  descent_result r = {0, 0};
  const float scale = 2.f / (float)tn_dim(x, 0);
  for (float step = 1; step > tolerance && r.turns < most; r.turns++) {
    TN_SCOPE;
    tn_tensor rest = tn_sub(tn_matmul(x, *w), y);
    tn_tensor change = tn_mul(tn_matmul(rest, x), rate * scale); /* a row times x: x is never turned */
    r.loss = tn_item_f32(tn_mean(tn_square(rest)));
    step = tn_item_f32(tn_reduce_max(tn_abs(change)));
    tn_replace(w, tn_sub(*w, change));
  }
  return r;
}

int main(int argc, char **argv) {
  const int64_t m = example_argument(argc, argv, 1, 200), n = example_argument(argc, argv, 2, 10);
  const int repeats = (int)example_argument(argc, argv, 3, 0);
  float *x_memory = example_array(m * n, 1, -1.f, 1.f), *truth = example_array(n, 2, -2.f, 2.f);
  float *y_memory = example_array(m, 3, -0.1f, 0.1f); /* noise, to begin with */
  double *times = calloc((size_t)repeats + 1, sizeof *times);

  tn_tensor x = tn_view(x_memory, TN_F32, m, n), y = tn_view(y_memory, TN_F32, m);
  tn_store(y, tn_add(y, tn_matmul(x, tn_view(truth, TN_F32, n))));
  tn_tensor w = tn_zeros(TN_F32, n);
  const descent_result r = descend(x, y, &w, 0.5f, 1e-6f, 2000);
  printf("turns          %d\n", r.turns);
  example_number("loss", r.loss);
  example_number("farthest off", tn_item(tn_reduce_max(tn_abs(tn_sub(w, tn_view(truth, TN_F32, n))))));
  printf("weights        %016llx\n", (unsigned long long)example_checksum(tn_data_const(w), n));

  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    tn_tensor start = tn_zeros(TN_F32, n);
    const double begin = example_seconds();
    descend(x, y, &start, 0.5f, 1e-6f, 2000);
    times[i] = example_seconds() - begin;
  }
  example_report(times, repeats);
  free(times);
  free(x_memory);
  free(y_memory);
  free(truth);
  return example_status();
}

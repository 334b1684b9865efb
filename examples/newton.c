/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * newton.c - logistic regression by Newton's method: in each turn a linear system is solved for the direction, by
 * elimination, and the step is halved until the loss falls enough.
 *
 *   newton [rows [columns [repeats]]]            with repeats, the time of a fit goes to stderr
 */
#include "example.h"

/* h is used up, x becomes the solution of h x = g. h is symmetric and positive: no row need be exchanged. */
static void eliminate(tn_tensor h, tn_tensor x) {
  const int64_t n = tn_dim(x, 0);
  for (int64_t i = 0; i < n; i++) {
    TN_SCOPE;
    const float pivot = 1.f / tn_get_f32(h, i, i);
    tn_tensor row = tn_mul(tn_at(h, i), pivot), column = tn_select(h, 1, i);
    const float value = tn_get_f32(x, i) * pivot;
    tn_store(h, tn_sub(h, tn_mul(tn_reshape(column, n, 1), row)));
    tn_store_at(h, row, i, 0);
    tn_store(x, tn_sub(x, tn_mul(column, value)));
    tn_set(x, value, i);
  }
}

/* The mean of log(1 + exp(-y x w)) and what keeps w small; y is 1 or -1. */
static float loss_of(tn_tensor x, tn_tensor y, tn_tensor w, float ridge) {
  TN_SCOPE;
  tn_tensor margin = tn_mul(tn_matmul(x, w), y);
  return tn_item_f32(tn_mean(tn_log1p(tn_exp(tn_neg(margin))))) + 0.5f * ridge * tn_item_f32(tn_sum(tn_square(w)));
}

typedef struct newton_result {
  int turns, halvings;
  float loss;
} newton_result;

static newton_result fit(tn_tensor x TN_SHAPE(m, n), tn_tensor y TN_SHAPE(m), tn_tensor *w, float ridge, int most) {
  TN_SCOPE;
  const float scale = 1.f / (float)tn_dim(x, 0);
  const int64_t n = tn_dim(x, 1);
  tn_tensor numbers = tn_arange(TN_I64, 0, n, 1), unit = tn_cast(tn_equal(tn_reshape(numbers, n, 1), numbers), TN_F32);
  newton_result r = {0, 0, loss_of(x, y, *w, ridge)};
  for (; r.turns < most; r.turns++) {
    TN_SCOPE;
    tn_tensor s = tn_sigmoid(tn_neg(tn_mul(tn_matmul(x, *w), y)));
    tn_tensor g = tn_sub(tn_mul(*w, ridge), tn_mul(tn_matmul(tn_mul(s, y), x), scale));
    if (tn_item_f32(tn_reduce_max(tn_abs(g))) < 1e-5f)
      break;
    tn_tensor weight = tn_mul(tn_mul(s, tn_sub(1, s)), scale);
    tn_tensor h = tn_add(tn_matmul(tn_transpose(x), tn_mul(x, tn_reshape(weight, -1, 1))), tn_mul(unit, ridge));
    tn_tensor d = tn_copy(g);
    eliminate(h, d);
    const float slope = tn_item_f32(tn_sum(tn_mul(g, d)));
    float step = 1, loss = 0;
    for (; step > 1e-4f; step *= 0.5f, r.halvings++) { /* until Armijo's condition holds */
      TN_SCOPE;
      tn_tensor next = tn_sub(*w, tn_mul(d, step));
      loss = loss_of(x, y, next, ridge);
      if (loss > r.loss - 1e-4f * step * slope)
        continue;
      tn_replace(&d, next); /* found: it outlives this scope */
      break;
    }
    if (step <= 1e-4f)
      break;
    tn_replace(w, d);
    r.loss = loss;
  }
  return r;
}

int main(int argc, char **argv) {
  const int64_t m = example_argument(argc, argv, 1, 200), n = example_argument(argc, argv, 2, 6);
  const int repeats = (int)example_argument(argc, argv, 3, 0);
  float *x_memory = example_array(m * n, 1, -1.f, 1.f), *truth = example_array(n, 2, -4.f, 4.f),
        *y_memory = example_array(m, 3, -1.f, 1.f);
  for (int64_t i = 0; i < m; i++) { /* the side of a plane, and sometimes the other one */
    float s = 2 * y_memory[i];
    for (int64_t j = 0; j < n; j++)
      s += truth[j] * x_memory[i * n + j];
    y_memory[i] = s > 0 ? 1.f : -1.f;
  }
  double *times = calloc((size_t)repeats + 1, sizeof *times);

  tn_tensor x = tn_view(x_memory, TN_F32, m, n), y = tn_view(y_memory, TN_F32, m);
  tn_tensor w = tn_full(TN_F32, 3, n); /* far off: full steps would lead farther */
  const newton_result r = fit(x, y, &w, 1e-3f, 50);
  printf("turns          %d, steps halved %d times\n", r.turns, r.halvings);
  example_number("loss", r.loss);
  printf("weights        %016llx\n", (unsigned long long)example_checksum(tn_data_const(w), n));

  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    tn_tensor start = tn_full(TN_F32, 3, n);
    const double begin = example_seconds();
    fit(x, y, &start, 1e-3f, 50);
    times[i] = example_seconds() - begin;
  }
  example_report(times, repeats);
  free(times);
  free(x_memory);
  free(y_memory);
  free(truth);
  return example_status();
}

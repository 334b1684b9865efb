/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * rnn.c - a recurrent cell over the steps of a series: h = tanh(x[t] wx + h wh + b), carried from step to step.
 *
 *   rnn [steps [batch [inputs [units [repeats]]]]]   with repeats, the time of a series goes to stderr
 */
#include "example.h"

typedef struct cell {
  tn_tensor wx TN_SHAPE(inputs, units), wh TN_SHAPE(units, units), b TN_SHAPE(units);
} cell;

/* The state after the last step. */
static tn_tensor run_cell(const cell *c, tn_tensor x, tn_tensor start) {
  TN_SCOPE;
  tn_tensor h = tn_copy(start);
  const int64_t steps = tn_dim(x, 0);
  for (int64_t t = 0; t < steps; t++) {
    TN_SCOPE;
    tn_tensor in = tn_add(tn_matmul(tn_at(x, t), c->wx), tn_matmul(h, c->wh));
    tn_replace(&h, tn_tanh(tn_add(in, c->b)));
  }
  return tn_keep(h);
}

/* Views of wx, wh and b, one behind the other. */
static cell make_cell(float *weights, int64_t inputs, int64_t units) {
  float *wh = weights + inputs * units, *b = wh + units * units;
  return (cell){tn_view(weights, TN_F32, inputs, units), tn_view(wh, TN_F32, units, units), tn_view(b, TN_F32, units)};
}

int main(int argc, char **argv) {
  const int64_t steps = example_argument(argc, argv, 1, 12), batch = example_argument(argc, argv, 2, 3);
  const int64_t inputs = example_argument(argc, argv, 3, 5), units = example_argument(argc, argv, 4, 16);
  const int repeats = (int)example_argument(argc, argv, 5, 0);
  float *x_memory = example_array(steps * batch * inputs, 1, -1.f, 1.f);
  float *weights = example_array((inputs + units + 1) * units, 2, -0.3f, 0.3f);
  double *times = calloc((size_t)repeats + 1, sizeof *times);

  tn_tensor x = tn_view(x_memory, TN_F32, steps, batch, inputs), start = tn_zeros(TN_F32, batch, units);
  const cell c = make_cell(weights, inputs, units);
  tn_tensor h = run_cell(&c, x, start);
  printf("state          %016llx\n", (unsigned long long)example_checksum(tn_data_const(h), tn_size(h)));
  example_number("its sum", tn_item(tn_sum(h)));

  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    const double begin = example_seconds();
    example_use(run_cell(&c, x, start));
    times[i] = example_seconds() - begin;
  }
  example_report(times, repeats);
  free(times);
  free(x_memory);
  free(weights);
  return example_status();
}

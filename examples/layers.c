/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * layers.c - a network whose layers stand in an array of structs, in a loop over them: relu in all but the last, whose
 * outputs are made probabilities. How many layers there are is not known when it is compiled.
 *
 *   layers [batch [units [layers [repeats]]]]    with repeats, the time of a batch goes to stderr
 */
#include "example.h"

enum { MOST_LAYERS = 32 };

typedef struct dense {
  tn_tensor w, b;
} dense;

typedef struct layered {
  int count;
  dense layer[MOST_LAYERS];
} layered;

static tn_tensor forward(const layered *net, tn_tensor x) {
  TN_SCOPE;
  for (int l = 0; l < net->count; l++) {
    tn_tensor h = tn_add(tn_matmul(x, net->layer[l].w), net->layer[l].b);
    x = l + 1 < net->count ? tn_relu(h) : tn_softmax(h, -1);
  }
  return tn_keep(x);
}

/* Views of weights that follow each other in memory: units * units + units floats a layer. */
static layered make_layers(float *weights, int count, int64_t units) {
  layered net = {.count = count};
  for (int l = 0; l < count; l++, weights += units * units + units)
    net.layer[l] = (dense){tn_view(weights, TN_F32, units, units), tn_view(weights + units * units, TN_F32, units)};
  return net;
}

int main(int argc, char **argv) {
  const int64_t batch = example_argument(argc, argv, 1, 8), units = example_argument(argc, argv, 2, 48);
  const int count = (int)example_argument(argc, argv, 3, 6), repeats = (int)example_argument(argc, argv, 4, 0);
  if (count < 1 || count > MOST_LAYERS)
    return fputs("layers: 1 to 32 layers\n", stderr), 1;
  float *x_memory = example_array(batch * units, 1, -1.f, 1.f);
  float *weights = example_array(count * (units * units + units), 2, -0.25f, 0.25f);
  double *times = calloc((size_t)repeats + 1, sizeof *times);

  tn_tensor x = tn_view(x_memory, TN_F32, batch, units);
  const layered net = make_layers(weights, count, units);
  tn_tensor y = forward(&net, x);
  printf("outputs        %016llx\n", (unsigned long long)example_checksum(tn_data_const(y), tn_size(y)));
  example_number("surest", tn_item(tn_reduce_max(y)));

  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    const double start = example_seconds();
    example_use(forward(&net, x));
    times[i] = example_seconds() - start;
  }
  example_report(times, repeats);
  free(times);
  free(x_memory);
  free(weights);
  return example_status();
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * network.c - two sigmoid layers, 784-256-10, for any batch. Compiled, bias and sigmoid are applied to the tiles of
 * each product while they are in cache.
 *
 *   network [batch [repeats]]                    with repeats, the time of a batch goes to stderr
 */
#include "example.h"

/* n is any batch size. The contract says what is meant; a call that breaks it gets eager's error. */
static tn_tensor mlp(tn_tensor x TN_SHAPE(n, 784), tn_tensor w0 TN_SHAPE(784, 256), tn_tensor b0 TN_SHAPE(256),
                     tn_tensor w1 TN_SHAPE(256, 10), tn_tensor b1 TN_SHAPE(10)) {
  tn_tensor h = tn_sigmoid(tn_add(tn_matmul(x, w0), b0));
  return tn_sigmoid(tn_add(tn_matmul(h, w1), b1));
}

int main(int argc, char **argv) {
  const int64_t batch = example_argument(argc, argv, 1, 32);
  const int repeats = (int)example_argument(argc, argv, 2, 0);
  float *x_memory = example_array(batch * 784, 1, -1.f, 1.f);
  float *w0_memory = example_array(784 * 256, 2, -0.4f, 0.4f), *b0_memory = example_array(256, 3, -0.5f, 0.5f);
  float *w1_memory = example_array(256 * 10, 4, -0.5f, 0.5f), *b1_memory = example_array(10, 5, -0.5f, 0.5f);
  double *times = calloc((size_t)repeats + 1, sizeof *times);

  tn_tensor x = tn_view(x_memory, TN_F32, batch, 784);
  tn_tensor w0 = tn_view(w0_memory, TN_F32, 784, 256), b0 = tn_view(b0_memory, TN_F32, 256);
  tn_tensor w1 = tn_view(w1_memory, TN_F32, 256, 10), b1 = tn_view(b1_memory, TN_F32, 10);

  tn_tensor y = mlp(x, w0, b0, w1, b1);
  printf("outputs      %016llx\n", (unsigned long long)example_checksum(tn_data_const(y), tn_size(y)));
  tn_tensor best = tn_argmax(y, -1);
  printf("predictions ");
  for (int64_t i = 0; i < batch && i < 16; i++)
    printf(" %lld", (long long)tn_get_i64(best, i));
  printf("%s\n", batch > 16 ? " ..." : "");

  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    const double start = example_seconds();
    example_use(mlp(x, w0, b0, w1, b1));
    times[i] = example_seconds() - start;
  }
  example_report(times, repeats);
  free(times);
  free(x_memory);
  free(w0_memory);
  free(b0_memory);
  free(w1_memory);
  free(b1_memory);
  return example_status();
}

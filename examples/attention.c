/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * attention.c - attention written by hand. Compiled, its scores, n x n for each head, are never there as a whole: a
 * block of their rows is made, turned into weights and used up while it is in the cache.
 *
 *   attention [heads [n [depth [repeats]]]]      with repeats, the time goes to stderr
 */
#include <math.h>

#include "example.h"

static tn_tensor attention(tn_tensor q, tn_tensor k, tn_tensor v) {
  TN_SCOPE;
  const float scale = 1.f / sqrtf((float)tn_dim(q, -1));
  tn_tensor scores = tn_mul(tn_matmul(q, tn_transpose(k)), scale);
  tn_tensor e = tn_exp(tn_sub(scores, tn_reduce_max_keepdims(scores, -1)));
  tn_tensor weights = tn_div(e, tn_sum_keepdims(e, -1));
  return tn_keep(tn_matmul(weights, v));
}

int main(int argc, char **argv) {
  const int64_t heads = example_argument(argc, argv, 1, 2), n = example_argument(argc, argv, 2, 700);
  const int64_t depth = example_argument(argc, argv, 3, 24);
  const int repeats = (int)example_argument(argc, argv, 4, 0);
  float *memory[3];
  tn_tensor qkv[3];
  for (int i = 0; i < 3; i++) {
    memory[i] = example_array(heads * n * depth, 1 + (uint32_t)i, -2.f, 2.f);
    qkv[i] = tn_view(memory[i], TN_F32, heads, n, depth);
  }
  double *times = calloc((size_t)repeats + 1, sizeof *times);

  {
    TN_SCOPE;
    tn_tensor y = attention(qkv[0], qkv[1], qkv[2]);
    if (y)
      printf("attention %016llx\n", (unsigned long long)example_checksum(tn_data_const(y), tn_size(y)));
  }
  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    const double start = example_seconds();
    example_use(attention(qkv[0], qkv[1], qkv[2]));
    times[i] = example_seconds() - start;
  }
  example_report(times, repeats);
  free(times);
  for (int i = 0; i < 3; i++)
    free(memory[i]);
  return example_status();
}

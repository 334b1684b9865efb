/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * covariance.c - how columns of data vary together: x^T x of the centred data. Compiled, neither a transpose is made
 * nor the centred data: a block of their rows at a time is, which the product adds up.
 *
 *   covariance [rows [columns [repeats]]]        with repeats, the time goes to stderr
 */
#include "example.h"

static tn_tensor covariance(tn_tensor x) {
  TN_SCOPE;
  tn_tensor centred = tn_sub(x, tn_mean_keepdims(x, 0));
  return tn_keep(tn_div(tn_matmul(tn_transpose(centred), centred), (float)(tn_dim(x, 0) - 1)));
}

int main(int argc, char **argv) {
  const int64_t rows = example_argument(argc, argv, 1, 20000), columns = example_argument(argc, argv, 2, 20);
  const int repeats = (int)example_argument(argc, argv, 3, 0);
  float *memory = example_array(rows * columns, 1, 0.f, 1.f);
  double *times = calloc((size_t)repeats + 1, sizeof *times);
  tn_tensor x = tn_view(memory, TN_F32, rows, columns);

  {
    TN_SCOPE;
    tn_tensor y = covariance(x);
    if (y)
      printf("covariance %016llx\n", (unsigned long long)example_checksum(tn_data_const(y), tn_size(y)));
  }
  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    const double start = example_seconds();
    example_use(covariance(x));
    times[i] = example_seconds() - start;
  }
  example_report(times, repeats);
  free(times);
  free(memory);
  return example_status();
}

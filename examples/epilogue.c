/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * epilogue.c - what is done to a matrix product is done while its elements are in registers and cache.
 *
 *   epilogue [n [repeats]]                       n x n matrices; with repeats, the time goes to stderr
 */
#include "example.h"

/* Nobody asks for y: it is never stored. */
static tn_tensor scaled_product(tn_tensor x) {
  TN_SCOPE;
  tn_tensor y = tn_matmul(x, x);
  return tn_keep(tn_mul(y, 3.1415f));
}

/* Here somebody does: it is stored once, in the same pass. */
static tn_tensor product_and_scaled(tn_tensor x, tn_tensor *out_y) {
  TN_SCOPE;
  tn_tensor y = tn_matmul(x, x);
  tn_tensor z = tn_mul(y, 3.1415f);
  *out_y = tn_keep(y);
  return tn_keep(z);
}

static void print(const char *name, tn_tensor t) {
  if (t)
    printf("%-6s %016llx\n", name, (unsigned long long)example_checksum(tn_data_const(t), tn_size(t)));
}

int main(int argc, char **argv) {
  const int64_t n = example_argument(argc, argv, 1, 200);
  const int repeats = (int)example_argument(argc, argv, 2, 0);
  float *memory = example_array(n * n, 1, -1.f, 1.f);
  double *times = calloc((size_t)repeats + 1, sizeof *times);
  tn_tensor x = tn_view(memory, TN_F32, n, n);

  {
    TN_SCOPE;
    tn_tensor y = NULL;
    print("z", scaled_product(x));
    print("z", product_and_scaled(x, &y));
    print("y", y);
  }
  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    const double start = example_seconds();
    example_use(scaled_product(x));
    times[i] = example_seconds() - start;
  }
  example_report(times, repeats);
  free(times);
  free(memory);
  return example_status();
}

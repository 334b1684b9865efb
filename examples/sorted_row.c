/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * sorted_row.c - a row is cut out, sorted, stretched to a matrix again and multiplied. The sort is in place on the one
 * copy that it needs, or where the row is, if nobody needs that any more; the stretched matrix is never there.
 *
 *   sorted_row [rows [columns [repeats]]]        with repeats, the time goes to stderr
 */
#include "example.h"

/* x lives on: the row is copied once, and sorted there. */
static tn_tensor by_sorted_row(tn_tensor x, int64_t row, tn_tensor w) {
  TN_SCOPE;
  tn_tensor sorted = tn_sort(tn_select(x, 0, row), -1);
  return tn_keep(tn_mul(tn_broadcast_to(sorted, tn_dim(w, 0), tn_dim(w, 1)), w));
}

/* x is made here and dies here: its row is sorted where it is. */
static tn_tensor by_sorted_row_of_sum(tn_tensor a, tn_tensor b, int64_t row, tn_tensor w) {
  TN_SCOPE;
  tn_tensor x = tn_add(a, b);
  tn_tensor sorted = tn_sort(tn_select(x, 0, row), -1);
  return tn_keep(tn_mul(tn_broadcast_to(sorted, tn_dim(w, 0), tn_dim(w, 1)), w));
}

static void print(const char *name, tn_tensor t) {
  if (t)
    printf("%-14s %016llx\n", name, (unsigned long long)example_checksum(tn_data_const(t), tn_size(t)));
}

int main(int argc, char **argv) {
  const int64_t rows = example_argument(argc, argv, 1, 50), columns = example_argument(argc, argv, 2, 333);
  const int repeats = (int)example_argument(argc, argv, 3, 0);
  float *memory[3];
  for (int i = 0; i < 3; i++)
    memory[i] = example_array(rows * columns, 1 + (uint32_t)i, -1.f, 1.f);
  double *times = calloc((size_t)repeats + 1, sizeof *times);
  tn_tensor a = tn_view(memory[0], TN_F32, rows, columns), b = tn_view(memory[1], TN_F32, rows, columns);
  tn_tensor w = tn_view(memory[2], TN_F32, rows, columns);

  {
    TN_SCOPE;
    print("row of a", by_sorted_row(a, rows / 2, w));
    print("row of a + b", by_sorted_row_of_sum(a, b, rows / 2, w));
  }
  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    const double start = example_seconds();
    example_use(by_sorted_row(a, i % rows, w));
    times[i] = example_seconds() - start;
  }
  example_report(times, repeats);
  free(times);
  for (int i = 0; i < 3; i++)
    free(memory[i]);
  return example_status();
}

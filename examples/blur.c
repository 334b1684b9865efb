/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * blur.c - a separable blur, 5 by 5, through slices of the picture. Compiled, no slice is ever copied: a kernel reads
 * the picture at five places, once along its rows and once across them.
 *
 *   blur [rows [columns [repeats]]]              with repeats, the time goes to stderr
 */
#include "example.h"

/* x where it is moved by `from` pixels along an axis: as many as are left when four are taken away. */
static tn_tensor moved(tn_tensor x, int axis, int64_t from) {
  return tn_slice(x, axis, from, from == 4 ? TN_END : from - 4);
}

static tn_tensor blurred_along(tn_tensor x, int axis) {
  tn_tensor outer = tn_mul(tn_add(moved(x, axis, 0), moved(x, axis, 4)), 1.f / 16);
  tn_tensor inner = tn_mul(tn_add(moved(x, axis, 1), moved(x, axis, 3)), 4.f / 16);
  return tn_add(tn_add(outer, inner), tn_mul(moved(x, axis, 2), 6.f / 16));
}

static tn_tensor blur(tn_tensor picture) {
  TN_SCOPE;
  return tn_keep(blurred_along(blurred_along(picture, 1), 0));
}

int main(int argc, char **argv) {
  const int64_t rows = example_argument(argc, argv, 1, 240), columns = example_argument(argc, argv, 2, 320);
  const int repeats = (int)example_argument(argc, argv, 3, 0);
  float *memory = example_array(rows * columns, 1, 0.f, 1.f);
  double *times = calloc((size_t)repeats + 1, sizeof *times);
  tn_tensor picture = tn_view(memory, TN_F32, rows, columns);

  {
    TN_SCOPE;
    tn_tensor y = blur(picture);
    if (y)
      printf("blur %016llx\n", (unsigned long long)example_checksum(tn_data_const(y), tn_size(y)));
  }
  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    const double start = example_seconds();
    example_use(blur(picture));
    times[i] = example_seconds() - start;
  }
  example_report(times, repeats);
  free(times);
  free(memory);
  return example_status();
}

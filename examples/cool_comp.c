/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * cool_comp.c - plain C between tensor ops: m = a + b; factor = m[0] + m[1]; m / factor.
 *
 * Eagerly this is two passes over memory and a temporary. Compiled it is one loop without any, and in the store form
 * that loop writes over a's own memory.
 *
 *   cool_comp [n [repeats [value|store]]]       a and b are n x n; with repeats, the time goes to stderr
 */
#include "example.h"

/* Value form: a new tensor. */
static tn_tensor cool_comp(tn_tensor a, tn_tensor b) {
  tn_tensor m = tn_add(a, b);
  float factor = tn_get_flat_f32(m, 0) + tn_get_flat_f32(m, 1);
  return tn_div(m, factor);
}

/* Store form: a, which is a view of the caller's array, becomes the result. */
static bool cool_comp_in_place(tn_tensor a, tn_tensor b) {
  TN_SCOPE;
  tn_tensor m = tn_add(a, b);
  float factor = tn_get_flat_f32(m, 0) + tn_get_flat_f32(m, 1);
  return tn_store(a, tn_div(m, factor));
}

int main(int argc, char **argv) {
  const int64_t n = example_argument(argc, argv, 1, 64);
  const int repeats = (int)example_argument(argc, argv, 2, 0);
  const char *form = argc > 3 ? argv[3] : "";
  if (n < 2)
    return fprintf(stderr, "usage: cool_comp [n >= 2 [repeats [value|store]]]\n"), 2;

  float *a_memory = example_array(n * n, 1, 0.f, 1.f), *b_memory = example_array(n * n, 2, 0.f, 1.f);
  double *times = calloc((size_t)repeats + 1, sizeof *times);
  tn_tensor a = tn_view(a_memory, TN_F32, n, n), b = tn_view(b_memory, TN_F32, n, n);

  if (strcmp(form, "store")) {
    TN_SCOPE;
    tn_tensor r = cool_comp(a, b);
    printf("value  %016llx\n", (unsigned long long)example_checksum(tn_data_const(r), tn_size(r)));
  }
  if (strcmp(form, "value")) {
    cool_comp_in_place(a, b);
    printf("store  %016llx\n", (unsigned long long)example_checksum(a_memory, n * n));
  }

  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    const double start = example_seconds();
    if (strcmp(form, "value"))
      cool_comp_in_place(a, b);
    else
      example_use(cool_comp(a, b));
    times[i] = example_seconds() - start;
  }
  example_report(times, repeats);
  free(times);
  free(a_memory);
  free(b_memory);
  return example_status();
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * softmax.c - softmax and normalisation as people write them by hand, op by op. Compiled, each is one kernel that keeps
 * a row in the cache from its first pass to its last.
 *
 *   softmax [rows [columns [repeats [which]]]]   which: 0 by hand, 1 tn_softmax, 2 normalised; its time goes to stderr
 */
#include "example.h"

static tn_tensor softmax_by_hand(tn_tensor x) {
  TN_SCOPE;
  tn_tensor m = tn_reduce_max_keepdims(x, -1);
  tn_tensor e = tn_exp(tn_sub(x, m));
  return tn_keep(tn_div(e, tn_sum_keepdims(e, -1)));
}

/* Its bits are its own: it multiplies by the reciprocal of the sum. */
static tn_tensor softmax_of_tenon(tn_tensor x) { return tn_softmax(x, -1); }

static tn_tensor normalised(tn_tensor x, tn_tensor scale, tn_tensor shift) {
  TN_SCOPE;
  tn_tensor centred = tn_sub(x, tn_mean_keepdims(x, -1));
  tn_tensor variance = tn_mean_keepdims(tn_mul(centred, centred), -1);
  tn_tensor unit = tn_div(centred, tn_sqrt(tn_add(variance, 1e-5f)));
  return tn_keep(tn_add(tn_mul(unit, scale), shift));
}

static void print(const char *name, tn_tensor t) {
  if (t)
    printf("%-16s %016llx\n", name, (unsigned long long)example_checksum(tn_data_const(t), tn_size(t)));
}

int main(int argc, char **argv) {
  const int64_t rows = example_argument(argc, argv, 1, 30), columns = example_argument(argc, argv, 2, 1000);
  const int repeats = (int)example_argument(argc, argv, 3, 0), which = (int)example_argument(argc, argv, 4, 0);
  float *memory = example_array(rows * columns, 1, -10.f, 10.f);
  float *scale_memory = example_array(columns, 2, 0.5f, 2.f), *shift_memory = example_array(columns, 3, -1.f, 1.f);
  double *times = calloc((size_t)repeats + 1, sizeof *times);
  tn_tensor x = tn_view(memory, TN_F32, rows, columns);
  tn_tensor scale = tn_view(scale_memory, TN_F32, columns), shift = tn_view(shift_memory, TN_F32, columns);

  {
    TN_SCOPE;
    print("softmax by hand", softmax_by_hand(x));
    print("tn_softmax", softmax_of_tenon(x));
    print("normalised", normalised(x, scale, shift));
  }
  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    const double start = example_seconds();
    if (which == 0)
      example_use(softmax_by_hand(x));
    else if (which == 1)
      example_use(softmax_of_tenon(x));
    else
      example_use(normalised(x, scale, shift));
    times[i] = example_seconds() - start;
  }
  example_report(times, repeats);
  free(times);
  free(shift_memory);
  free(scale_memory);
  free(memory);
  return example_status();
}

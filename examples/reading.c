/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reading.c - back and forth between C and tensors: five statistics of a sensor's reading decide, in plain C, how it is
 * cleaned. Compiled, that is two passes over the reading: one for all five, one that writes the result.
 *
 *   reading [n [repeats]]                        n samples; with repeats, the time goes to stderr
 */
#include <math.h>

#include "example.h"

static tn_tensor cleaned(tn_tensor x) {
  TN_SCOPE;
  const float mean = tn_item_f32(tn_mean(x)), variance = tn_item_f32(tn_var(x));
  const float low = tn_item_f32(tn_reduce_min(x)), high = tn_item_f32(tn_reduce_max(x));
  const float loudness = tn_item_f32(tn_mean(tn_abs(x)));

  /* A reading that leans to one side is centred on the middle of its range, any other on its mean; a flat one keeps its
   * size; what is loud all the time may reach further out. */
  const float lean = (high - mean) - (mean - low);
  const float centre = fabsf(lean) > 0.25f * (high - low) ? 0.5f * (low + high) : mean;
  const float scale = variance > 1e-12f ? 1.f / sqrtf(variance) : 1.f;
  const float limit = loudness > 0.5f * high ? 3.f : 2.f;

  return tn_keep(tn_clip(tn_mul(tn_sub(x, centre), scale), -limit, limit));
}

int main(int argc, char **argv) {
  const int64_t n = example_argument(argc, argv, 1, 10000);
  const int repeats = (int)example_argument(argc, argv, 2, 0);
  double *times = calloc((size_t)repeats + 1, sizeof *times);

  for (int kind = 0; kind < 3; kind++) {
    TN_SCOPE;
    float *memory = example_array(n, 1 + (uint32_t)kind, -1.f, 1.f);
    for (int64_t i = 0; i < n; i++)
      if (kind == 1)
        memory[i] *= memory[i] * memory[i] * memory[i]; /* leans to one side */
      else if (kind == 2)
        memory[i] = 0.75f; /* flat */
    tn_tensor y = cleaned(tn_view(memory, TN_F32, n));
    if (y)
      printf("kind %d  %016llx\n", kind, (unsigned long long)example_checksum(tn_data_const(y), n));
    for (int i = 0; kind == 0 && i < repeats; i++) {
      TN_SCOPE;
      tn_tensor x = tn_view(memory, TN_F32, n);
      const double start = example_seconds();
      example_use(cleaned(x));
      times[i] = example_seconds() - start;
    }
    free(memory);
  }
  example_report(times, repeats);
  free(times);
  return example_status();
}

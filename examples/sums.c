/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * sums.c - several reductions over the same data: compiled, one pass over memory for all of them.
 *
 *   sums [n [repeats]]                           n elements; with repeats, the time goes to stderr
 */
#include "example.h"

typedef struct sums {
  float x, y, xx, xy, yy;
} sums;

/* What a straight-line fit needs. Each sum is read as a number at once, which costs nothing when compiled. */
static sums five_sums(tn_tensor x, tn_tensor y) {
  TN_SCOPE;
  sums s;
  s.x = tn_item_f32(tn_sum(x));
  s.y = tn_item_f32(tn_sum(y));
  s.xx = tn_item_f32(tn_sum(tn_mul(x, x)));
  s.xy = tn_item_f32(tn_sum(tn_mul(x, y)));
  s.yy = tn_item_f32(tn_sum(tn_mul(y, y)));
  return s;
}

typedef struct moments {
  float mean, var;
} moments;

/* Mean and variance of one tensor: also one pass, by a rule that an outlier does not upset. */
static moments mean_and_var(tn_tensor x) {
  TN_SCOPE;
  moments m;
  m.mean = tn_item_f32(tn_mean(x));
  m.var = tn_item_f32(tn_var(x));
  return m;
}

int main(int argc, char **argv) {
  const int64_t n = example_argument(argc, argv, 1, 10000);
  const int repeats = (int)example_argument(argc, argv, 2, 0);
  float *x_memory = example_array(n, 1, -1.f, 1.f), *y_memory = example_array(n, 2, 0.f, 2.f);
  double *times = calloc((size_t)repeats + 1, sizeof *times);
  tn_tensor x = tn_view(x_memory, TN_F32, n), y = tn_view(y_memory, TN_F32, n);

  const sums s = five_sums(x, y);
  const moments m = mean_and_var(y);
  example_number("sum x", s.x);
  example_number("sum y", s.y);
  example_number("sum x*x", s.xx);
  example_number("sum x*y", s.xy);
  example_number("sum y*y", s.yy);
  example_number("mean y", m.mean);
  example_number("var y", m.var);

  /* Something made of them: the line of best fit, y = slope * x + offset. */
  const double count = (double)n, spread = count * s.xx - (double)s.x * s.x;
  const double slope = (count * s.xy - (double)s.x * s.y) / spread;
  example_number("slope", slope);
  example_number("offset", (s.y - slope * s.x) / count);

  for (int i = 0; i < repeats; i++) {
    const double start = example_seconds();
    (void)five_sums(x, y);
    times[i] = example_seconds() - start;
  }
  example_report(times, repeats);
  free(times);
  free(x_memory);
  free(y_memory);
  return example_status();
}

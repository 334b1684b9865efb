/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * kmeans.c - Lloyd's k-means: points go to the nearest centre, centres to the middle of their points, until no point
 * changes sides. A centre without points stays where it is.
 *
 *   kmeans [points [dims [centres [repeats]]]]   with repeats, the time of a clustering goes to stderr
 */
#include "example.h"

/* *centres and *labels are what it begins with, and what it ends with. Returns the number of turns. */
static int cluster(tn_tensor x TN_SHAPE(n, d), tn_tensor *centres, tn_tensor *labels, int most) {
  TN_SCOPE;
  const int64_t n = tn_dim(x, 0), k = tn_dim(*centres, 0);
  tn_tensor names = tn_arange(TN_I64, 0, k, 1);
  for (int turn = 1; turn <= most; turn++) {
    TN_SCOPE;
    /* |x - c|^2 but for |x|^2, which does not matter for the least. */
    tn_tensor far = tn_sub(tn_sum(tn_square(*centres), 1), tn_mul(tn_matmul(x, tn_transpose(*centres)), 2));
    tn_tensor nearest = tn_argmin(far, 1);
    const int64_t moved = tn_item_i64(tn_sum(tn_not_equal(nearest, *labels)));
    tn_replace(labels, nearest);
    if (moved == 0)
      return turn;
    tn_tensor belongs = tn_cast(tn_equal(tn_reshape(nearest, n, 1), names), TN_F32); /* [n, k], ones and zeros */
    tn_tensor count = tn_reshape(tn_sum(belongs, 0), k, 1);
    tn_tensor middle = tn_div(tn_matmul(tn_transpose(belongs), x), tn_maximum(count, 1));
    tn_replace(centres, tn_where(tn_greater(count, 0), middle, *centres));
  }
  return most;
}

/* As many clouds as centres, which overlap. */
static void make_points(float *x, int64_t n, int64_t d, int64_t k) {
  uint32_t seed = 7;
  for (int64_t i = 0; i < n; i++) {
    uint32_t cloud = 100 + (uint32_t)(i % k);
    for (int64_t j = 0; j < d; j++)
      x[i * d + j] = example_uniform(&cloud, -2.f, 2.f) + example_uniform(&seed, -1.f, 1.f);
  }
}

int main(int argc, char **argv) {
  const int64_t n = example_argument(argc, argv, 1, 300), d = example_argument(argc, argv, 2, 4),
                k = example_argument(argc, argv, 3, 8);
  const int repeats = (int)example_argument(argc, argv, 4, 0);
  float *memory = example_array(n * d, 1, 0.f, 1.f);
  make_points(memory, n, d, k);
  double *times = calloc((size_t)repeats + 1, sizeof *times);

  tn_tensor x = tn_view(memory, TN_F32, n, d);
  for (int i = 0; i < repeats + 1; i++) {
    TN_SCOPE;
    tn_tensor centres = tn_slice(x, 0, 0, k), labels = tn_full(TN_I64, -1, n);
    const double start = example_seconds();
    const int turns = cluster(x, &centres, &labels, 300);
    times[i] = example_seconds() - start;
    if (i)
      continue;
    tn_tensor distance = tn_sum(tn_square(tn_sub(x, tn_take(centres, labels, 0))), 1);
    printf("turns          %d\n", turns);
    example_number("mean distance", tn_item(tn_mean(distance)));
    printf("centres        %016llx\n", (unsigned long long)example_checksum(tn_data_const(centres), tn_size(centres)));
    printf("sides         ");
    for (int64_t j = 0; j < n && j < 16; j++)
      printf(" %lld", (long long)tn_get_i64(labels, j));
    puts("");
  }
  example_report(times + 1, repeats);
  free(times);
  free(memory);
  return example_status();
}

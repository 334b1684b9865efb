/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * mandelbrot.c - how long z = z^2 + c stays within 2, for TILE points at a time until none of them is left: a loop ends
 * with its slowest point, so the points of one are neighbours, and few.
 *
 *   mandelbrot [side [most turns [repeats]]]     with repeats, the time of a picture goes to stderr
 */
#include "example.h"

enum { TILE = 64 };

/* The number of turns of TILE points of a row, the first at (re, im). Returns that of the last to leave. */
static int escape_times(float re, float im, float step, int most, float *out_counts) {
  TN_SCOPE;
  tn_tensor column = tn_add(tn_mul(tn_arange(TN_F32, 0, TILE, 1), step), re);
  tn_tensor x = tn_zeros(TN_F32, TILE), y = tn_zeros(TN_F32, TILE), count = tn_zeros(TN_F32, TILE);
  int turn = 0;
  for (; turn < most; turn++) {
    TN_SCOPE;
    tn_tensor xx = tn_square(x), yy = tn_square(y);
    tn_tensor within = tn_less_equal(tn_add(xx, yy), 4);
    if (!tn_item_i64(tn_any(within)))
      break;
    tn_tensor next_x = tn_add(tn_sub(xx, yy), column), next_y = tn_add(tn_mul(tn_mul(x, y), 2), im);
    tn_replace(&count, tn_add(count, tn_cast(within, TN_F32)));
    tn_replace(&x, tn_where(within, next_x, x)); /* those outside stay where they are */
    tn_replace(&y, tn_where(within, next_y, y));
  }
  tn_store(tn_view(out_counts, TN_F32, TILE), count);
  return turn;
}

/* The points of [side, width], width a multiple of TILE, of which the first is at (left, bottom). Returns the most turns. */
static int draw(float left, float bottom, float step, int64_t side, int64_t width, int most, float *out_counts) {
  int longest = 0;
  for (int64_t i = 0; i < side; i++)
    for (int64_t j = 0; j < width; j += TILE) {
      const int turns =
          escape_times(left + (float)j * step, bottom + (float)i * step, step, most, out_counts + i * width + j);
      longest = turns > longest ? turns : longest;
    }
  return longest;
}

int main(int argc, char **argv) {
  const int64_t side = example_argument(argc, argv, 1, 24), width = (side + TILE - 1) / TILE * TILE;
  const int most = (int)example_argument(argc, argv, 2, 200), repeats = (int)example_argument(argc, argv, 3, 0);
  const float step = 0.5f / (float)side; /* from a corner that the set does not reach */
  double *times = calloc((size_t)repeats + 1, sizeof *times);
  float *counts = example_array(side * width, 1, 0.f, 0.f);

  const int turns = draw(0.45f, 0.3f, step, side, width, most, counts);
  printf("turns          %d\n", turns);
  tn_tensor picture = tn_slice(tn_view(counts, TN_F32, side, width), 1, 0, side);
  example_number("mean", tn_item(tn_mean(picture)));
  printf("picture        %016llx\n", (unsigned long long)example_checksum(counts, side * width));
  for (int64_t i = side; i-- > 0;) {
    for (int64_t j = 0; j < side && side <= 64; j++)
      putchar(" .:-=+*#%@"[(int)tn_get(picture, i, j) / 4 % 10]);
    if (side <= 64)
      putchar('\n');
  }

  for (int i = 0; i < repeats; i++) {
    const double start = example_seconds();
    draw(0.45f, 0.3f, step, side, width, most, counts);
    times[i] = example_seconds() - start;
  }
  example_report(times, repeats);
  free(times);
  free(counts);
  return example_status();
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * whole_mandelbrot.c - examples/mandelbrot.c for a whole picture at once: a loop of tensors whose size is known when it runs, left by
 * what a tensor says.
 *
 *   whole_mandelbrot [side [most turns]]
 */
#include "example.h"

/* The number of turns of each point of [side, side]; *out_turns is that of the loop. */
static tn_tensor escape_times(float left, float bottom, float width, int64_t side, int most, int *out_turns) {
  TN_SCOPE;
  tn_tensor steps = tn_mul(tn_arange(TN_F32, 0, side, 1), width / (float)side);
  tn_tensor re = tn_add(steps, left), im = tn_reshape(tn_add(steps, bottom), side, 1);
  tn_tensor x = tn_zeros(TN_F32, side, side), y = tn_zeros(TN_F32, side, side), count = tn_zeros(TN_F32, side, side);
  int turn = 0;
  for (; turn < most; turn++) {
    TN_SCOPE;
    tn_tensor xx = tn_square(x), yy = tn_square(y);
    tn_tensor within = tn_less_equal(tn_add(xx, yy), 4);
    if (!tn_item_i64(tn_any(within)))
      break;
    tn_tensor next_x = tn_add(tn_sub(xx, yy), re), next_y = tn_add(tn_mul(tn_mul(x, y), 2), im);
    tn_replace(&count, tn_add(count, tn_cast(within, TN_F32)));
    tn_replace(&x, tn_where(within, next_x, x)); /* those outside stay where they are */
    tn_replace(&y, tn_where(within, next_y, y));
  }
  *out_turns = turn;
  return tn_keep(count);
}

int main(int argc, char **argv) {
  const int64_t side = example_argument(argc, argv, 1, 24);
  const int most = (int)example_argument(argc, argv, 2, 200);
  int turns;

  tn_tensor count = escape_times(0.45f, 0.3f, 0.5f, side, most, &turns); /* a corner that the set does not reach */
  printf("turns          %d\n", turns);
  example_number("mean", tn_item(tn_mean(count)));
  printf("picture        %016llx\n", (unsigned long long)example_checksum(tn_data_const(count), tn_size(count)));
  for (int64_t i = side; i-- > 0;) {
    for (int64_t j = 0; j < side && side <= 64; j++)
      putchar(" .:-=+*#%@"[(int)tn_get(count, i, j) / 4 % 10]);
    if (side <= 64)
      putchar('\n');
  }
  return example_status();
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * planted.c - a region that makes a tensor, one that stores, one that makes a number: for tests that break their kernels.
 */
#include <stdio.h>
#include <tenon.h>

static float xs[3][5], ys[3][5];

tn_tensor made(tn_tensor x, tn_tensor y) {
  tn_tensor sum = tn_add(x, y);
  return tn_mul(sum, 3.0f);
}

void stored(tn_tensor x, tn_tensor y) {
  tn_tensor sum = tn_add(x, y);
  tn_store(x, tn_mul(sum, 3.0f));
}

double number(tn_tensor x, tn_tensor y) {
  tn_tensor product = tn_mul(x, y);
  return tn_item(tn_sum(tn_sub(product, 3.0f)));
}

int main(void) {
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 5; j++) xs[i][j] = (float)i, ys[i][j] = (float)(i + j);
  tn_tensor x = tn_view(xs, TN_F32, 3, 5), y = tn_view(ys, TN_F32, 3, 5);
  printf("%g\n", tn_get(made(x, y), 2, 4));
  stored(x, y);
  printf("%g\n", (double)xs[2][4]);
  printf("%g\n", number(x, y));
  return tn_ok() ? 0 : 1;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * no_tensors_other.c - functions of another file, of which no_tensors.c says what they have to do with tensors.
 */
#include <math.h>
#include <stdio.h>

#include "no_tensors.h"

int reported;
static float weights[4] = {0.5f, 0.25f, 2, 1};

void report(int turn, float value) {
  reported += turn + 1;
  printf("turn %d: %a, %d\n", turn, value, reported);
}
float scaled(float x) { return ldexpf(x, -2) + 0.125f; }
float weight(int i) { return weights[i & 3]; }
void set_weight(int i, float x) { weights[i & 3] = x; }

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * derivatives.c - the derivative columns of ops.def against finite differences of the values, at points where the value
 * is smooth. A row's derivative that is 0 by definition (floor) is compared between the jumps.
 *
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s -o %t -lm
 * RUN: %t | FileCheck %s
 * CHECK: {{^[1-9][0-9]* rows, [1-9][0-9]* derivatives: 0 wrong}}
 */
#include <math.h>
#include <stdio.h>

#define R long double
#define M(name) name##l
#define NAMED(f) f##_wide
#include "Inputs/formulas.h"

typedef long double function(long double, long double);
typedef struct derivative {
  const char *name;
  function *value, *slope;
  int operand;
} derivative;

#define TN_UNARY(name, ...) {#name, value_##name##_wide, slope_##name##_wide, 0},
#define TN_BINARY(name, ...)                                                                                           \
  {#name, value_##name##_wide, slope_##name##_wide, 0}, {#name, value_##name##_wide, slope_y_##name##_wide, 1},
static const derivative derivatives[] = {
#include "tenon/ops.def"
};

static long double at(const derivative *d, long double x, long double y, long double step) {
  return d->operand ? d->value(x, y + step) : d->value(x + step, y);
}

/* The central difference with this step, NaN where it is not to be trusted: half the step gives another. */
static long double difference(const derivative *d, long double x, long double y) {
  const long double h = 0x1p-16L, far = (at(d, x, y, h) - at(d, x, y, -h)) / (2 * h),
                    near = (at(d, x, y, h / 2) - at(d, x, y, -h / 2)) / h;
  const long double left = (at(d, x, y, 0) - at(d, x, y, -h)) / h, right = (at(d, x, y, h) - at(d, x, y, 0)) / h;
  if (!(fabsl(far - near) <= 1e-7L * (1 + fabsl(near)))) return NAN;
  if (!(fabsl(left - right) <= 1e-2L * (1 + fabsl(near)))) return NAN; /* a kink */
  return (4 * near - far) / 3;
}

int main(void) {
  const int count = (int)(sizeof derivatives / sizeof *derivatives);
  int rows = 0, wrong = 0;
  for (int i = 0; i < count; i++) {
    const derivative *d = &derivatives[i];
    int points = 0, bad = 0;
    rows += d->operand == 0;
    for (long double x = -4.013L; x < 4.1L; x += 0.171L)
      for (long double y = -3.017L; y < 3.1L; y += 0.673L) {
        const long double want = difference(d, x, y), got = d->slope(x, y);
        if (want != want) continue;
        points++;
        if (fabsl(got - want) <= 1e-7L * (1 + fabsl(want))) continue;
        if (!bad++) printf("%s, operand %d, at (%Lg, %Lg): %Lg, not %Lg\n", d->name, d->operand, x, y, got, want);
      }
    if (points < 20) printf("%s: only %d points\n", d->name, points), bad++;
    wrong += bad > 0;
  }
  printf("%d rows, %d derivatives: %d wrong\n", rows, count, wrong);
  return wrong != 0;
}

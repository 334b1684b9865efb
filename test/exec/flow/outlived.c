/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * outlived.c - tensors that are made before a scope of a helper, used behind it, and first needed where a launch in the scope
 * is refused: they belong to the caller all the same.
 *
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s -o %t.eager %tenon_libs
 * RUN: %t.eager > %t.txt
 * RUN: FileCheck %s < %t.txt
 * RUN: %clang -std=c11 -O2 -ffp-contract=off %plugin %tenon_cflags %s -o %t %tenon_libs
 * RUN: %t | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=launches %t | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=all %t | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=2 %t | diff %t.txt -
 */
#include <stdio.h>

#include <tenon.h>

#define NOINLINE __attribute__((noinline))
static float a[64];

NOINLINE static double number(double v) { return v; }

static tn_tensor helper(tn_tensor x, int k) {
  TN_SCOPE;
  tn_tensor t = tn_add(x, 0.5f);
  for (int i = 0; i < k; i++) {
    TN_SCOPE;
    tn_replace(&t, tn_mul(t, tn_abs(x)));
    printf("turn %d\n", i);
    tn_replace(&t, tn_sub(t, x));
  }
  if (tn_item(tn_reduce_max(x)) > 0.25) {
    if (tn_item_f32(tn_mean(t)) > -0.5f) return tn_keep(tn_sub(x, 0.25f));
    tn_replace(&t, tn_sin(tn_maximum(tn_where(tn_greater(t, 1.5f), x, 2), 2)));
  } else {
    tn_replace(&t, tn_where(tn_greater(tn_mul(t, 1.5f), 0.5f), x, (float)k));
  }
  return tn_keep(t);
}

/* The tensor of the number is made before the helper's scope and read behind it. */
NOINLINE static float run(int k) {
  TN_SCOPE;
  tn_tensor x = tn_view(a, TN_F32, 8, 8);
  tn_tensor y = tn_mul(x, (float)number(3));
  tn_tensor z = tn_sub(number(2), helper(x, k));
  return tn_item_f32(tn_sum(tn_add(z, y)));
}

int main(void) {
  for (int i = 0; i < 64; i++) a[i] = 0.125f * (float)(i % 7 - 3);
  // CHECK: turn 0
  for (int k = 0; k < 4; k++) printf("%a\n", run(k));
  puts(tn_ok() ? "ok" : tn_error()); // CHECK: {{^}}ok
}

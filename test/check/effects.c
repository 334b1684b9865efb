/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * effects.c - what TENON_CHECK does about effects: a region ends at those of the program, which happen once; what it stores
 * into tensors, also windows that overlap, is put back for the original calls; what fails is not compared.
 *
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s %tenon_libs -o %t.eager
 * RUN: %t.eager > %t.want
 * RUN: %clang -std=c11 -O2 -g %plugin -fplugin-arg-tenon-check -Rpass-missed=tenon %tenon_cflags %s %tenon_libs -o %t 2> %t.remarks
 * RUN: FileCheck %s --check-prefix=ENDS < %t.remarks
 * RUN: %t | diff %t.want -
 * RUN: env TENON_CHECK=1 %t 2> %t.said | diff %t.want -
 * RUN: FileCheck %s --check-prefix=SAID < %t.said
 *
 * Wherever a guard fails, the program goes on from there, on what the region had done so far.
 *
 * RUN: env TENON_CHECK=1 TENON_FAIL_GUARD=all %t | diff %t.want -
 * RUN: env TENON_CHECK=1 TENON_FAIL_GUARD=2 %t | diff %t.want -
 * RUN: env TENON_CHECK=1 TENON_FAIL_GUARD=3 %t | diff %t.want -
 * RUN: env TENON_CHECK=1 TENON_FAIL_GUARD=4 %t | diff %t.want -
 * RUN: env TENON_CHECK=1 TENON_FAIL_GUARD=5 %t | diff %t.want -
 *
 * SAID: tenon: check: 7 runs of regions compared, no difference; 1 not compared: a guard or a call failed
 */
#include <math.h>
#include <stdio.h>
#include <tenon.h>

static float bump(float x) { return x * x + 1.0f; }
static int calls;
static float counted(float x) {
  calls++;
  return x + 1.0f;
}

/* One region, for all of its effects are stores into tensors. */
static __attribute__((noinline)) double several(tn_tensor x, tn_tensor y, const float *f) {
  tn_tensor s = tn_add(x, y);
  double m = tn_get_flat(s, 1) * 2 + sqrt(f[0]);
  tn_store(x, tn_mul(s, m));
  tn_store_at(x, tn_mul(tn_slice(y, 0, 0, 2), 3.0f), 1, 0);
  tn_set(x, 7.5, 0, 0);
  tn_tensor z = tn_map(bump, x);
  tn_store(y, tn_sub(z, x));
  return m + tn_get_flat(y, 3);
}

static __attribute__((noinline)) tn_tensor taken(tn_tensor x, tn_tensor indices) {
  tn_tensor e = tn_exp(x);
  tn_tensor t = tn_take(e, indices, 0);
  return tn_mul(tn_add(t, 1), tn_take(x, indices, 0));
}

static __attribute__((noinline)) double between(tn_tensor x, int *count) {
  tn_tensor s = tn_sub(tn_mul(x, 0.5f), 1.0f);
  // ENDS: effects.c:[[@LINE+1]]:{{[0-9]+}}: remark: region ends here: a build for TENON_CHECK runs a region both ways,
  ++*count;
  tn_tensor t = tn_add(tn_mul(s, s), x);
  return tn_item(tn_sum(t));
}

static __attribute__((noinline)) double mapped(tn_tensor x) {
  tn_tensor q = tn_mul(tn_add(x, 1.0f), x);
  // ENDS: effects.c:[[@LINE+1]]:{{[0-9]+}}: remark: region ends here: {{.*}} both ways, and this has an effect
  tn_tensor r = tn_map(counted, q);
  return tn_get_flat(r, 5);
}

/* What is stored into is a temporary, and nobody looks at it. */
static __attribute__((noinline)) float passing(tn_tensor x, tn_tensor y) {
  tn_tensor t = tn_mul(x, 3.0f);
  tn_store(t, tn_sub(0.5f, y));
  return tn_item_f32(tn_sum(tn_add(x, y)));
}

/* A view whose memory nobody looks at. */
static __attribute__((noinline)) tn_tensor unread(tn_tensor x) {
  tn_tensor v = tn_view((void *)64, TN_F32, 1000);
  double s = tn_item(tn_sum(tn_mul(x, 2.0f)));
  return s > 1e30 ? NULL : v;
}

int main(void) {
  static float xs[6][4], ys[6][4];
  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 4; j++) xs[i][j] = (float)(i * 4 + j) * 0.25f, ys[i][j] = (float)(3 - i - j);
  tn_tensor x = tn_view(xs, TN_F32, 6, 4), y = tn_view(ys, TN_F32, 6, 4);
  float f = 2;
  int count = 0;
  printf("%a\n", several(x, y, &f));
  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 4; j++) printf("%a %a\n", (double)xs[i][j], (double)ys[i][j]);
  tn_tensor good = tn_values(TN_I64, 1, 2, 3), bad = tn_values(TN_I64, 1, 20, 3);
  printf("%a\n", tn_get(taken(x, good), 1, 2));
  printf("%a %d\n", between(x, &count), count);
  printf("%a %d\n", mapped(x), calls);
  printf("%a\n", (double)passing(x, y));
  printf("%d\n", (int)tn_size(unread(x)));
  printf("%d %s\n", taken(x, bad) == NULL, tn_error());
  tn_clear_error();
  tn_tensor nan = tn_div(tn_sub(x, x), tn_sub(y, y));
  printf("%d\n", isnan(tn_get(nan, 2, 1)) != 0);
  return 0;
}

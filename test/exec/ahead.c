/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * ahead.c - what is computed ahead of where it stands, or behind it: should a guard between the two places fail, the
 * user's own calls need what reductions are made of, and must not run again what ran.
 *
 * RUN: %python %S/Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 4
 */
#include "Inputs/show.h"

/* sum(z) goes into the kernel of sum(e), which may not take the memory of x for e: x * 3 is made again for the
 * user's own tn_sum(z) if the sum of b is refused. */
__attribute__((noinline)) static tn_tensor between(tn_tensor a, tn_tensor b) {
  TN_SCOPE;
  tn_tensor x = tn_softmax(a, -1);
  tn_tensor z = tn_mul(x, 3.f);
  tn_tensor e = tn_exp(x);
  float r = tn_item_f32(tn_sum(e));
  float t = tn_item_f32(tn_sum(b));
  float s = tn_item_f32(tn_sum(z));
  printf("%a %a %a\n", r, t, s);
  return tn_keep(tn_mul(e, r + t + s));
}

/* The transpose is the user's own call, made where the handle is wanted: behind the line that is printed, which must not
 * be printed again if it fails. */
__attribute__((noinline)) static tn_tensor turned(tn_tensor a, tn_tensor b, tn_tensor *other) {
  tn_tensor half = tn_mul(b, 0.5f), z = tn_transpose(tn_neg(tn_transpose(a)));
  printf("once\n");
  *other = tn_softmax(half, -1); /* half is part of this, and made behind z */
  return z;
}

int main(void) {
  float m[200];
  for (int i = 0; i < 200; i++) m[i] = (float)(i % 17) * .125f;
  show("between", between(tn_view(m, TN_F32, 10, 20), tn_view(m, TN_F32, 7)));
  tn_tensor other;
  show("turned", turned(tn_view(m, TN_F32, 10, 20), tn_view(m, TN_F32, 20), &other));
  show("other", other);
  return 0;
}

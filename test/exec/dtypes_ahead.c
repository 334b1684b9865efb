/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dtypes_ahead.c - regions whose handles come from another block: from the other side of a branch, the last turn of a loop, a
 * choice between two, a tn_take, a view of u64. Their dtypes are known from there: none is f32, and all that can be run as kernels, 38.
 *
 * RUN: %python %S/Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 38
 */
#include "Inputs/show.h"

#define NOINLINE __attribute__((noinline))
enum { N = 37 };
static double reals[N];
static int64_t integers[N];
static uint64_t keys[N];
static volatile int asked;

NOINLINE static tn_tensor behind_branch(int which) {
  tn_tensor x = tn_view_const(reals, TN_F64, N);
  if (which) asked++;
  return tn_exp(tn_mul(x, 0.5));
}

NOINLINE static tn_tensor carried(int turns) {
  tn_tensor x = tn_view_const(integers, TN_I64, N);
  for (int i = 0; i < turns; i++) x = tn_maximum(tn_sub(tn_mul(x, 3), i), -1000000); /* i is no constant, and fits */
  return x;
}

NOINLINE static tn_tensor chosen(int which) {
  tn_tensor x = which ? tn_view_const(integers, TN_I64, N) : tn_take(tn_view_const(integers, TN_I64, N), tn_arange(TN_I64, 0, N, 2), 0);
  return tn_minimum(tn_add(x, 7), 12);
}

NOINLINE static tn_tensor searched(uint64_t least) {
  tn_tensor all = tn_view_const(keys, TN_U64, N), places = tn_full(TN_I64, 0, N);
  for (int64_t half = 16; half; half /= 2) {
    tn_tensor seen = tn_take(all, tn_minimum(tn_add(places, half), N - 1), 0);
    places = tn_where(tn_less(tn_sub(seen, least), tn_mul(all, 2u)), tn_add(places, half), places);
  }
  return tn_minimum(tn_mul(places, 2), N);
}

NOINLINE static tn_tensor cast_back(int which) {
  tn_tensor x = tn_view_const(keys, TN_U64, N);
  if (which) asked++;
  return tn_cast(tn_mul(tn_cast(x, TN_F64), 0.3), TN_U64);
}

int main(void) {
  uint64_t state = 1;
  for (int i = 0; i < N; i++) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    reals[i] = (double)(state >> 40) * 0x1p-22;
    integers[i] = (int64_t)(state >> 58) - 30;
    keys[i] = i < 2 ? UINT64_MAX - (uint64_t)i : state;
  }
  for (int which = 0; which < 2; which++) {
    show("behind_branch", behind_branch(which));
    show("chosen", chosen(which));
    show("cast_back", cast_back(which));
    show("carried", carried(6 * which + 2));
    show("searched", searched(UINT64_MAX - 3 * (uint64_t)which));
  }
  return 0;
}

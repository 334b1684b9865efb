/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * many_turns.c - a loop of 200,000 turns over very small tensors, with a branch: a turn may leave neither stack nor memory
 * taken behind it, and whichever turn's guard fails, the rest goes on.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 60 --guards 12
 * RUN: %if !asan %{ %clang -std=c11 -O2 %plugin %tenon_cflags %s -o %t.bound %tenon_libs %}
 * RUN: %if !asan %{ %t.bound bound > %t.txt %}
 */
#define _GNU_SOURCE
#include <sys/resource.h>

#include "Inputs/flow.h"

CASE(many_turns) {
  TN_SCOPE;
  tn_tensor x = tn_copy(tn_window(va(), 0, 2, 0, 2)), s = tn_zeros(TN_F32);
  for (int i = 0; i < 200000; i++) {
    TN_SCOPE;
    tn_tensor y = tn_sub(tn_mul(x, x), 0.75f);
    if (tn_get_f32(y, 1, 1) > 2 + (float)k) y = tn_mul(y, 0.25f);
    tn_replace(&x, tn_clip(y, -1.5f, 1.5f));
    tn_replace(&s, tn_add(tn_mul(s, 0.5f), tn_sum(x)));
  }
  bits("x", x);
  bits("s", s);
}

int main(int argc, char **argv) {
  if (argc > 1) { /* with 1 MiB of stack, and as little memory as a program of threads can have */
    const struct rlimit stack = {1 << 20, 1 << 20}, data = {256 << 20, 256 << 20};
    if (setrlimit(RLIMIT_STACK, &stack) || setrlimit(RLIMIT_DATA, &data)) return 1;
    argc = 1;
  }
  const flow_case cases[] = {ROW(many_turns, 2)};
  return flow_main(argc, argv, cases, 1) || !tn_ok();
}

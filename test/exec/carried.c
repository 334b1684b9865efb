/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * carried.c - w = f(w) in a loop without a scope of its own: what the turn before made ends, in place or for the turn after
 * next, so that memory does not grow with turns. Where the program may still see it, it stays. Results go to stdout, what
 * more turns take to stderr.
 *
 * UNSUPPORTED: asan
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s %S/../Inputs/allocations.c -o %t.eager %tenon_libs
 * RUN: %t.eager > %t.txt 2> %t.eager.grows
 * RUN: %clang -std=c11 -O2 -ffp-contract=off %plugin %tenon_cflags %s %S/../Inputs/allocations.c -o %t %tenon_libs
 * RUN: env TENON_NUM_THREADS=1 %t 2> %t.grows | diff %t.txt -
 * RUN: FileCheck %s < %t.grows
 * RUN: FileCheck %s --check-prefix=EAGER < %t.eager.grows
 * RUN: env TENON_FAIL_GUARD=launches %t | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=all %t | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=6 %t | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=12 %t | diff %t.txt -
 * RUN: %clang -std=c11 -O2 -ffp-contract=off %plugin -fplugin-arg-tenon-check %tenon_cflags %s %S/../Inputs/allocations.c -o %t.check %tenon_libs
 * RUN: env TENON_CHECK=1 %t.check | diff %t.txt -
 *
 * EAGER-COUNT-17: grows
 * CHECK: descend: steady
 * CHECK-NEXT: normalize: steady
 * CHECK-NEXT: smooth: steady
 * CHECK-NEXT: converge: steady
 * CHECK-NEXT: leave_early: steady
 * CHECK-NEXT: skip_some: steady
 * CHECK-NEXT: nested: steady
 * CHECK-NEXT: widen: steady
 * CHECK-NEXT: keep_all: grows
 * CHECK-NEXT: two_names: grows
 * CHECK-NEXT: momentum: steady
 * CHECK-NEXT: read_again: grows
 * CHECK-NEXT: ahead: grows
 * CHECK-NEXT: hand_out: grows
 * CHECK-NEXT: read_in_branch: grows
 * CHECK-NEXT: twice: grows
 * CHECK-NEXT: try_again: grows
 */
#define _POSIX_C_SOURCE 200809L /* fork */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tenon.h>

#include "../Inputs/allocations.h"

#define NOINLINE __attribute__((noinline))
enum { N = 64, MOST = 64 };

static tn_tensor seen[MOST];

NOINLINE static tn_tensor descend(tn_tensor w, tn_tensor g, int turns) {
  for (int i = 0; i < turns; i++) w = tn_sub(w, tn_mul(g, 0.125f));
  return w;
}

/* The old value is read as a whole before the new one is made. */
NOINLINE static tn_tensor normalize(tn_tensor x, tn_tensor a, int turns) {
  for (int i = 0; i < turns; i++) {
    tn_tensor y = tn_add(tn_matmul(a, x), x);
    x = tn_div(y, tn_sqrt(tn_sum(tn_mul(y, y))));
  }
  return x;
}

/* Neighbours are read: two buffers take turns. */
NOINLINE static tn_tensor smooth(tn_tensor u, tn_tensor unused, int turns) {
  (void)unused;
  for (int i = 0; i < turns; i++) {
    tn_tensor turned = tn_slice_step(u, 0, N - 1, -N - 1, -1);
    u = tn_mul(tn_add(turned, u), 0.625f);
  }
  return u;
}

/* A number of the new value decides whether there is a next turn. */
NOINLINE static tn_tensor converge(tn_tensor w, tn_tensor g, int turns) {
  float change = 1;
  for (int i = 0; i < turns && change > 1e-30f; i++) {
    tn_tensor next = tn_add(tn_mul(w, 0.5f), g);
    change = tn_item_f32(tn_reduce_max(tn_abs(tn_sub(next, w)))) + 1e-20f;
    w = next;
  }
  return w;
}

NOINLINE static tn_tensor leave_early(tn_tensor w, tn_tensor g, int turns) {
  for (int i = 0;; i++) {
    if (i == turns) return tn_neg(w);
    w = tn_tanh(tn_add(w, g));
    if (tn_get_f32(w, 3) > 100) break;
  }
  return w;
}

/* In some turns the value stays as it is. */
NOINLINE static tn_tensor skip_some(tn_tensor w, tn_tensor g, int turns) {
  for (int i = 0; i < turns; i++) {
    if (i % 3 == 1) continue;
    w = tn_maximum(tn_sub(w, g), -1.5f);
  }
  return w;
}

/* Each inner loop begins with what the one before left, which `first` may be. */
NOINLINE static tn_tensor nested(tn_tensor w, tn_tensor g, int turns) {
  tn_tensor first = w;
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < turns; j++) w = tn_mul(tn_add(w, g), 0.75f);
    if (i == 0) first = w;
  }
  return tn_sub(w, first);
}

/* Of another shape in its first turn. */
NOINLINE static tn_tensor widen(tn_tensor w, tn_tensor g, int turns) {
  w = tn_slice(w, 0, 0, 1);
  for (int i = 0; i < turns; i++) w = tn_add(w, g);
  return w;
}

/* What others have the handles of. */
NOINLINE static tn_tensor keep_all(tn_tensor w, tn_tensor g, int turns) {
  for (int i = 0; i < turns; i++) seen[i % MOST] = w = tn_sub(w, tn_mul(g, 0.25f));
  for (int i = turns - 5; i < turns; i++) w = tn_add(w, seen[i % MOST]);
  return w;
}

/* The value of the turn before is read once the new one is there. */
NOINLINE static tn_tensor two_names(tn_tensor w, tn_tensor g, int turns) {
  tn_tensor before = w;
  for (int i = 0; i < turns; i++) {
    tn_tensor next = tn_add(tn_sub(w, tn_mul(before, 0.5f)), g);
    before = w;
    w = next;
  }
  return w;
}

/* Two variables, the one of the other. */
NOINLINE static tn_tensor momentum(tn_tensor w, tn_tensor g, int turns) {
  tn_tensor v = tn_mul(g, 0.f);
  for (int i = 0; i < turns; i++) {
    v = tn_add(tn_mul(v, 0.5f), tn_mul(w, g));
    w = tn_sub(w, tn_mul(v, 0.125f));
  }
  return tn_add(w, v);
}

/* Read again, once the new value was printed. */
NOINLINE static tn_tensor read_again(tn_tensor w, tn_tensor g, int turns) {
  for (int i = 0; i < turns; i++) {
    tn_tensor next = tn_sub(tn_mul(g, 0.5f), tn_mul(w, 0.75f));
    if (i % 19 == 0) printf("%a\n", (double)tn_item_f32(tn_sum(next)));
    if (tn_item_f32(tn_sum(w)) > 100) return g;
    w = next;
  }
  return w;
}

/* The old value's maximum is computed with the new value, ahead of a kernel whose guard may fail. */
NOINLINE static tn_tensor ahead(tn_tensor w, tn_tensor g, int turns) {
  float all = 0;
  for (int i = 0; i < turns; i++) {
    tn_tensor next = tn_add(tn_mul(w, 0.5f), g);
    const float sum = tn_item_f32(tn_sum(next));
    const float scaled = tn_item_f32(tn_sum(tn_tanh(tn_mul(g, sum))));
    const float most = tn_item_f32(tn_sum(tn_square(w)));
    all = all * 0.5f + scaled + most;
    w = next;
  }
  return tn_add(w, all);
}

/* Read again in some turns, in a branch. */
NOINLINE static tn_tensor read_in_branch(tn_tensor w, tn_tensor g, int turns) {
  float all = 0;
  for (int i = 0; i < turns; i++) {
    tn_tensor next = tn_sub(tn_mul(g, 0.5f), tn_mul(w, 0.75f));
    if (tn_item_f32(tn_sum(next)) > 0) all = all * 0.5f + tn_get_f32(w, 3);
    w = next;
  }
  return tn_add(w, all);
}

/* The new value goes on as two variables, which began as different ones. */
NOINLINE static tn_tensor twice(tn_tensor w, tn_tensor g, int turns) {
  tn_tensor last = g;
  float all = 0;
  for (int i = 0; i < turns; i++) {
    tn_tensor next = tn_sub(tn_mul(g, 0.5f), tn_mul(w, 0.75f));
    const float sum = tn_item_f32(tn_sum(next));
    all = all * 0.5f + tn_item_f32(tn_sum(tn_mul(last, sum)));
    w = next;
    last = next;
  }
  return tn_add(w, all);
}

/* The new value is tried several times, each from the old one. */
NOINLINE static tn_tensor try_again(tn_tensor w, tn_tensor g, int turns) {
  for (int i = 0; i < turns; i++) {
    tn_tensor next;
    float step = 1;
    do {
      next = tn_sub(tn_mul(w, 0.75f), tn_mul(g, step));
      step *= 0.5f;
    } while (tn_item_f32(tn_sum(tn_abs(next))) > 20 && step > 0.05f);
    w = next;
  }
  return w;
}

/* The old value's handle goes elsewhere before there is a new one. */
NOINLINE static tn_tensor hand_out(tn_tensor w, tn_tensor g, int turns) {
  for (int i = 0; i < turns; i++) {
    seen[i % MOST] = w;
    w = tn_sub(tn_mul(w, 0.5f), g);
  }
  for (int i = turns - 5; i < turns; i++) w = tn_add(w, seen[i % MOST]);
  return w;
}

typedef tn_tensor loop(tn_tensor, tn_tensor, int);

/* Bytes that malloc gave. */
static int64_t taken_by(const char *name, loop *f, tn_tensor w, tn_tensor g, int turns) {
  TN_SCOPE;
  allocations_start();
  tn_tensor result = f(w, g, turns);
  const int64_t taken = allocations_taken();
  printf("%s %d %a", name, turns, tn_item(tn_sum(result)));
  for (int i = 0; i < N; i += 7) printf(" %a", (double)tn_get_flat_f32(result, i));
  printf("\n");
  return taken;
}

/* In a process of its own, in which no memory is left over from others. */
static void measure(const char *name, loop *f, bool square) {
  fflush(stdout);
  const pid_t child = fork();
  if (child < 0) exit(1);
  if (child) {
    int status = 0;
    waitpid(child, &status, 0);
    if (status) printf("%s ended with status %d\n", name, status);
    return;
  }
  tn_tensor w = tn_div(tn_arange(TN_F32, 0, N, 1), (float)N), g = tn_sin(w);
  if (square) g = tn_cos(tn_mul(tn_reshape(tn_arange(TN_F32, 0, N, 1), N, 1), w));
  const float before = tn_item_f32(tn_sum(w));
  taken_by(name, f, w, g, 20);
  const int64_t more = taken_by(name, f, w, g, 600);
  fprintf(stderr, "%s: %s\n", name, more >= 500 * N * 4 ? "grows" : "steady");
  if (tn_item_f32(tn_sum(w)) != before) printf("%s changed what it began with\n", name);
  if (!tn_ok()) puts(tn_error());
  exit(0);
}

int main(void) {
  measure("descend", descend, false);
  measure("normalize", normalize, true);
  measure("smooth", smooth, false);
  measure("converge", converge, false);
  measure("leave_early", leave_early, false);
  measure("skip_some", skip_some, false);
  measure("nested", nested, false);
  measure("widen", widen, false);
  measure("keep_all", keep_all, false);
  measure("two_names", two_names, false);
  measure("momentum", momentum, false);
  measure("read_again", read_again, false);
  measure("ahead", ahead, false);
  measure("hand_out", hand_out, false);
  measure("read_in_branch", read_in_branch, false);
  measure("twice", twice, false);
  measure("try_again", try_again, false);
}

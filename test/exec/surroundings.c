/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * surroundings.c - what C programs do around tensor ops, and what a compiler may not assume of them: stacks that are
 * switched, frames that are left by longjmp, scopes that another function opens, computed gotos, functions for other
 * processors, printf that writes, functions that ask for errors, two dtypes in one memory, elements that coincide.
 *
 * RUN: %python %S/Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 12
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <sys/resource.h>
#include <ucontext.h>

#include "Inputs/show.h"

#define NOINLINE __attribute__((noinline))

/* ---- stacks ---- */

static ucontext_t outside, first, second;
static char first_stack[1 << 20], second_stack[1 << 20];
static volatile int switches;
static tn_tensor shared;
static double first_result, second_result;

NOINLINE static void yield(ucontext_t *from, ucontext_t *to) {
  swapcontext(from, to);
  switches++;
}

/* Temporaries of both are in use at the same time, and end in the order in which they were made. */
NOINLINE static void run_first(void) {
  tn_tensor t = tn_exp(tn_add(shared, 1));
  yield(&first, &second);
  first_result = tn_item(tn_sum(tn_mul(t, t)));
  tn_tensor u = tn_exp(tn_add(shared, 5));
  yield(&first, &second);
  first_result += tn_item(tn_sum(tn_mul(u, t)));
}
NOINLINE static void run_second(void) {
  tn_tensor t = tn_exp(tn_add(shared, 2));
  yield(&second, &first);
  second_result = tn_item(tn_sum(tn_mul(t, t)));
  tn_tensor u = tn_exp(tn_add(shared, 4));
  yield(&second, &first);
  second_result += tn_item(tn_sum(tn_mul(u, t)));
}

static void coroutines(void) {
  shared = tn_arange(TN_F32, 0, 1, 0.01);
  getcontext(&first);
  first.uc_stack.ss_sp = first_stack, first.uc_stack.ss_size = sizeof first_stack, first.uc_link = &second;
  makecontext(&first, run_first, 0);
  getcontext(&second);
  second.uc_stack.ss_sp = second_stack, second.uc_stack.ss_size = sizeof second_stack, second.uc_link = &outside;
  makecontext(&second, run_second, 0);
  swapcontext(&outside, &first);
  printf("coroutines %a %a\n", first_result, second_result);
}

static jmp_buf place;
static volatile int turn;
NOINLINE static void leave(void) {
  if (turn >= 0) longjmp(place, 1);
}
NOINLINE static double left(tn_tensor x) {
  tn_tensor t = tn_exp(tn_add(x, 1));
  leave();
  return tn_item(tn_sum(tn_mul(t, t))) + tn_get(t, 3);
}
static void left_regions(void) {
  tn_tensor x = tn_full(TN_F32, 1, 1000000);
  double s = 0;
  for (turn = 0; turn < 100; turn++) {
    const int64_t mark = tn_scope_begin();
    if (!setjmp(place)) s += left(x);
    tn_scope_end(mark);
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("left 100 times: %g, memory %s\n", s, usage.ru_maxrss > 300000 ? "leaks" : "stays");
}

/* ---- scopes that other functions open ---- */

NOINLINE static int64_t open_scope(void) {
  const int64_t mark = tn_scope_begin();
  __asm__ volatile("");
  return mark;
}
NOINLINE static void close_scope(int64_t mark) {
  tn_scope_end(mark);
  __asm__ volatile("");
}
/* The sum in the scope is refused; t, which is older, is needed when the scope has gone. */
NOINLINE static double across_a_scope(tn_tensor x, tn_tensor misfit) {
  tn_tensor t = tn_exp(tn_add(x, 1));
  const int64_t mark = open_scope();
  const double refused = tn_item(tn_sum(tn_add(tn_mul(t, 2), misfit)));
  close_scope(mark);
  tn_tensor a = tn_full(TN_F32, 99, 10), b = tn_full(TN_F32, 98, 10);
  return tn_get(a, 1) + tn_get(b, 1) + tn_item(tn_sum(tn_mul(t, t))) + (refused == refused);
}

/* ---- helpers that must not be inlined ---- */

static tn_tensor interpret(const char *program, tn_tensor x) {
  static const void *const labels[] = {&&add, &&mul, &&end};
  goto *labels[(int)*program++];
add:
  x = tn_add(x, 1);
  goto *labels[(int)*program++];
mul:
  x = tn_mul(x, 2);
  goto *labels[(int)*program++];
end:
  return x;
}

/* ---- functions that write or ask ---- */

static int32_t cell[4];
NOINLINE static double printf_that_writes(void) {
  tn_tensor v = tn_view(cell, TN_I32, 4);
  tn_tensor f = tn_mul(tn_cast(v, TN_F32), 2);
  printf("hello%1$n%2$d\n", cell, 5);
  return tn_item(tn_sum(f));
}

__attribute__((pure, noinline)) static int fine(int k) { return tn_ok() ? k : -k; }
NOINLINE static int asks(tn_tensor x, tn_tensor y) {
  tn_tensor f = tn_exp(tn_mul(x, y));
  const int k = fine(3);
  return k + (tn_item(tn_sum(f)) > 0);
}

/* ---- views ---- */

static union {
  float f[64];
  double d[64];
} both;
static void two_dtypes(void) {
  for (int i = 0; i < 64; i++) both.f[i] = (float)i + 1;
  tn_tensor a = tn_view(both.f, TN_F32, 64), b = tn_view(both.d, TN_F64, 64);
  tn_store(b, tn_mul(tn_cast(a, TN_F64), 2));
  show("two dtypes in one memory", b);
}

static float places[16];
static void coinciding(void) {
  for (int i = 0; i < 16; i++) places[i] = (float)i + 1;
  tn_tensor b = tn_view_strided(places, TN_F32, 2, ((int64_t[]){4, 4}), ((int64_t[]){1, 1}));
  printf("%d\n", (int)tn_store(b, tn_mul(tn_add(b, 1), 2)));
  show("coinciding", tn_view(places, TN_F32, 16));
}

int main(int argc, char **argv) {
  (void)argv;
  TN_SCOPE;
  coroutines();
  left_regions();
  printf("%a\n", across_a_scope(tn_full(TN_F32, 0.5, 10), tn_full(TN_F32, 1, 11)));
  show("error", NULL);
  char program[] = {0, 1, 1, 0, 2};
  program[3] = (char)(argc - 1);
  show("interpreted", tn_exp(tn_mul(interpret(program, tn_full(TN_F32, 1, 3)), 0.01)));
  printf("%g\n", printf_that_writes());
  printf("%d\n", asks(tn_full(TN_F32, 1, 3), tn_full(TN_F32, 1, 4)));
  show("error", NULL);
  two_dtypes();
  coinciding();
  return 0;
}

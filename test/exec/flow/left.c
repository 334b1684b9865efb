/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * left.c - control flow around tensor ops that no region can have: recursion, setjmp and longjmp, inline assembly, loops
 * with two entries, computed goto, a switch into a loop, threads' own variables, calls through pointers in the loop. Left to
 * the eager calls, in whole or in part, and still right.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags %unchecked" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 60 --guards 120
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include "Inputs/flow.h"

static tn_tensor down(tn_tensor x, int depth) {
  if (depth == 0) return tn_sub(x, vb());
  tn_tensor y = down(tn_mul(x, 0.5f), depth - 1);
  return tn_add(tn_tanh(y), x);
}
CASE(recursion) { bits("down", down(va(), k * 2)); }

static tn_tensor until_small(tn_tensor x, int *calls) { /* as deep as a tensor says */
  ++*calls;
  TN_SCOPE;
  tn_tensor half = tn_mul(x, 0.5f);
  if (tn_item(tn_reduce_max(tn_abs(half))) < 1) return tn_keep(half);
  return tn_keep(tn_sub(until_small(half, calls), tn_mul(half, 0.0625f)));
}
CASE(recursion_by_reads) {
  int calls = 0;
  bits("small", until_small(tn_mul(va(), (float)(1 + k * 4)), &calls));
  printf("%d calls\n", calls);
}

static tn_tensor odd(tn_tensor x, int n);
static tn_tensor even(tn_tensor x, int n) { return n ? odd(tn_add(x, vb()), n - 1) : tn_mul(x, 2); }
static tn_tensor odd(tn_tensor x, int n) { return n ? even(tn_mul(x, 0.75f), n - 1) : tn_neg(x); }
CASE(mutual_recursion) { bits("even", even(va(), 3 + k)); }

static tn_tensor tree_sum(tn_tensor x) {
  const int64_t n = tn_dim(x, 0);
  if (n == 1) return x;
  tn_tensor left = tree_sum(tn_slice(x, 0, 0, n / 2)), right = tree_sum(tn_slice(x, 0, n / 2, TN_END));
  return tn_add(tn_mul(left, 0.5f), right);
}
CASE(tree) { bits("sum", tree_sum(tn_slice(va(), 0, 0, 5 + k))); }

static jmp_buf place;
NOINLINE static void leave_if(tn_tensor x, float limit) {
  tn_tensor y = tn_mul(x, 2);
  if (tn_item_f32(tn_reduce_max(y)) > limit) longjmp(place, 1);
}
CASE(setjmp_in_a_loop) {
  TN_SCOPE;
  tn_tensor x = tn_copy(va());
  static volatile int i; /* changes between setjmp and longjmp */
  const int64_t mark = tn_scope_begin();
  for (i = 0; i < 5; i++) {
    tn_scope_end(tn_scope_begin());
    if (setjmp(place)) {
      printf("left in turn %d\n", i);
      tn_store(x, tn_mul(x, 0.25f));
      continue;
    }
    tn_store(x, tn_add(tn_mul(x, 1.5f), vb()));
    leave_if(x, 20.f + 10 * (float)k);
    printf("stayed in turn %d\n", i);
  }
  tn_scope_end(mark);
  bits("x", x);
}

NOINLINE static float search(tn_tensor x, float limit) { /* the jump leaves scopes and a loop of this function */
  TN_SCOPE;
  for (int i = 0; i < 8; i++) {
    TN_SCOPE;
    tn_tensor row = tn_exp(tn_mul(tn_at(x, i), 0.5f));
    leave_if(row, limit);
  }
  return tn_item_f32(tn_sum(x));
}
CASE(longjmp_out_of_scopes) {
  const int64_t mark = tn_scope_begin();
  if (setjmp(place) == 0)
    number("sum", search(va(), k ? 30.f : 1e9f));
  else
    puts("left");
  tn_scope_end(mark);
  bits("a", tn_mul(va(), 2));
}

CASE(assembly) { /* in the middle of a loop: memory it may write, numbers it may change */
  TN_SCOPE;
  tn_tensor x = tn_copy(va());
  float f = 0.5f;
  for (int i = 0; i < 4; i++) {
    TN_SCOPE;
    tn_tensor y = tn_mul(x, f);
    __asm__ volatile("" ::: "memory");
    a[i] += 1;
    __asm__("" : "+m"(f));
    tn_replace(&x, tn_add(y, tn_at(va(), i)));
    if (i == k) __asm__ volatile("" : : "r"(x) : "memory");
  }
  bits("x", x);
}

CASE(two_entries) { /* a loop that goto enters in its middle */
  tn_tensor x = va(), y = vb();
  int i = 0;
  if (k) goto middle;
head:
  x = tn_add(tn_mul(x, 0.5f), y);
  i++;
middle:
  y = tn_sub(tn_mul(y, 1.25f), 0.125f);
  if (tn_item_f32(tn_sum(y)) < 40 && i < 9) goto head;
  printf("%d turns\n", i);
  bits("x", x);
  bits("y", y);
}

CASE(two_loops_that_cross) {
  tn_tensor x = va();
  int n = 0;
  if (k & 1) goto second;
first:
  x = tn_tanh(tn_add(x, 0.25f));
  if (n++ > 4 + k) goto out;
second:
  x = tn_mul(x, 1.5f);
  if (tn_item_f32(tn_reduce_max(x)) < 4) goto second_again;
  goto first;
second_again:
  x = tn_add(x, vb());
  if (n++ < 3) goto second;
  goto first;
out:
  printf("%d\n", n);
  bits("x", x);
}

CASE(into_a_loop_by_switch) { /* Duff's */
  tn_tensor x = va();
  int n = (7 + k + 3) / 4;
  switch ((7 + k) % 4) {
    do {
    case 0: x = tn_add(x, vb()); /* and on, and on */
    case 3: x = tn_mul(x, 0.75f);
    case 2: x = tn_sub(x, 1);
    case 1: x = tn_add(tn_mul(x, 0.5f), 0.25f);
    } while (--n > 0);
  }
  bits("x", x);
}

CASE(computed_goto) {
  static const void *const labels[] = {&&add, &&half, &&turn, &&end};
  static const char programs[][8] = {{0, 1, 0, 2, 3}, {1, 2, 2, 1, 0, 3}, {3}};
  const char *p = programs[k];
  tn_tensor x = va();
  goto *labels[(int)*p++];
add:
  x = tn_add(x, vb());
  goto *labels[(int)*p++];
half:
  x = tn_mul(x, 0.5f);
  goto *labels[(int)*p++];
turn:
  x = tn_exp(tn_mul(tn_transpose(x), 0.125f));
  goto *labels[(int)*p++];
end:
  bits("x", x);
}

static _Thread_local float scale;
static _Thread_local tn_tensor own_state;
NOINLINE static void advance(float s) {
  TN_SCOPE;
  scale += s;
  if (!own_state) own_state = tn_own(tn_zeros(TN_F32, 8, 8));
  tn_replace(&own_state, tn_add(tn_mul(own_state, scale), va()));
}
CASE(variables_of_threads) {
  scale = (float)k;
  for (int i = 0; i < 3; i++) advance(0.25f);
  bits("state", own_state);
  tn_free(own_state);
  own_state = NULL;
}

static tn_tensor sum_of(int count, ...) {
  va_list list;
  va_start(list, count);
  tn_tensor s = tn_zeros(TN_F32, 8, 8);
  for (int i = 0; i < count; i++) s = tn_add(s, tn_mul(va_arg(list, tn_tensor), (float)(i + 1)));
  va_end(list);
  return s;
}
CASE(variable_arguments) { bits("sum", sum_of(2 + k, va(), vb(), tn_mul(va(), vb()))); }

static tn_tensor sorted_by;
static int by_row(const void *p, const void *q) { /* tensor ops in a callback of libc */
  const int i = *(const int *)p, j = *(const int *)q;
  TN_SCOPE;
  const float x = tn_item_f32(tn_sum(tn_at(sorted_by, i))), y = tn_item_f32(tn_sum(tn_at(sorted_by, j)));
  return x != y ? (x > y) - (x < y) : i - j;
}
CASE(callbacks) {
  int order[8];
  for (int turn = 0; turn < 2; turn++) {
    for (int i = 0; i < 8; i++) order[i] = i;
    sorted_by = tn_sin(tn_mul(va(), (float)(1 + k + turn)));
    qsort(order, 8, sizeof *order, by_row);
    for (int i = 0; i < 8; i++) printf(" %d", order[i]);
    puts("");
  }
}

typedef tn_tensor layer_function(tn_tensor, void *);
static tn_tensor scaled(tn_tensor x, void *p) { return tn_mul(x, *(float *)p); }
static tn_tensor counted(tn_tensor x, void *p) { return tn_add(x, (float)++*(int *)p); }
CASE(calls_through_pointers) {
  float f = 0.75f;
  int n = k;
  struct {
    layer_function *f;
    void *p;
  } const steps[] = {{scaled, &f}, {counted, &n}, {counted, &n}, {scaled, &f}};
  tn_tensor x = va();
  for (int i = 0; i < 8; i++) {
    x = steps[i % 4].f(tn_sub(x, 0.125f), steps[i % 4].p);
    f += 0.125f;
  }
  printf("%d\n", n);
  bits("x", x);
}

static tn_tensor once(void) {
  static tn_tensor table;
  if (!table) table = tn_own(tn_exp(tn_mul(tn_arange(TN_F32, 0, 8, 1), 0.25f)));
  return table;
}
CASE(made_once) {
  tn_tensor x = va();
  for (int i = 0; i < 3; i++) x = tn_sub(tn_mul(x, 0.5f), tn_mul(once(), (float)k));
  bits("x", x);
}

#pragma tenon off
static tn_tensor not_compiled(tn_tensor x) {
  tn_tensor y = tn_mul(x, 0.5f);
  return tn_add(y, 1);
}
CASE(partly_off) {
  tn_tensor x = va();
  for (int i = 0; i < 2 + k; i++) x = tn_tanh(tn_sub(not_compiled(tn_mul(x, 2)), vb()));
  bits("x", x);
}

int main(int argc, char **argv) {
  const flow_case cases[] = {
      ROW(recursion, 3), ROW(recursion_by_reads, 2), ROW(mutual_recursion, 2), ROW(tree, 4), ROW(setjmp_in_a_loop, 3),
      ROW(longjmp_out_of_scopes, 2), ROW(assembly, 2), ROW(two_entries, 2), ROW(two_loops_that_cross, 2),
      ROW(into_a_loop_by_switch, 4), ROW(computed_goto, 3), ROW(variables_of_threads, 2), ROW(variable_arguments, 2), ROW(callbacks, 2),
      ROW(calls_through_pointers, 2), ROW(made_once, 2), ROW(partly_off, 2),
  };
  return flow_main(argc, argv, cases, sizeof cases / sizeof *cases);
}

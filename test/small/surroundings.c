// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Small tensors that become code, amid what C programs do: volatile and fences, inline assembly that writes what a view names,
// arrays that end, goto and switch into loops, variable arguments, unions and packed structs, views that overlap, with strides
// of 0 and below, of two dtypes over one memory, longjmp, signals, threads, a stack of 64 KiB.
//
// RUN: %clang -std=gnu11 -O1 -w -ffp-contract=off %tenon_cflags %s -o %t.eager %tenon_libs
// RUN: %t.eager > %t.eager.txt
// RUN: FileCheck %s < %t.eager.txt
// RUN: %clang -std=gnu11 -O2 -ffp-contract=off -Rpass=tenon-static %plugin %tenon_cflags %s -o %t %tenon_libs 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK-COUNT-22: remark: small tensors:
// RUN: %t | diff %t.eager.txt -
// RUN: env TENON_ISA=v2 TENON_NUM_THREADS=1 %t | diff %t.eager.txt -
// RUN: env TENON_FAIL_GUARD=all %t | diff %t.eager.txt -
// RUN: %if x86-v3 %{ %clang -std=gnu11 -O3 -g -w -ffp-contract=off -fno-strict-aliasing -fPIC -march=x86-64-v3 -flto -fuse-ld=lld %plugin %tenon_cflags %s -o %t.v3 %tenon_libs %}
// RUN: %if x86-v3 %{ %t.v3 | diff %t.eager.txt - %}
// RUN: %clang -std=gnu11 -O1 -g -w -ffp-contract=off -fsanitize=address,undefined -fno-sanitize-recover=undefined %plugin %tenon_cflags %s -o %t.asan %tenon_libs
// RUN: env ASAN_OPTIONS=detect_leaks=0 %t.asan | diff %t.eager.txt -
#define _GNU_SOURCE
#include <alloca.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include <tenon.h>

#include "../Inputs/stack.h"

#define APART __attribute__((noinline))
static float in[512], out[64];
static tn_tensor four(int i) { return tn_view(in + i, TN_F32, 4); }

/* ---- order ---- */

APART static float with_volatile(volatile float *p, int n) {
  float s = 0;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor a = tn_view((float *)p, TN_F32, 4), b = tn_mul(a, 2);
    p[1] = (float)i; /* b does not see it */
    s += tn_get_f32(b, 1) + p[2];
    tn_store(a, tn_add(b, 1));
    s += p[1];
  }
  return s;
}
APART static float with_fences(int n) {
  float s = 0;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor b = tn_mul(four(0), 2);
    atomic_thread_fence(memory_order_seq_cst);
    in[0] += 1;
    s += tn_get_f32(b, 0);
  }
  return s;
}
APART static float with_assembly(int n) {
  float s = 0;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor b = tn_tanh(four(0));
    float *p = in;
    __asm__ volatile("" : "+r"(p) : : "memory");
    p[2] = (float)i;
    s += tn_item_f32(tn_sum(b));
  }
  return s;
}
static float total;
static float counted(float x) {
  total += x;
  in[3] = total;
  return x * 2;
}
APART static float with_a_map_that_writes(int n) {
  float s = 0;
  total = 0;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor v = tn_view(in, TN_F32, 8), before = tn_mul(v, 3);
    s += tn_item_f32(tn_sum(tn_map(counted, four(8)))) + tn_get_f32(before, 3) + tn_get_f32(v, 3);
  }
  return s;
}

/* ---- memory that ends, or lies oddly ---- */

APART static float with_vla(int n) {
  float s = 0;
  for (int i = 1; i < n; i++) {
    TN_SCOPE;
    float local[4 * i];
    for (int j = 0; j < 4 * i; j++) local[j] = in[j + i];
    tn_tensor a = tn_tanh(tn_view(local, TN_F32, 4));
    local[2] = 9;
    s += tn_item_f32(tn_sum(a));
  }
  return s;
}
APART static float with_alloca(int n) {
  TN_SCOPE;
  float s = 0;
  tn_tensor w = tn_zeros(TN_F32, 4);
  for (int i = 1; i < n; i++) {
    TN_SCOPE;
    float *local = alloca(16);
    for (int j = 0; j < 4; j++) local[j] = in[j + i];
    tn_replace(&w, tn_add(tn_view(local, TN_F32, 4), w));
    s += tn_item_f32(tn_sum(w));
  }
  return s;
}
APART static float with_arrays_that_end(int n) {
  float s = 0;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor b;
    {
      float one[4] = {(float)i, 1, 2, in[i]};
      b = tn_mul(tn_view(one, TN_F32, 4), 2);
    }
    {
      float other[4] = {9, 9, 9, (float)i};
      b = tn_add(b, tn_view(other, TN_F32, 4));
    }
    s += tn_item_f32(tn_sum(b));
  }
  return s;
}
APART static float misaligned(int n) {
  char buffer[400];
  float s = 0;
  memcpy(buffer + 1, in, 200);
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor a = tn_view(buffer + 1, TN_F32, 5, 8);
    tn_store(a, tn_add(tn_mul(a, 0.5f), i));
    s += tn_item_f32(tn_sum(a));
  }
  memcpy(out, buffer + 1, 160);
  return s;
}
static struct {
  char c;
  float f[7];
} __attribute__((packed)) packed;
APART static float in_a_packed_struct(int n) {
  float s = 0;
  for (int i = 0; i < 7; i++) packed.f[i] = (float)i;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor v = tn_view((char *)&packed + 1, TN_F32, 7);
    tn_store(v, tn_add(v, tn_reduce_max(v)));
    s += packed.f[i & 3];
  }
  return s;
}
static _Thread_local float own[4];
APART static float of_the_thread(int n) {
  float s = 0;
  for (int i = 0; i < 4; i++) own[i] = (float)i;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor v = tn_view(own, TN_F32, 4);
    tn_store(v, tn_add(tn_mul(v, 0.5f), four(i)));
    s += own[i & 3];
  }
  return s;
}

/* ---- control flow ---- */

APART static float with_goto(int n, int where) {
  TN_SCOPE;
  float s = 0;
  int i = 0;
  tn_tensor y = tn_zeros(TN_F32, 4);
  if (where == 1) goto middle;
head:
  y = tn_add(y, four(i));
  if (where == 3 && i == 2) goto end;
middle:
  y = tn_mul(y, 0.5f);
  s += tn_get_f32(y, i & 3);
  if (++i < n) goto head;
end:
  return s + tn_get_f32(y, 0);
}
APART static float with_switch(int n) {
  TN_SCOPE;
  float s = 0;
  tn_tensor y = tn_zeros(TN_F32, 4), z = tn_full(TN_F32, 1, 4);
  for (int i = 0; i < n; i++) {
    switch (i % 5) {
    case 0:
    case 1: y = z; break;
    case 2: y = tn_add(y, 1); break;
    case 3: z = y, y = tn_mul(z, 2); break;
    default: continue;
    }
    s += tn_get_f32(y, 1) - tn_get_f32(z, 2);
  }
  return s;
}
APART static float into_a_loop(int n) { /* Duff's */
  TN_SCOPE;
  tn_tensor y = tn_zeros(TN_F32, 4);
  int turns = (n + 3) / 4;
  switch (n % 4) {
    do {
    case 0: y = tn_add(y, four(0)); /* and on, and on */
    case 3: y = tn_mul(y, 0.75f);
    case 2: y = tn_sub(y, 1);
    case 1: y = tn_add(tn_mul(y, y), 0.25f);
    } while (--turns > 0);
  }
  return tn_item_f32(tn_sum(y));
}
APART static float by_address(const char *p, int k) {
  static const void *const labels[] = {&&add, &&twice, &&end};
  TN_SCOPE;
  tn_tensor y = tn_full(TN_F32, k, 4);
  goto *labels[(int)*p++];
add:
  y = tn_add(y, 1);
  goto *labels[(int)*p++];
twice:
  y = tn_mul(y, 2);
  goto *labels[(int)*p++];
end:
  return tn_get_f32(y, 2);
}
APART static float with_arguments(int n, ...) {
  va_list list;
  va_start(list, n);
  float s = 0;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    s += tn_item_f32(tn_sum(tn_mul(tn_view(va_arg(list, float *), TN_F32, 4), 0.5f)));
  }
  va_end(list);
  return s;
}

/* ---- handles out of sight ---- */

static tn_tensor global;
static _Thread_local tn_tensor of_thread;
typedef union either {
  tn_tensor t;
  uintptr_t bits;
} either;
APART static float in_places(int n) {
  TN_SCOPE;
  float s = 0;
  of_thread = tn_zeros(TN_F32, 4);
  tn_tensor some[3] = {of_thread, tn_full(TN_F32, 1, 4), tn_full(TN_F32, 2, 4)}, copies[3];
  for (int i = 0; i < n; i++) {
    either e;
    global = tn_add(four(i), 1);
    e.t = tn_mul(global, 0.5f);
    e.bits ^= 1, e.bits ^= 1;
    of_thread = tn_add(of_thread, e.t);
    memcpy(copies, some, sizeof copies);
    some[i % 3] = tn_add(copies[(i + 1) % 3], four(i));
    s += tn_get_f32(tn_mul(of_thread, 2), 1) + tn_get_f32(tn_mul(some[1], copies[2]), 1);
  }
  return s;
}
typedef tn_tensor unary(tn_tensor);
static unary *const functions[] = {tn_exp, tn_neg, tn_tanh};
APART static float through_pointers(int n) {
  TN_SCOPE;
  float s = 0;
  for (int i = 0; i < n; i++) s += tn_get_f32(tn_mul(functions[i % 3](four(i)), 2), 1);
  return s;
}

/* ---- views of one memory ---- */

APART static float overlapping(int n) {
  float s = 0;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor a = tn_view(in, TN_F32, 16), b = tn_view(in + 1, TN_F32, 16), square = tn_view(in + 2, TN_F32, 4, 4);
    tn_store(b, tn_add(a, 1));
    tn_store(a, tn_mul(b, 0.5f));
    tn_store(square, tn_transpose(square));
    tn_store(square, tn_add(tn_slice(square, 0, 1, 2), tn_transpose(square)));
    s += in[5];
  }
  return s;
}
APART static float perhaps_overlapping(const float *p, float *q, int n) {
  float s = 0;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor a = tn_view_const(p, TN_F32, 8), b = tn_view(q, TN_F32, 8);
    tn_store(b, tn_add(a, tn_slice_step(b, 0, TN_END, TN_END, -1)));
    s += q[i & 7];
  }
  return s;
}
static union {
  float f[64];
  double d[64];
  int32_t i[64];
} both;
/* Element j of one lies over elements 2 j and 2 j + 1 of the other. */
APART static double wider(int n) {
  for (int i = 0; i < 64; i++) both.f[i] = (float)i + 1;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_store(tn_view(both.d, TN_F64, 16), tn_mul(tn_cast(tn_view(both.f, TN_F32, 16), TN_F64), 2));
  }
  double s = 0;
  for (int i = 0; i < 16; i++) s = s * 1.01 + both.d[i];
  return s;
}
APART static double narrower(int n) {
  for (int i = 0; i < 64; i++) both.d[i] = i + 1;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_store(tn_view(both.f, TN_F32, 16), tn_cast(tn_mul(tn_view(both.d, TN_F64, 16), 0.5), TN_F32));
    tn_store(tn_view(both.i, TN_I32, 8), tn_cast(tn_view(both.f, TN_F32, 8), TN_I32));
  }
  double s = 0;
  for (int i = 0; i < 16; i++) s = s * 1.01 + both.i[i] + both.f[i + 8];
  return s;
}
static const int64_t dims[] = {4, 4}, rows[] = {0, 1}, back[] = {-4, -1}, folded[] = {1, 1};
APART static float strides(int n) {
  float s = 0;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor a = tn_view_strided(in, TN_F32, 2, dims, rows), b = tn_view_strided(in + 40, TN_F32, 2, dims, back),
              c = tn_view_strided(in + 60, TN_F32, 2, dims, folded);
    s += tn_item_f32(tn_sum(tn_mul(a, b))) + tn_item_f32(tn_sum(c));
    tn_store(b, tn_add(a, c));
    s += in[38];
  }
  return s;
}
APART static float stores_onto_one_place(int n) {
  float s = 0;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor a = tn_view_strided(in, TN_F32, 2, dims, rows), c = tn_view_strided(in + 60, TN_F32, 2, dims, folded);
    s += tn_store(a, tn_add(c, 1));
    s += 2 * tn_store(c, tn_add(a, 1)) + 4 * tn_store(tn_view_const(in, TN_F32, 4), 1);
  }
  return s;
}

/* ---- frames that are left, signals, threads ---- */

static jmp_buf place;
APART static void leave(int i) {
  if (i == 3) longjmp(place, 1);
}
APART static float left(int n) {
  float s = 0;
  tn_tensor w = tn_zeros(TN_F32, 4);
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_replace(&w, tn_add(w, four(i)));
    tn_store(tn_view(out, TN_F32, 4), w);
    leave(i);
    s += tn_get_f32(w, 1);
  }
  return s;
}
APART static float returned_to(int n) {
  float s = 0;
  for (volatile int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor y = tn_add(four(i), 1);
    if (setjmp(place)) {
      s += 100;
      continue;
    }
    s += tn_get_f32(y, 1);
    leave(i);
  }
  return s;
}
static volatile sig_atomic_t signals;
static void on_alarm(int number) {
  (void)number;
  char noise[2048];
  memset(noise, 0xff, sizeof noise); /* below the stack of what was interrupted */
  __asm__ volatile("" : : "r"(noise) : "memory");
  signals = signals + 1;
}
APART static float square(int n) { /* some 10 KiB of the stack */
  TN_SCOPE;
  tn_tensor w = tn_zeros(TN_F32, 16, 16), x = tn_full(TN_F32, 0.125f, 16, 16), y = tn_add(w, 1);
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor z = tn_matmul(tn_sub(y, w), x);
    tn_replace(&y, tn_tanh(tn_add(tn_transpose(w), x)));
    tn_replace(&w, tn_add(tn_mul(z, 0.5f), tn_transpose(y)));
  }
  return tn_item_f32(tn_sum(w)) + tn_item_f32(tn_mean(y));
}
static float interrupted(void) {
  const float want = square(50);
  int wrong = 0;
  struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 200}, {0, 200}}, NULL);
  while (signals < 40) wrong += square(50) != want;
  setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
  return (float)wrong;
}
static void *in_thread(void *result) {
  *(float *)result = of_the_thread(7) + with_switch(9) + square(20);
  return NULL;
}
static float in_threads(void) {
  pthread_attr_t attributes;
  pthread_t threads[2];
  float results[2];
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, STACK);
  for (int i = 0; i < 2; i++)
    if (pthread_create(&threads[i], &attributes, in_thread, &results[i])) exit(1);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  return results[0] + 2 * results[1];
}

static void fill(void) {
  for (int i = 0; i < 512; i++) in[i] = (float)(i * 37 % 64 - 31) / 16;
  memset(out, 0, sizeof out);
}
static void show(const char *name, double number) {
  uint64_t hash = 1469598103934665603u;
  for (int i = 0; i < 576; i++) {
    uint32_t bits;
    memcpy(&bits, i < 512 ? &in[i] : &out[i - 512], 4);
    if ((bits & 0x7fffffff) > 0x7f800000) bits = 0x7fc00000;
    hash = (hash ^ bits) * 1099511628211u;
  }
  if (number != number) number = 999;
  printf("%s %016llx %a %s\n", name, (unsigned long long)hash, number, tn_error());
  tn_clear_error();
  fill();
}

int main(void) {
  TN_SCOPE;
  fill();
  show("volatile", with_volatile(in, 4));
  show("fences", with_fences(4));
  show("assembly", with_assembly(4));
  show("map", with_a_map_that_writes(3));
  show("VLA", with_vla(5));
  show("alloca", with_alloca(5));
  show("arrays", with_arrays_that_end(4));
  show("misaligned", misaligned(4));
  show("packed", in_a_packed_struct(4));
  show("thread", of_the_thread(6));
  for (int i = 0; i < 4; i++) show("goto", with_goto(6, i));
  show("switch", with_switch(13));
  for (int i = 1; i < 9; i++) show("into a loop", into_a_loop(i));
  show("by address", by_address("\0\1\0\1\2", 3));
  show("arguments", with_arguments(3, in, in + 4, in + 9));
  show("places", in_places(7));
  show("pointers", through_pointers(6));
  show("overlapping", overlapping(3));
  for (int i = 0; i < 4; i++) show("perhaps overlapping", perhaps_overlapping(in + (i & 1) * 3, in + (i & 2), 3));
  // CHECK: wider
  show("wider", wider(1));
  show("narrower", narrower(1));
  show("strides", strides(3));
  // CHECK: onto one place {{[0-9a-f]+}} 0x0p+0 tn_store
  show("onto one place", stores_onto_one_place(3));
  const int64_t mark = tn_scope_begin();
  if (!setjmp(place)) show("stays", left(3));
  if (!setjmp(place)) show("stays", left(6));
  // CHECK: left {{[0-9a-f]+}} 0x0p+0
  show("left", 0);
  tn_scope_end(mark);
  show("returned to", returned_to(5));
  // CHECK: interrupted {{[0-9a-f]+}} 0x0p+0
  show("interrupted", interrupted());
  show("threads", in_threads());
  return 0;
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names that depend on branches and loops under `noalloc`: the bits of the eager calls, nothing of the runtime, and a tensor
// that a loop hands on to its next turn is changed in place.
//
// RUN: %clang -std=c11 -O1 -w -DEAGER -ffp-contract=off %tenon_cflags %s -o %t.eager %tenon_libs
// RUN: %t.eager > %t.eager.txt
// RUN: FileCheck %s --check-prefix=RESULT < %t.eager.txt
// RUN: %clang -std=c11 -O2 -ffp-contract=off -Rpass=tenon-static %plugin %tenon_cflags %s -o %t.compiled 2> %t.remarks.txt
// RUN: FileCheck %s < %t.remarks.txt
// RUN: %t.compiled > %t.txt
// RUN: diff %t.eager.txt %t.txt
// RUN: %if x86-v3 %{ %clang -std=c11 -O3 -w -ffp-contract=off -march=x86-64-v3 %plugin %tenon_cflags %s -o %t.v3 %}
// RUN: %if x86-v3 %{ %t.v3 > %t.txt && diff %t.eager.txt %t.txt %}
// RUN: %clang -std=c11 -Os -w -ffp-contract=off %plugin %tenon_cflags %s -o %t.small
// RUN: %t.small > %t.txt && diff %t.eager.txt %t.txt
#include <stdio.h>
#include <string.h>
#include <tenon.h>

#define NOALLOC TN_PRAGMA(noalloc) __attribute__((noinline))
typedef const float *in_t;
static float in[256], out[256];

/* w goes round the loop in one place. */
NOALLOC static void descend(float *restrict w, in_t x, int steps) {
  // CHECK: carried.c:[[@LINE+1]]:{{.*}} without the runtime; 1 temporary, 512 bytes
  tn_tensor v = tn_copy(tn_view(w, TN_F32, 128)), target = tn_view_const(x, TN_F32, 128);
  for (int i = 0; i < steps; i++) v = tn_sub(v, tn_mul(tn_sub(v, target), 0.125f));
  tn_store(tn_view(w, TN_F32, 128), v);
}
/* The same with scopes. */
NOALLOC static void replaced(float *restrict w, in_t x, int steps) {
  // CHECK: carried.c:[[@LINE+1]]:{{.*}} without the runtime; 1 temporary, 512 bytes
  TN_SCOPE;
  tn_tensor v = tn_copy(tn_view(w, TN_F32, 128)), target = tn_view_const(x, TN_F32, 128);
  for (int i = 0; i < steps; i++) {
    TN_SCOPE;
    tn_replace(&v, tn_sub(v, tn_mul(tn_sub(v, target), 0.125f)));
  }
  tn_store(tn_view(w, TN_F32, 128), v);
}
/* What is read at other places than it is written needs two. */
NOALLOC static void smooth(float *restrict w, int steps) {
  // CHECK: carried.c:[[@LINE+1]]:{{.*}} without the runtime; 2 temporaries, 256 bytes
  tn_tensor v = tn_copy(tn_view(w, TN_F32, 32));
  for (int i = 0; i < steps; i++)
    v = tn_mul(tn_add(v, tn_concat(0, tn_slice(v, 0, 1, TN_END), tn_slice(v, 0, 0, 1))), 0.5f);
  tn_store(tn_view(w, TN_F32, 32), v);
}
/* A loop hands two names on, one in the other's place. */
NOALLOC static void fibonacci(float *restrict w, in_t x, int steps) {
  tn_tensor a = tn_view_const(x, TN_F32, 3, 5), b = tn_full(TN_F32, 0.25f, 3, 5);
  for (int i = 0; i < steps; i++) {
    tn_tensor c = tn_add(tn_mul(a, 0.5f), b);
    a = b;
    b = c;
  }
  tn_store(tn_view(w, TN_F32, 3, 5), a);
  tn_store(tn_view(w + 15, TN_F32, 3, 5), b);
}
/* Views that change places are never copied. */
NOALLOC static void swap_views(float *w, int steps) {
  // CHECK: carried.c:[[@LINE+1]]:{{.*}} without the runtime; no temporary
  tn_tensor from = tn_view(w, TN_F32, 16), to = tn_view(w + 16, TN_F32, 16);
  for (int i = 0; i < steps; i++) {
    tn_store(to, tn_add(tn_mul(from, 0.75f), i));
    tn_tensor next = to;
    to = from;
    from = next;
  }
}
NOALLOC static float cases(in_t x, int which) {
  tn_tensor a = tn_view_const(x, TN_F32, 8), b;
  switch (which) {
  case 0: b = tn_exp(a); break;
  case 1: b = tn_mul(a, a); // goes on
  case 2: b = tn_add(a, which); break;
  case 3: return tn_item_f32(tn_sum(a));
  default: b = which & 1 ? tn_neg(a) : tn_slice_step(a, 0, TN_END, TN_END, -1);
  }
  return tn_item_f32(tn_sum(tn_mul(b, a)));
}
/* A power iteration that stops when it is there. */
NOALLOC static int power(in_t m, float *restrict w) {
  tn_tensor a = tn_view_const(m, TN_F32, 6, 6), v = tn_full(TN_F32, 1, 6);
  int turns = 0;
  float before = 0, norm = 1;
  do {
    tn_tensor y = tn_matmul(a, v);
    before = norm;
    norm = tn_item_f32(tn_reduce_max(tn_abs(y)));
    if (norm == 0) return -1;
    v = tn_div(y, norm);
  } while (norm != before && ++turns < 40);
  tn_store(tn_view(w, TN_F32, 6), v);
  return turns;
}
/* Counters are indices, of reads, rows and windows. */
NOALLOC static void eliminate(in_t m, float *restrict w) {
  tn_tensor a = tn_copy(tn_view_const(m, TN_F32, 5, 5)), rows = tn_zeros(TN_F32, 5, 5);
  for (int i = 0; i < 5; i++) {
    tn_tensor pivot = tn_div(tn_at(a, i), tn_get_f32(a, i, i) + 2);
    a = tn_sub(a, tn_mul(tn_reshape(tn_select(a, 1, i), 5, 1), pivot));
    tn_store_at(rows, tn_at(a, -1), i, 0);
    tn_set(rows, tn_get_f32(a, 0, i), i, i);
  }
  tn_store(tn_view(w, TN_F32, 5, 5), a);
  tn_store(tn_view(w + 25, TN_F32, 5, 5), rows);
}
/* One element goes round in a register. */
NOALLOC static float scalars(in_t x, int n) {
  // CHECK: carried.c:[[@LINE+1]]:{{.*}} without the runtime; no temporary
  tn_tensor s = tn_full(TN_F32, 1), t = tn_full(TN_F32, 0.5f);
  for (int i = 0; i < n; i++) {
    s = tn_add(tn_mul(s, 0.5f), x[i]);
    if (x[i] > 0) t = tn_sub(s, t);
  }
  return tn_item_f32(s) + tn_item_f32(t);
}
/* A name of its own stays what it was. */
NOALLOC static void keeps_old(float *restrict w, in_t x, int steps) {
  tn_tensor v = tn_copy(tn_view_const(x, TN_F32, 12)), old = v;
  for (int i = 0; i < steps; i++) {
    old = v;
    v = tn_add(v, tn_tanh(v));
    if (tn_get_f32(v, 3) > 1.5f) break;
  }
  tn_store(tn_view(w, TN_F32, 12), old);
  tn_store(tn_view(w + 12, TN_F32, 12), v);
}
/* A turn fills memory of its own, and hands it on. */
NOALLOC static void filled(float *restrict w, in_t x, int steps) {
  tn_tensor sum = tn_copy(tn_view_const(x, TN_F32, 4, 4));
  for (int i = 0; i < steps; i++) {
    tn_tensor next = tn_zeros(TN_F32, 4, 4);
    for (int j = 0; j < 4; j++) tn_store_at(next, tn_mul(tn_at(sum, 3 - j), j), j, 0);
    tn_set(next, i, 2, 1);
    sum = next;
  }
  tn_store(tn_view(w, TN_F32, 4, 4), sum);
}
NOALLOC static void nested(float *restrict w, in_t x, int n) {
  tn_tensor a = tn_zeros(TN_F32, 9);
  for (int i = 0; i < n; i++) {
    tn_tensor b = tn_mul(a, 0.5f);
    for (int j = 0; j < i; j++) {
      if (x[j] < 0) continue;
      b = x[j + 1] > 0 ? tn_add(b, tn_view_const(x + j, TN_F32, 9)) : tn_sub(b, a);
    }
    a = tn_add(a, tn_mul(b, 0.25f));
  }
  tn_store(tn_view(w, TN_F32, 9), a);
}

static void show(const char *name, float number) {
  uint64_t hash = 1469598103934665603u;
  for (int i = 0; i < 256; i++) {
    uint32_t bits = 0x7fc00000;
    if (out[i] == out[i]) memcpy(&bits, &out[i], 4);
    hash = (hash ^ bits) * 1099511628211u;
  }
  printf("%s %016llx %a %a %a\n", name, (unsigned long long)hash, (double)out[0], (double)out[1], (double)number);
  for (int i = 0; i < 256; i++) out[i] = (float)(i * 53 % 100 - 49) / 32;
}

int main(void) {
  for (int i = 0; i < 256; i++) in[i] = (float)(i * 37 % 64 - 31) / 16;
  show("", 0);
  for (int n = 0; n < 6; n++) {
    // RESULT-COUNT-6: filled {{[0-9a-f]+}}
    descend(out, in, n), show("descend", 0);
    replaced(out, in, n), show("replaced", 0);
    smooth(out, n), show("smooth", 0);
    fibonacci(out, in, n), show("fibonacci", 0);
    swap_views(out, n), show("swap_views", 0);
    show("cases", cases(in + n, n));
    float number = (float)power(in + 16 * n, out);
    show("power", number);
    eliminate(in + 7 * n, out), show("eliminate", 0);
    show("scalars", scalars(in, 3 * n));
    keeps_old(out, in, n), show("keeps_old", 0);
    nested(out, in, n), show("nested", 0);
    filled(out, in, n), show("filled", 0);
  }
#ifdef EAGER
  if (!tn_ok()) return puts(tn_error()), 1;
#endif
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * effects.c - tensor ops between everything else that a C program does: prints, its own loads and stores, volatile,
 * atomics, opaque calls, helpers, recursion, loops with scopes, early returns, handles in structs and arrays. Each
 * function prints what it sees, so that an op that moved too far shows.
 *
 * RUN: %python %S/Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 30
 */
#include <math.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "Inputs/show.h"

#define NOINLINE __attribute__((noinline))
static float a[64], b[64];
static void fill(void) {
  for (int i = 0; i < 64; i++) a[i] = (float)i * 0.25f - 3, b[i] = 1.f / (float)(i + 1);
}
static tn_tensor va(void) { return tn_view(a, TN_F32, 8, 8); }
static tn_tensor vb(void) { return tn_view(b, TN_F32, 8, 8); }

NOINLINE static void opaque_write(float *p) { *p += 0.5f; }
NOINLINE static float opaque_read(const float *p) { return *p * 2; }
static volatile float watched;
static _Atomic int counter;

NOINLINE static void prints_between(void) {
  tn_tensor x = tn_exp(tn_mul(va(), 0.1f));
  printf("between %d\n", 1);
  tn_tensor y = tn_add(x, vb());
  puts("and again");
  const double s = tn_item(tn_sum(y));
  printf("sum %a\n", s);
  show("y / s", tn_div(y, s));
}

NOINLINE static void own_stores(void) {
  tn_tensor x = tn_mul(va(), 2), y = tn_mul(vb(), 3);
  a[0] = 100; /* x does not see it, what follows does */
  tn_tensor z = tn_add(va(), y);
  b[5] = -7;
  show("x", tn_add(x, 0.0f));
  show("z", z);
  show("b", tn_mul(vb(), 1.5f));
}

NOINLINE static void stores_and_reads(void) {
  tn_tensor x = va();
  for (int i = 0; i < 4; i++) {
    TN_SCOPE;
    tn_store(x, tn_sub(tn_mul(x, 1.5f), vb()));
    a[i] += a[i + 1]; /* reads what the store wrote */
    printf("a[%d] = %a, x = %a\n", i, a[i], tn_get(x, 0, i));
  }
  show("x", x);
}

NOINLINE static void opaque_calls(void) {
  tn_tensor x = tn_tanh(va());
  opaque_write(&a[3]);
  tn_tensor y = tn_mul(tn_add(va(), x), 2);
  const float f = opaque_read(&a[3]);
  show("x", x);
  show("y * f", tn_mul(y, f));
}

NOINLINE static void volatile_and_atomic(void) {
  tn_tensor x = tn_add(tn_mul(va(), 2), 1);
  watched = tn_get_flat_f32(x, 3);
  counter++;
  tn_tensor y = tn_sub(x, watched);
  atomic_thread_fence(memory_order_seq_cst);
  a[1] = watched;
  show("y", tn_exp(tn_mul(y, 0.1f)));
  printf("%d\n", (int)counter);
}

static tn_tensor helper(tn_tensor x, int depth) {
  if (depth == 0) return tn_sigmoid(tn_add(x, 0.125f));
  return tn_mul(helper(tn_mul(x, 0.5f), depth - 1), 1.25f);
}
static tn_tensor norm(tn_tensor x) {
  tn_tensor m = tn_mean_keepdims(x, -1), c = tn_sub(x, m);
  return tn_div(c, tn_sqrt(tn_add(tn_var_keepdims(x, -1), 1e-5f)));
}
NOINLINE static void helpers(void) {
  show("recursion", helper(va(), 5));
  show("norm", norm(va()));
  show("norm of norm", norm(tn_add(norm(va()), vb())));
}

NOINLINE static tn_tensor early(tn_tensor x, float limit) {
  tn_tensor y = tn_mul(tn_add(x, 1), 0.5f);
  if (tn_item_f32(tn_reduce_max(y)) > limit) return tn_neg(y);
  for (int i = 0; i < 3; i++) {
    TN_SCOPE;
    tn_replace(&y, tn_add(tn_mul(y, y), 0.1f));
    if (tn_get_flat_f32(y, 5) > 2) return tn_keep(tn_sqrt(tn_abs(y)));
    if (i == 1) continue;
    tn_replace(&y, tn_tanh(y));
  }
  return y;
}

typedef struct model {
  tn_tensor w[2], bias;
  int steps;
} model;
NOINLINE static void step(model *m, tn_tensor x) {
  TN_SCOPE;
  tn_tensor h = tn_tanh(tn_add(tn_matmul(x, m->w[0]), m->bias));
  tn_tensor d = tn_sub(tn_softmax(tn_matmul(h, m->w[1]), -1), 0.125f);
  tn_replace(&m->w[1], tn_sub(m->w[1], tn_mul(tn_matmul(tn_transpose(h), d), 0.1f)));
  tn_replace(&m->bias, tn_sub(m->bias, tn_mul(tn_mean(d, 0), 0.5f)));
  m->steps++;
}
NOINLINE static void training(void) {
  TN_SCOPE;
  model m = {{tn_copy(va()), tn_copy(vb())}, tn_zeros(TN_F32, 8), 0};
  for (int i = 0; i < 6; i++) step(&m, va());
  show("w1", m.w[1]);
  show("bias", m.bias);
  printf("%d\n", m.steps);
}

NOINLINE static void errors_in_the_middle(int rows) {
  tn_tensor x = tn_mul(va(), 2);
  tn_tensor wrong = tn_add(x, tn_zeros(TN_F32, rows, 3)); /* an error, recorded here */
  printf("ok: %d\n", tn_ok());
  tn_tensor y = tn_mul(tn_add(wrong, 1), 2);
  show("y", y);
  show("x", tn_add(x, 1));
  const double missing = tn_get_flat(tn_add(x, 1), 64 + rows);
  show_number("read", missing);
}

NOINLINE static void growing(int n) { /* shapes that no compiler knows */
  tn_tensor x = tn_arange(TN_F32, 0, n, 1), total = tn_zeros(TN_F32);
  for (int i = 1; i < n; i += 2) {
    TN_SCOPE;
    tn_tensor part = tn_slice(x, 0, i / 2, i);
    tn_replace(&total, tn_add(total, tn_sum(tn_mul(part, tn_exp(tn_neg(part))))));
  }
  show("total", total);
}

static int compare_calls;
static float counted(float v) { return (float)++compare_calls + v; } /* not pure: called in order */
NOINLINE static void impure_map(void) {
  show("counted", tn_mul(tn_map(counted, tn_mul(va(), 2)), 0.5f));
  printf("%d calls\n", compare_calls);
}

NOINLINE static void freed_memory(void) {
  float *p = malloc(64 * sizeof *p);
  for (int i = 0; i < 64; i++) p[i] = a[i] + 1;
  tn_tensor x = tn_view(p, TN_F32, 8, 8), y = tn_mul(tn_exp(tn_mul(x, 0.01f)), x);
  memset(p, 0x7f, 64 * sizeof *p);
  free(p); /* y is a value */
  show("y", tn_sub(y, 1));
}

NOINLINE static tn_tensor local_memory(float s) {
  float local[16];
  for (int i = 0; i < 16; i++) local[i] = s * (float)i;
  tn_tensor x = tn_view(local, TN_F32, 4, 4);
  return tn_add(tn_mul(x, 2), tn_sum_keepdims(x, 0)); /* local ends here */
}

int main(void) {
  void (*const all[])(void) = {prints_between, own_stores, stores_and_reads, opaque_calls, volatile_and_atomic, helpers, training,
                               impure_map, freed_memory};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    TN_SCOPE;
    fill();
    all[i]();
    show("a afterwards", va());
    show("b afterwards", vb());
  }
  for (int i = 0; i < 4; i++) {
    TN_SCOPE;
    fill();
    show("early", early(va(), (float)i * 4));
  }
  errors_in_the_middle(8);
  growing(40);
  show("local", local_memory(0.3f));
  return 0;
}

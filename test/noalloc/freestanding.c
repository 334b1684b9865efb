/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * freestanding.c - a program without libc, runtime or start files: a small network predicts and learns xor under noalloc.
 * The headers need only what a freestanding compiler has: stdbool.h, stddef.h, stdint.h.
 *
 * REQUIRES: x86_64
 * UNSUPPORTED: asan
 * RUN: %clang -std=c11 -O2 -ffreestanding -nostdlib -static %plugin -Rpass=tenon -I %headers %s -o %t 2>&1 | FileCheck %s --check-prefix=REMARK
 * RUN: %t
 * RUN: llvm-nm %t | FileCheck %s --implicit-check-not=tn_ --implicit-check-not=" U "
 * RUN: %clang -std=c11 -O3 -mavx2 -mfma -ffreestanding %plugin -I %headers -c %s -o %t.o
 * RUN: llvm-nm %t.o | FileCheck %s --implicit-check-not=tn_ --implicit-check-not=" U "
 * RUN: %clang -std=c11 -Oz -ffreestanding -fno-pic -mcmodel=kernel -mno-red-zone %plugin -I %headers -c %s -o %t.o
 * RUN: llvm-nm %t.o | FileCheck %s --implicit-check-not=tn_ --implicit-check-not=" U "
 *
 * CHECK: T _start
 *
 * REMARK-DAG: freestanding.c:{{[0-9]+:[0-9]+}}: remark: noalloc: {{[0-9]+}} operations without the runtime; {{[0-9]+}} temporaries, {{[0-9]+}} bytes of the stack at most
 * REMARK-DAG: freestanding.c:{{[0-9]+:[0-9]+}}: remark: noalloc: 6 operations without the runtime
 */
#include <tenon.h>

enum { HIDDEN = 8 };
static float w0[2][HIDDEN] = {{0.5f, -0.4f, 0.3f, 0.9f, -0.8f, 0.2f, -0.1f, 0.7f}, {-0.6f, 0.1f, 0.8f, -0.2f, 0.4f, -0.9f, 0.6f, 0.3f}};
static float b0[HIDDEN], w1[HIDDEN] = {0.3f, -0.7f, 0.5f, 0.2f, -0.4f, 0.6f, -0.5f, 0.1f}, b1[1];

static tn_tensor layer(tn_tensor x, tn_tensor w, tn_tensor b) { return tn_add(tn_matmul(x, w), b); }

/* One step of gradient descent on four examples at once; returns the loss before it. */
TN_PRAGMA(noalloc)
float learn(const float (*x_memory)[2], const float *t_memory, float rate) {
  tn_tensor x = tn_view_const(x_memory, TN_F32, 4, 2), t = tn_view_const(t_memory, TN_F32, 4);
  tn_tensor W0 = tn_view(w0, TN_F32, 2, HIDDEN), B0 = tn_view(b0, TN_F32, HIDDEN), W1 = tn_view(w1, TN_F32, HIDDEN);
  tn_tensor h = tn_tanh(layer(x, W0, B0)), y = tn_sigmoid(layer(h, W1, tn_view(b1, TN_F32, 1))), error = tn_sub(y, t);
  float loss = tn_item_f32(tn_mean(tn_square(error)));
  tn_tensor dh = tn_mul(tn_mul(tn_reshape(error, 4, 1), W1), tn_sub(1, tn_square(h)));
  tn_store(W1, tn_sub(W1, tn_mul(tn_matmul(error, h), rate)));
  tn_store(tn_view(b1, TN_F32, 1), tn_sub(tn_view(b1, TN_F32, 1), tn_mul(tn_sum(error), rate)));
  tn_store(W0, tn_sub(W0, tn_mul(tn_matmul(tn_transpose(x), dh), rate)));
  tn_store(B0, tn_sub(B0, tn_mul(tn_sum(dh, 0), rate)));
  return loss;
}

TN_PRAGMA(noalloc)
float predict(const float x[2]) {
  tn_tensor h = tn_tanh(layer(tn_view_const(x, TN_F32, 2), tn_view(w0, TN_F32, 2, HIDDEN), tn_view(b0, TN_F32, HIDDEN)));
  return tn_item_f32(layer(h, tn_view(w1, TN_F32, HIDDEN), tn_view(b1, TN_F32, 1)));
}

static int work(void) {
  static const float x[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}}, t[4] = {0, 1, 1, 0};
  const float before = learn(x, t, 0);
  float after = before;
  for (int i = 0; i < 2000; i++) after = learn(x, t, 0.5f);
  if (!(before > 0.2f && after < 0.01f)) return 1;
  for (int i = 0; i < 4; i++)
    if ((predict(x[i]) > 0) != (t[i] > 0.5f)) return 2 + i;
  return 0;
}

/* The stack is aligned to 16 here, not to 16 less an address as in a function. */
__attribute__((naked, noreturn)) void _start(void) { __asm__("call start_in_c\n hlt"); }
__attribute__((used)) void start_in_c(void) {
  const long status = work();
  __asm__ volatile("syscall" : : "a"(60L), "D"(status) : "rcx", "r11", "memory");
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What must not be in a region, or ends one: setjmp, inline assembly, volatile, variable-length arrays, alloca, goto and
// switch into the middle, variable arguments, handles in globals, unions, memcpy and thread-locals, tensor functions through
// pointers. The results are eager's at every level, and remarks say where and why a region ended.
//
// RUN: %python %S/../exec/Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
// RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 8
// RUN: %clang -std=c11 -O2 %plugin %tenon_cflags -Rpass-missed=tenon -c %s -o %t/x.o 2>&1 | FileCheck %s
#include <alloca.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include "../exec/Inputs/show.h"

#define NOINLINE __attribute__((noinline))
static float memory[64];
static tn_tensor x(void) { return tn_view(memory, TN_F32, 8, 8); }

static jmp_buf back;
NOINLINE static void jump(int i) {
  if (i < 3) longjmp(back, i + 1);
}
// CHECK-DAG: untouchable.c:{{.*}}: remark: {{.*}}setjmp
NOINLINE static tn_tensor with_setjmp(tn_tensor a) {
  volatile int turn = 0;
  tn_tensor volatile kept = tn_exp(tn_mul(a, 0.5f));
  const int value = setjmp(back);
  kept = tn_add(tn_mul(kept, 2), value);
  turn = turn + 1;
  jump(value);
  return tn_mul(kept, turn);
}

// CHECK-DAG: untouchable.c:{{.*}}: remark: region ends here: inline assembly
NOINLINE static tn_tensor with_assembly(tn_tensor a, float *p) {
  tn_tensor y = tn_exp(tn_mul(a, 0.25f));
  __asm__ volatile("" : "+r"(p) : : "memory");
  p[0] += 1;
  return tn_mul(tn_add(y, a), 2);
}

static volatile float watched = 2;
NOINLINE static tn_tensor with_volatile(tn_tensor a) {
  tn_tensor y = tn_mul(tn_add(a, watched), watched);
  watched = tn_get_flat_f32(y, 9);
  return tn_sub(tn_exp(tn_mul(y, 0.01f)), watched);
}

NOINLINE static tn_tensor with_vla(tn_tensor a, int n) {
  tn_tensor y = tn_tanh(tn_mul(a, 0.5f));
  float local[n];
  for (int i = 0; i < n; i++) local[i] = (float)i * 0.5f;
  tn_tensor z = tn_add(tn_mul(y, 2), tn_view(local, TN_F32, n));
  return tn_add(z, 1);
}

NOINLINE static tn_tensor with_alloca(tn_tensor a, int n) {
  tn_tensor y = tn_mul(a, 3);
  for (int i = 0; i < 2; i++) {
    float *local = alloca((size_t)n * sizeof *local);
    for (int j = 0; j < n; j++) local[j] = (float)(i + j);
    y = tn_add(tn_mul(y, 0.5f), tn_view(local, TN_F32, n));
  }
  return tn_neg(y);
}

NOINLINE static tn_tensor with_goto(tn_tensor a, int where) {
  tn_tensor y = a;
  if (where == 1) goto middle;
  if (where == 2) goto end;
  y = tn_exp(tn_mul(y, 0.5f));
middle:
  y = tn_mul(tn_add(y, 1), 3);
  if (where == 3) {
    where = 2;
    goto middle;
  }
end:
  return tn_sub(tn_mul(y, 2), 0.5f);
}

NOINLINE static tn_tensor with_switch(tn_tensor a, int where) {
  tn_tensor y = tn_mul(a, 2);
  switch (where) {
  case 0:
    y = tn_add(tn_exp(y), 1); /* falls through */
    __attribute__((fallthrough));
  case 1:
    y = tn_mul(tn_sub(y, 3), 2);
    do {
      y = tn_add(y, 1);
    case 7:
      y = tn_mul(y, 0.5f);
    } while (--where > 0);
    break;
  default:
    y = tn_neg(y);
  }
  return tn_add(y, a);
}

NOINLINE static tn_tensor with_arguments(int count, ...) {
  va_list list;
  va_start(list, count);
  tn_tensor y = tn_zeros(TN_F32, 8, 8);
  for (int i = 0; i < count; i++) y = tn_add(tn_mul(y, 0.5f), va_arg(list, tn_tensor));
  va_end(list);
  return tn_exp(tn_neg(tn_mul(y, 0.1f)));
}

static tn_tensor global;
static _Thread_local tn_tensor own;
typedef union either {
  tn_tensor t;
  uintptr_t bits;
  char bytes[sizeof(tn_tensor)];
} either;
NOINLINE static tn_tensor with_places(tn_tensor a) {
  either e, f;
  global = tn_mul(a, 2);
  own = tn_add(global, 1);
  e.t = tn_exp(tn_mul(own, 0.1f));
  memcpy(f.bytes, e.bytes, sizeof f.bytes);
  f.bits ^= 1, f.bits ^= 1;
  void *erased = f.t;
  return tn_sub(tn_mul((tn_tensor)erased, global), own);
}

typedef tn_tensor unary(tn_tensor);
typedef tn_tensor binary(tn_tensor, tn_tensor);
static unary *const functions[] = {tn_exp, tn_neg, tn_tanh, tn_relu};
NOINLINE static tn_tensor with_pointers(tn_tensor a, binary *combine) {
  tn_tensor y = a;
  for (int i = 0; i < 4; i++) y = combine(functions[i](tn_mul(y, 0.5f)), a);
  return tn_add(tn_mul(y, 2), 1);
}

NOINLINE static tn_tensor with_computed_goto(tn_tensor a, int i) {
  static void *const places[] = {&&first, &&second, &&third};
  tn_tensor y = tn_mul(a, 2);
  goto *places[i % 3];
first:
  y = tn_add(tn_mul(y, 2), 1);
second:
  y = tn_sub(tn_mul(y, 3), 2);
third:
  return tn_exp(tn_mul(y, 0.01f));
}

static void *in_thread(void *p) {
  own = tn_mul(tn_add(x(), 1), 3);
  *(tn_tensor *)p = tn_own(tn_neg(own));
  return NULL;
}

static void refill(void) {
  for (int i = 0; i < 64; i++) memory[i] = (float)(i * 29 % 64) * 0.07f - 2;
}

int main(void) {
  TN_SCOPE;
  refill();
  show("setjmp", with_setjmp(x()));
  show("assembly", with_assembly(x(), memory));
  show("volatile", with_volatile(x()));
  show("VLA", with_vla(x(), 8));
  show("VLA that does not fit", with_vla(x(), 5));
  show("alloca", with_alloca(x(), 8));
  for (int i = 0; i < 4; i++) show("goto", with_goto(x(), i));
  for (int i = 0; i < 9; i++) show("switch", with_switch(x(), i));
  show("arguments", with_arguments(3, x(), tn_mul(x(), 2), tn_full(TN_F32, 1)));
  show("places", with_places(x()));
  show("pointers", with_pointers(x(), (tn_mul)));
  for (int i = 0; i < 3; i++) show("computed goto", with_computed_goto(x(), i));
  tn_tensor other = NULL;
  pthread_t thread;
  if (!pthread_create(&thread, NULL, in_thread, &other)) pthread_join(thread, NULL);
  show("thread", tn_mul(tn_add(other, own), 2));
  tn_free(other);
  return 0;
}

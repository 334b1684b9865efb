/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * effects.c - what a call of the program's own means to the tensor calls around it, one function for each rule: nothing
 * ("none"), ops may be delayed past it ("output"), or ops before it finish first ("order"), which makes two kernels of one.
 *
 * RUN: rm -rf %t && mkdir %t
 * RUN: env TENON_DUMP=%t/dump %clang -std=c11 -O2 %plugin %tenon_cflags -Rpass=tenon-region -c %s -o %t/o 2> %t/remarks
 * RUN: FileCheck %s < %t/remarks
 * RUN: cat %t/dump/*import.mlir | FileCheck %s --check-prefix=EFFECT
 */
#include <stdio.h>
#include <tenon.h>

#define NOINLINE __attribute__((noinline))
#define BETWEEN(name, call)                                                                                            \
  float name(tn_tensor x, int i) {                                                                                     \
    tn_tensor h = tn_tanh(tn_mul(x, 0.5f));                                                                            \
    call;                                                                                                              \
    return tn_item_f32(tn_sum(tn_add(h, (float)i)));                                                                   \
  }

TN_NO_TENSORS void apart(int);
// CHECK-DAG: effects.c:[[@LINE+2]]:{{[0-9]+}}: remark: region: 5 tensor calls in 1 kernel;
// EFFECT-DAG: tenon.call @a_apart.tenon0.user({{.*}}) "output"
BETWEEN(a_apart, apart(i))

void unknown(int);
// CHECK-DAG: effects.c:[[@LINE+2]]:{{[0-9]+}}: remark: region: 5 tensor calls in 2 kernels;
// EFFECT-DAG: tenon.call @a_unknown.tenon0.user({{.*}}) "order"
BETWEEN(a_unknown, unknown(i))

extern void (*hook)(int);
// EFFECT-DAG: tenon.call @a_pointer.tenon0.user{{.*}} "order"
BETWEEN(a_pointer, hook(i))

__attribute__((const)) int constant(int);
// CHECK-DAG: effects.c:[[@LINE+2]]:{{[0-9]+}}: remark: region: 5 tensor calls in 1 kernel;
// EFFECT-DAG: tenon.call @a_constant.tenon0.user({{.*}}) "none"
BETWEEN(a_constant, i = constant(i))

/* It may ask tn_ok(), */
__attribute__((pure)) int pure(int);
// CHECK-DAG: effects.c:[[@LINE+2]]:{{[0-9]+}}: remark: region: 5 tensor calls in 2 kernels;
// EFFECT-DAG: tenon.call @a_pure.tenon0.user({{.*}}) "order"
BETWEEN(a_pure, i = pure(i))

/* but for this one. */
__attribute__((pure)) TN_NO_TENSORS int pure_apart(int);
// CHECK-DAG: effects.c:[[@LINE+2]]:{{[0-9]+}}: remark: region: 5 tensor calls in 1 kernel;
// EFFECT-DAG: tenon.call @a_pure_apart.tenon0.user({{.*}}) "none"
BETWEEN(a_pure_apart, i = pure_apart(i))

/* Functions of the unit are what their bodies do. */
static int table[16], total;
NOINLINE static int looked_up(int i) { return i < 0 ? 0 : i > 15 ? 15 : table[i]; }
// CHECK-DAG: effects.c:[[@LINE+2]]:{{[0-9]+}}: remark: region: 5 tensor calls in 1 kernel;
// EFFECT-DAG: tenon.call @b_looked_up.tenon0.user({{.*}}) "none"
BETWEEN(b_looked_up, i = looked_up(i))

NOINLINE static void say(int i) { if (i > 3) printf("%d of %d\n", i, looked_up(i)); }
// EFFECT-DAG: tenon.call @b_say.tenon0.user({{.*}}) "output"
BETWEEN(b_say, say(i))

NOINLINE static void count(int i) { total += i; } /* that may be memory of a tensor */
// EFFECT-DAG: tenon.call @b_count.tenon0.user({{.*}}) "order"
BETWEEN(b_count, count(i))

/* A body's own variables are nobody's; a loop may go on for ever, so that nothing is computed ahead of it. */
NOINLINE static int digits(int i) {
  int digit[12], count = 0, sum = 0;
  for (; i > 0; i /= 10) digit[count++ % 12] = i % 10;
  while (count > 0) sum = sum * 7 + digit[--count % 12];
  return sum;
}
// EFFECT-DAG: tenon.call @b_digits.tenon0.user({{.*}}) "output"
BETWEEN(b_digits, i = digits(i))

NOINLINE static int says_unknown(int i) { return i ? unknown(i), 1 : 0; }
// EFFECT-DAG: tenon.call @b_says_unknown.tenon0.user({{.*}}) "order"
BETWEEN(b_says_unknown, i = says_unknown(i))

NOINLINE static int asks(int i) { return tn_ok() ? i : 0; }
// EFFECT-DAG: tenon.call @b_asks.tenon0.user({{.*}}) "order"
BETWEEN(b_asks, i = asks(i))

NOINLINE static void fills(float *p) { p[0] = 1; p[1] = 2; } /* the caller knows whether a view is there */
// EFFECT-DAG: tenon.call @b_fills.tenon0.user({{.*}}) "order"
BETWEEN(b_fills, float p[2]; fills(p); i += (int)p[1])

static volatile int port;
NOINLINE static int poll(void) { return port; }
// EFFECT-DAG: tenon.call @b_poll.tenon0.user{{.*}} "order"
BETWEEN(b_poll, i = poll())

__attribute__((weak)) int replaceable(int i) { return i + 1; } /* another file's may be it */
// EFFECT-DAG: tenon.call @b_replaceable.tenon0.user({{.*}}) "order"
BETWEEN(b_replaceable, i = replaceable(i))

NOINLINE static int itself(int i) { return i > 100 ? i : itself(i * 2 + 1); }
// EFFECT-DAG: tenon.call @b_itself.tenon0.user({{.*}}) "order"
BETWEEN(b_itself, i = itself(i))

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `#pragma tenon inplace`: what a function does to its tensors is done in their memory, or it is an error at its line with what is in
// the way. What is kept is done in place: no allocation of the size of a tensor, and the bits are those of the eager program.
//
// UNSUPPORTED: asan
// RUN: not %clang -std=c11 -O2 -DBROKEN %plugin %tenon_cflags -ferror-limit=0 -c %s -o %t.o 2> %t.errors
// RUN: FileCheck %s --implicit-check-not=error: --input-file=%t.errors
// RUN: not %clang -std=c11 -O1 -g -DBROKEN %plugin %tenon_cflags -ferror-limit=0 -c %s -o %t.o 2> %t.errors
// RUN: FileCheck %s --implicit-check-not=error: --input-file=%t.errors
// RUN: %clang -std=c11 -O0 %plugin %tenon_cflags -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=EAGER
// RUN: %clang -std=c11 -O2 -Werror %plugin %tenon_cflags %s %S/../Inputs/allocations.c -o %t.compiled %tenon_libs
// RUN: %clang -std=c11 -O2 -Werror -Wno-unknown-pragmas %tenon_cflags %s %S/../Inputs/allocations.c -o %t.eager %tenon_libs
// RUN: env TENON_NUM_THREADS=2 %t.compiled > %t.bits 2> %t.large
// RUN: %t.eager > %t.want 2> %t.eager.large
// RUN: cmp %t.bits %t.want
// RUN: env TENON_FAIL_GUARD=all %t.compiled 2> %t.ignored | cmp - %t.want
// RUN: FileCheck %s --check-prefix=NONE --input-file=%t.large
// RUN: FileCheck %s --check-prefix=SOME --input-file=%t.eager.large
#include <stdio.h>
#include <tenon.h>

#include "../Inputs/allocations.h"

// EAGER: warning: inplace is kept from -O1 on
#pragma tenon inplace
static void __attribute__((noinline)) chain(tn_tensor x, tn_tensor y) {
  (void)tn_store(x, tn_tanh(tn_add(tn_mul(x, 0.5f), y)));
}
#pragma tenon inplace
static void __attribute__((noinline)) rows(float *p, int n) {
  tn_tensor x = tn_view(p, TN_F32, n, 64);
  (void)tn_store(x, tn_softmax(x, -1));
  for (int i = 0; i < 3; i++) (void)tn_store(x, tn_sub(tn_mul(x, 1.5f), tn_mean_keepdims(x, -1)));
}
#pragma tenon inplace
static void __attribute__((noinline)) filled(tn_tensor x, tn_tensor y) { // nothing of x
  (void)tn_store(x, 3);
  (void)tn_store(x, tn_exp(y));
}

/* The scope that ends behind tn_replace is the old tensor's end. */
#pragma tenon inplace
static void __attribute__((noinline)) learned(tn_tensor *w, tn_tensor x, tn_tensor y, int turns) {
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    tn_replace(w, tn_sub(*w, tn_mul(tn_mul(tn_sub(tn_mul(x, *w), y), x), 0.125f)));
  }
}

static float a[4096 * 64], b[4096 * 64];
int main(void) {
  for (int i = 0; i < 4096 * 64; i++) a[i] = (float)(i % 37) * 0.03f, b[i] = (float)(i % 11) * 0.1f - 0.5f;
  tn_tensor x = tn_view(a, TN_F32, 4096, 64), y = tn_view(b, TN_F32, 4096, 64), w = tn_copy(x);
  allocations_are_large_from(sizeof a);
  allocations_start();
  chain(x, y);
  rows(a, 4096);
  filled(y, x);
  learned(&w, x, y, 10);
  tn_store(x, tn_add(x, w));
  fprintf(stderr, "%lld large\n", (long long)(allocations_large() / (int64_t)sizeof a));
  fwrite(a, sizeof a, 1, stdout);
  fwrite(b, sizeof b, 1, stdout);
  return !tn_ok();
}
// NONE: 0 large
// SOME: {{[1-9]}} large

#ifdef BROKEN
// CHECK-DAG: inplace.c:[[@LINE+3]]:{{[0-9]+}}: error: inplace: the product reads all of the old value for each row of the new one
#pragma tenon inplace
void product(tn_tensor x, tn_tensor w) {
  (void)tn_store(x, tn_matmul(x, w)); }

// CHECK-DAG: inplace.c:[[@LINE+3]]:{{[0-9]+}}: error: inplace: the old value is read in another order, by tn_transpose (line [[@LINE+3]])
#pragma tenon inplace
void turned(tn_tensor x) {
  (void)tn_store(x, tn_add(x, tn_transpose(x))); }

// CHECK-DAG: inplace.c:[[@LINE+3]]:{{[0-9]+}}: error: inplace: the old value stays readable until a scope ends, and the function is left before
#pragma tenon inplace
void moved(tn_tensor *x, tn_tensor g) {
  (void)tn_replace(x, tn_sub(*x, tn_mul(g, 0.1f))); }

// CHECK-DAG: inplace.c:[[@LINE+4]]:{{[0-9]+}}: error: inplace: the old value is read again (line [[@LINE+5]])
#pragma tenon inplace
float read_later(tn_tensor *x, tn_tensor g) {
  tn_tensor old = *x;
  (void)tn_replace(x, tn_sub(old, tn_mul(g, 0.1f)));
  return tn_item_f32(tn_sum(tn_exp(old))); }

// CHECK-DAG: inplace.c:[[@LINE+3]]:{{[0-9]+}}: error: inplace: tn_take is a call of the runtime, which makes a tensor of its own
#pragma tenon inplace
void taken(tn_tensor x, tn_tensor i) {
  (void)tn_store(x, tn_take(x, i, 0)); }

// CHECK-DAG: inplace.c:[[@LINE+4]]:{{[0-9]+}}: error: inplace: the value is made in memory of its own and copied, for it is used under another name, too behind
#pragma tenon inplace
tn_tensor both(tn_tensor x, tn_tensor g) {
  tn_tensor y = tn_exp(tn_mul(x, g));
  (void)tn_store(x, y);
  return y; }

// CHECK-DAG: inplace.c:[[@LINE+3]]:{{[0-9]+}}: error: inplace: the calls of this function run one by one, and each makes a tensor: #pragma tenon off
#pragma tenon inplace, off
void off(tn_tensor x) {
  (void)tn_store(x, tn_tanh(x)); }

// A helper's stores are the function's, if it is inlined.
static void helper(tn_tensor x, tn_tensor w) {
  // CHECK-DAG: inplace.c:[[@LINE+1]]:{{[0-9]+}}: error: inplace: the product reads all of the old value
  (void)tn_store(x, tn_add(tn_matmul(x, w), 1)); }
#pragma tenon inplace
void caller(tn_tensor x, tn_tensor w) { helper(x, w); }
#endif

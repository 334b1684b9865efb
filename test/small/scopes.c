// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Small tensors under several names and in several scopes: what tn_replace copies or moves, marks that are wrong, handles used
// behind the end of their scope, functions that call themselves. What is sure becomes code, the rest stays as it was, and errors
// are the eager calls'.
//
// RUN: %clang -std=c11 -O1 -w -ffp-contract=off %tenon_cflags %s -o %t.eager %tenon_libs
// RUN: %t.eager > %t.eager.txt
// RUN: FileCheck %s --check-prefix=RESULT < %t.eager.txt
// RUN: %clang -std=c11 -O2 -ffp-contract=off -Rpass=tenon-static -Rpass-analysis=tenon-static %plugin %tenon_cflags %s -o %t %tenon_libs 2> %t.remarks.txt
// RUN: FileCheck %s < %t.remarks.txt
// RUN: %t > %t.txt && diff %t.eager.txt %t.txt
// RUN: env TENON_FAIL_GUARD=all %t > %t.txt && diff %t.eager.txt %t.txt
// RUN: %clang -std=c11 -O3 -w -g -ffp-contract=off %plugin %tenon_cflags %s -o %t %tenon_libs && %t > %t.txt && diff %t.eager.txt %t.txt
#include <stdio.h>
#include <string.h>
#include <tenon.h>

#define APART __attribute__((noinline))
static float in[64], out[64];
static tn_tensor four(int i) { return tn_view_const(in + i, TN_F32, 4); }

/* The new tensor lives further out: w is a copy of it, which a store into w does not change. */
APART static float copied(int n) {
  TN_SCOPE;
  float s = 0;
  tn_tensor g = tn_full(TN_F32, 2, 4);
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor w = tn_add(four(i), 1);
    {
      TN_SCOPE;
      // CHECK-DAG: scopes.c:[[@LINE+1]]:{{.*}}: remark: no code without tensors: the new tensor goes by another name too, and is changed
      tn_replace(&w, g);
      tn_store(w, tn_mul(w, i + 1));
    }
    s += tn_get_f32(w, 1) * 3 + tn_get_f32(g, 1);
  }
  return s;
}
/* ... or in the same scope: w is it. */
APART static float moved(int n) {
  TN_SCOPE;
  float s = 0;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor w = tn_add(four(i), 1), g = tn_full(TN_F32, 2, 4);
    // CHECK-DAG: scopes.c:[[@LINE+1]]:{{.*}}: remark: no code without tensors: the new tensor goes by another name too, and is changed
    tn_replace(&w, g);
    tn_store(w, tn_mul(w, i + 1));
    s += tn_get_f32(w, 1) * 3 + tn_get_f32(g, 1);
  }
  return s;
}
/* What was stored into before goes by its new name alone, or is not changed: no matter which it is. */
APART static float filled(int n) {
  TN_SCOPE;
  float s = 0;
  // CHECK-DAG: scopes.c:[[@LINE+1]]:{{.*}}: remark: small tensors:
  tn_tensor w = tn_zeros(TN_F32, 4), one = tn_full(TN_F32, 1, 4);
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor next = tn_add(w, four(i));
    tn_set(next, i, 2);
    tn_replace(&w, next);
    if (i == 2) tn_replace(&w, one);
    s += tn_get_f32(w, 2) + tn_get_f32(w, 1);
  }
  return s + tn_get_f32(one, 0);
}
/* The old tensor stays readable for this turn. */
APART static float old(int n) {
  TN_SCOPE;
  float s = 0;
  // CHECK-DAG: scopes.c:[[@LINE+1]]:{{.*}}: remark: small tensors:
  tn_tensor w = tn_full(TN_F32, 1, 4);
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor before = w;
    tn_replace(&w, tn_add(tn_mul(w, 0.5f), four(i)));
    s += tn_get_f32(before, 1) - tn_get_f32(w, 1);
    tn_store(w, tn_add(w, before));
    s += tn_get_f32(before, 3);
  }
  return s;
}
/* A mark of no scope that is open. */
APART static float kept_in_none(int n) {
  float s = 0;
  const int64_t mark = tn_scope_begin();
  tn_scope_end(mark);
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    // CHECK-DAG: scopes.c:[[@LINE+1]]:{{.*}}: remark: no code without tensors: that the scope of tn_keep_in is open is not seen here
    tn_tensor y = tn_keep_in(mark, tn_mul(four(i), 2));
    s += tn_get_f32(y, 2);
  }
  return s;
}
APART static float kept_in_one_that_ends(int n) {
  float s = 0;
  int64_t mark = tn_scope_begin();
  for (int i = 0; i < n; i++) {
    const int64_t within = tn_scope_begin();
    if (i == 2) tn_scope_end(mark);
    // CHECK-DAG: scopes.c:[[@LINE+1]]:{{.*}}: remark: no code without tensors: that the scope of tn_keep_in is open is not seen here
    tn_tensor y = tn_keep_in(mark, tn_mul(four(i), 2));
    s += tn_get_f32(y, 2);
    if (i < 2) tn_scope_end(within);
  }
  return s;
}
APART static float kept_in(int n) {
  float s = 0;
  const int64_t mark = tn_scope_begin();
  // CHECK-DAG: scopes.c:[[@LINE+1]]:{{.*}}: remark: small tensors:
  tn_tensor y = tn_zeros(TN_F32, 4);
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    y = tn_keep_in(mark, tn_mul(tn_add(y, four(i)), 2));
    s += tn_get_f32(y, 2);
  }
  s += tn_get_f32(y, 1);
  tn_scope_end(mark);
  return s;
}
/* A scope that is ended twice. */
APART static float ended_twice(int n) {
  float s = 0;
  for (int i = 0; i < n; i++) {
    const int64_t mark = tn_scope_begin();
    // CHECK-DAG: scopes.c:[[@LINE+1]]:{{.*}}: remark: small tensors:
    tn_tensor y = tn_mul(tn_view_const(in + i, TN_F32, 4), 2);
    s += tn_get_f32(y, 2);
    tn_scope_end(mark);
    if (i == 2) tn_scope_end(mark);
  }
  return s;
}
/* Used behind its scope: left to the runtime, which in a checked build says so. (Not called here.) */
float outlived(int n);
float outlived(int n) {
  float s = 0;
  tn_tensor y = NULL, z = tn_zeros(TN_F32, 4);
  for (int i = 0; i < n; i++) {
    {
      TN_SCOPE;
      // CHECK-DAG: scopes.c:[[@LINE+1]]:{{.*}}: remark: no code without tensors: the tensor is used where its scope has ended; tn_keep it
      y = tn_add(z, four(i));
    }
    s += tn_get_f32(y, 1);
  }
  return s;
}
float outlived_by_a_turn(int n);
float outlived_by_a_turn(int n) {
  tn_tensor y = tn_zeros(TN_F32, 4);
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    // CHECK-DAG: scopes.c:[[@LINE+1]]:{{.*}}: remark: no code without tensors: the tensor is used where its scope has ended; tn_keep it
    y = tn_add(y, four(i));
  }
  return tn_get_f32(y, 1);
}
/* A tensor that is printed is one. */
APART static float printed(int n) {
  TN_SCOPE;
  tn_tensor w = tn_add(four(n), 1), y = tn_copy(w);
  // CHECK-DAG: scopes.c:[[@LINE+1]]:{{.*}}: remark: no code without tensors: 'print' is a call of the runtime
  tn_print(w);
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_replace(&y, tn_mul(y, 0.5f));
  }
  return tn_get_f32(y, 1);
}
/* Tensors of one call of many are the heap's. */
APART static int deep(int depth, float *sum) {
  TN_SCOPE;
  // CHECK-DAG: scopes.c:[[@LINE+1]]:{{.*}}: remark: no code without tensors: the function may call itself, and each call would take more of the stack
  tn_tensor y = tn_zeros(TN_F32, 4, 4);
  for (int i = 0; i < 2; i++) y = tn_tanh(tn_add(tn_matmul(tn_view_const(in, TN_F32, 4, 4), tn_transpose(y)), depth));
  const int below = depth ? deep(depth - 1, sum) : 0;
  *sum += tn_get_f32(y, 1, 2);
  return below + 1;
}

static void show(const char *name, double number) {
  const char *error = tn_error(); /* up to the mark, which is another in each run */
  printf("%s %a %.*s\n", name, number, (int)strcspn(error, "0123456789"), error);
  tn_clear_error();
}

int main(void) {
  for (int i = 0; i < 64; i++) in[i] = (float)(i * 37 % 64 - 31) / 16;
  TN_SCOPE;
  // RESULT: copied 0x1.9p+6
  show("copied", copied(5));
  // RESULT-NEXT: moved 0x1.ep+6
  show("moved", moved(5));
  show("filled", filled(5));
  show("old", old(5));
  // RESULT: f32[4]
  show("printed", printed(2));
  // RESULT: kept in none {{.*}} tn_keep_in:
  show("kept in none", kept_in_none(3));
  // RESULT-NEXT: kept in one that ends {{.*}} tn_keep_in:
  show("kept in one that ends", kept_in_one_that_ends(3));
  // RESULT-NEXT: kept in {{[0-9a-fxp.+-]*}} {{$}}
  show("kept in", kept_in(5));
  // RESULT-NEXT: ended twice {{.*}} tn_scope_end:
  show("ended twice", ended_twice(4));
  float sum = 0;
  printf("%d calls\n", deep(2000, &sum));
  // RESULT: deep
  show("deep", sum);
  return 0;
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Variable-length arrays and alloca between the ops of one straight piece, in the entry block and behind it: eager's results.
//
// RUN: %python %S/../exec/Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
// RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 2
#include <alloca.h>

#include "../exec/Inputs/show.h"

static float memory[8] = {1, 2, 3, 4, 5, 6, 7, 8};

__attribute__((noinline)) static tn_tensor array_first(tn_tensor a, int n) {
  float local[n];
  memcpy(local, memory, 8 * sizeof *local);
  return tn_add(tn_mul(a, 2), tn_mul(tn_view(local, TN_F32, 8), 3));
}

__attribute__((noinline)) static tn_tensor array_between(tn_tensor a, int n) {
  tn_tensor y = tn_tanh(tn_mul(a, 0.5f));
  float local[n];
  memcpy(local, memory, 8 * sizeof *local);
  local[2] = 7;
  return tn_add(tn_mul(y, 2), tn_mul(tn_view(local, TN_F32, 8), 3));
}

__attribute__((noinline)) static tn_tensor alloca_between(tn_tensor a, int n) {
  tn_tensor y = tn_tanh(tn_mul(a, 0.5f));
  float *local = alloca((size_t)n * sizeof *local);
  memcpy(local, memory, 8 * sizeof *local);
  return tn_add(tn_mul(y, 2), tn_mul(tn_view(local, TN_F32, 8), 3));
}

__attribute__((noinline)) static tn_tensor size_from_an_op(tn_tensor a) {
  tn_tensor y = tn_mul(a, 0.5f);
  float local[(int)tn_get_flat_f32(y, 7) * 2];
  memcpy(local, memory, sizeof local);
  return tn_add(tn_mul(y, 2), tn_mul(tn_view(local, TN_F32, 8), 3));
}

__attribute__((noinline)) static tn_tensor behind_the_entry(tn_tensor a, int n) {
  tn_tensor y = a;
  for (int i = 0; i < 3; i++) {
    y = tn_tanh(tn_mul(y, 0.5f));
    float *local = alloca((size_t)n * sizeof *local);
    memcpy(local, memory, 8 * sizeof *local);
    y = tn_add(tn_mul(y, 2), tn_mul(tn_view(local, TN_F32, 8), 3));
  }
  return y;
}

int main(void) {
  tn_tensor a = tn_view(memory, TN_F32, 8);
  show("array first", array_first(a, 8));
  show("array between", array_between(a, 8));
  show("alloca between", alloca_between(a, 8));
  show("size from an op", size_from_an_op(a));
  show("behind the entry", behind_the_entry(a, 8));
  return 0;
}

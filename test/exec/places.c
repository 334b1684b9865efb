/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * places.c - tn_store_at(u, f(u), i, j): the result is made where it is stored to, over inputs that are read as they were, row by
 * row or aside. Windows that look up, down, and aside, by one row and by several; other orders of reductions; products; starts from
 * the end and out of range; values of fewer dims; what may not be written to; what is looked at in between. What is in place is
 * told by the remarks.
 *
 * RUN: %python %S/Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 100 --guards 200
 * RUN: %clang -std=c11 -O2 -ffp-contract=off %plugin -Rpass=tenon-region %tenon_cflags %s -c -o %t.o 2>&1 | FileCheck %s
 */
#include "Inputs/show.h"

#define FUNCTION __attribute__((noinline)) static

enum { MOST = 48 * 80 };
static float memory[MOST], other[MOST];
static void fill(void) {
  for (int i = 0; i < MOST; i++)
    memory[i] = (float)(i * 37 % 101) - 40, other[i] = (float)(i * 53 % 97) / 8;
}
static void state(const char *what, double number) {
  unsigned long long hash = 14695981039346656037u;
  const unsigned char *p = (const unsigned char *)memory;
  for (size_t i = 0; i < sizeof memory; i++)
    hash = (hash ^ p[i]) * 1099511628211u;
  printf("%s %a %016llx %s\n", what, number != number ? 0 : number, hash, tn_error());
  tn_clear_error();
}

/* 8 x 8 of an array of rows of 80, from here on. */
static tn_tensor part(float *m, int64_t i, int64_t j) {
  const int64_t dims[] = {8, 8}, strides[] = {80, 1};
  return tn_view_strided(m + 80 * i + j, TN_F32, 2, dims, strides);
}

/* Windows of u, moved by (di, dj) and (ei, ej), meet in the middle one. */
FUNCTION float stencil(tn_tensor u, int64_t di, int64_t dj, int64_t ei, int64_t ej, int turns) {
  const int64_t m = tn_dim(u, 0), n = tn_dim(u, 1), b = 3;
  float change = 0;
  for (int turn = 0; turn < turns; turn++) {
    TN_SCOPE;
    tn_tensor x = tn_window(u, b + di, m - b + di, b + dj, n - b + dj), y = tn_window(u, b + ei, m - b + ei, b + ej, n - b + ej);
    tn_tensor here = tn_window(u, b, -b, b, -b);
    // CHECK-DAG: places.c:[[@LINE+1]]:{{.*}}1 reduction; written where tn_store_at puts it;
    tn_tensor next = tn_add(tn_mul(tn_add(x, y), 0.375f), tn_mul(here, 0.25f));
    change = tn_item_f32(tn_reduce_max(tn_abs(tn_sub(next, here))));
    tn_store_at(u, next, b, b);
  }
  return change;
}

/* The order of a sum can be seen, and that of elements is another one: not in place. */
FUNCTION float squares(tn_tensor u, int turns) {
  float sum = 0;
  for (int turn = 0; turn < turns; turn++) {
    TN_SCOPE;
    // CHECK-DAG: places.c:[[@LINE+1]]:{{.*}}1 reduction; 1 new tensor;
    tn_tensor next = tn_mul(tn_add(tn_window(u, 0, -2, 1, -1), tn_window(u, 2, TN_END, 1, -1)), 0.5f);
    sum = tn_item_f32(tn_sum(tn_square(next)));
    tn_store_at(u, next, 1, 1);
  }
  return sum;
}

FUNCTION void elements(tn_tensor u, int turns) {
  for (int turn = 0; turn < turns; turn++) {
    TN_SCOPE;
    // CHECK-DAG: places.c:[[@LINE+1]]:{{.*}}2 operations an element; 1 new tensor;
    tn_store_at(u, tn_mul(tn_add(tn_window(u, 0, -1, 0, -1), tn_window(u, 1, TN_END, 1, TN_END)), tn_window(u, 0, -1, 1, TN_END)), 1, 0);
  }
}

/* A row of a cache, from a product. */
FUNCTION float cache(tn_tensor rows, tn_tensor x, tn_tensor w, int64_t turns) {
  float sum = 0;
  for (int64_t turn = 0; turn < turns; turn++) {
    TN_SCOPE;
    // CHECK-DAG: places.c:[[@LINE+1]]:{{.*}}a matrix product with 1 operation an element; written where tn_store_at puts it;
    tn_store_at(rows, tn_add(tn_matmul(x, w), (float)turn), turn, 2);
    sum += tn_item_f32(tn_sum(tn_at(rows, turn)));
  }
  return sum;
}

/* By columns; and the transposed window of itself. */
FUNCTION float turned(tn_tensor u, int turns) {
  float most = 0;
  for (int turn = 0; turn < turns; turn++) {
    TN_SCOPE;
    tn_tensor next = tn_sub(tn_mul(tn_transpose(tn_window(u, 0, 20, 4, 24)), 0.5f), tn_window(u, 5, 25, 5, 25));
    most = tn_item_f32(tn_reduce_max(next));
    tn_store_at(u, next, 2, 3);
  }
  return most;
}

/* The row that is read for all rows is one of those. */
FUNCTION float spread(tn_tensor u, int turns) {
  float most = 0;
  for (int turn = 0; turn < turns; turn++) {
    TN_SCOPE;
    tn_tensor next = tn_add(tn_window(u, 1, 41, 0, 64), tn_mul(tn_at(tn_window(u, 0, 48, 0, 64), 7), tn_get_f32(u, 9, 9)));
    most = tn_item_f32(tn_reduce_max(next));
    tn_store_at(u, next, 3, 1);
  }
  return most;
}

/* Where the starts and the target are what the program says. */
FUNCTION void anywhere(tn_tensor u, tn_tensor x, int64_t i, int64_t j, int turns) {
  for (int turn = 0; turn < turns; turn++) {
    TN_SCOPE;
    tn_tensor next = tn_mul(tn_add(x, 1), 0.5f);
    const float least = tn_item_f32(tn_reduce_min(next));
    tn_store_at(u, next, i, j);
    state("anywhere", least);
  }
}

/* What is read is what is written to, by another name, or partly, or not. */
FUNCTION void by_names(tn_tensor u, const tn_tensor *x, int turns) {
  for (int turn = 0; turn < turns; turn++) {
    TN_SCOPE;
    // CHECK-DAG: places.c:[[@LINE+1]]:{{.*}}2 operations an element; written where tn_store_at puts it;
    tn_store_at(u, tn_add(tn_mul(x[turn % 7 * 3 % 4], 0.5f), 1), 2, 3);
  }
}

/* In between somebody looks, or may end the function. */
FUNCTION float watched(tn_tensor u, int turns) {
  float sum = 0;
  for (int turn = 0; turn < turns; turn++) {
    TN_SCOPE;
    // CHECK-NOT: places.c:[[@LINE+1]]:{{.*}}written where
    tn_tensor next = tn_mul(tn_window(u, 1, 9, 1, 9), 1.5f);
    sum += tn_item_f32(tn_reduce_max(next));
    sum += memory[83 + turn];
    sum += tn_get_f32(u, 1, 2 + turn);
    if (sum > 1e6f) return sum;
    tn_store_at(u, next, 1, 1);
  }
  return sum;
}

FUNCTION float peeked(tn_tensor u, int turns) {
  float sum = 0;
  for (int turn = 0; turn < turns; turn++) {
    TN_SCOPE;
    // CHECK-NOT: places.c:[[@LINE+1]]:{{.*}}written where
    tn_tensor next = tn_mul(tn_window(u, 1, 9, 1, 9), 1.5f);
    sum += tn_item_f32(tn_reduce_max(next)) + memory[83 + turn];
    tn_store_at(u, next, 1, 1);
  }
  return sum;
}

/* It has another name, and a use behind. */
FUNCTION float twice(tn_tensor u, int turns) {
  float sum = 0;
  tn_tensor last = tn_zeros(TN_F32, 8, 8);
  for (int turn = 0; turn < turns; turn++) {
    tn_tensor next = tn_mul(tn_window(u, turn, 8 + turn, 1, 9), 1.5f);
    sum += tn_item_f32(tn_reduce_max(next));
    tn_store_at(u, next, turn, 1);
    tn_set(u, 77, 2 + turn, 3);
    last = tn_add(last, next);
  }
  return sum + tn_item_f32(tn_sum(last));
}

int main(void) {
  const int64_t side[][2] = {{48, 80}, {8, 7}, {9, 40}, {7, 80}, {16, 8}};
  for (size_t s = 0; s < sizeof side / sizeof *side; s++) {
    TN_SCOPE;
    tn_tensor u = tn_view(memory, TN_F32, side[s][0], side[s][1]);
    for (int64_t move = -3; move <= 3; move++) {
      fill();
      state("rows", stencil(u, move, 0, 1, 0, 5));
      state("both", stencil(u, move, -move, -1, 2, 5));
      state("columns", stencil(u, 0, move, 0, -move, 5));
    }
    fill();
    state("squares", squares(u, 5));
    elements(u, 5);
    state("elements", 0);
  }
  TN_SCOPE;
  tn_tensor u = tn_view(memory, TN_F32, 48, 80);
  fill();
  state("other memory", stencil(tn_window(u, 2, 40, 4, 70), 1, 1, -2, 0, 5) + stencil(tn_transpose(u), 1, 0, -1, 0, 5));
  state("cache", cache(u, tn_view(other, TN_F32, 5), tn_view(other + 9, TN_F32, 5, 70), 9));
  state("cache of itself", cache(u, tn_view(memory + 100, TN_F32, 5), tn_view(memory + 40, TN_F32, 5, 70), 9));
  fill();
  state("turned", turned(u, 5));
  state("spread", spread(u, 5));
  anywhere(u, part(other, 0, 0), 3, 5, 4);
  for (int64_t i = 0; i < 7; i++)
    anywhere(u, part(memory, 3, 3), i, i % 3 + 2, 4);
  anywhere(u, part(memory, 0, 0), -8, -8, 2);
  anywhere(u, part(memory, 0, 0), -7, -8, 2);
  anywhere(u, part(memory, 0, 0), 41, 0, 2);
  anywhere(u, part(memory, 0, 0), -49, 0, 2);
  anywhere(u, tn_at(u, 4), 9, 0, 4);
  anywhere(tn_at(u, 4), tn_at(u, 5), 0, 0, 2);
  anywhere(u, tn_view(other, TN_F64, 4, 4), 3, 5, 2);
  anywhere(tn_view_const(memory, TN_F32, 48, 80), part(other, 0, 0), 3, 5, 2);
  const int64_t dims[] = {40, 40}, strides[] = {0, 1};
  anywhere(tn_view_strided(memory, TN_F32, 2, dims, strides), part(other, 0, 0), 3, 5, 2);
  anywhere(tn_slice_step(u, 0, TN_END, 0, -1), part(memory, 0, 0), 3, 5, 4);
  anywhere(u, tn_zeros(TN_F32, 0, 8), 3, 5, 2);
  anywhere(NULL, part(memory, 0, 0), 3, 5, 2);
  fill();
  state("watched", watched(u, 5));
  const tn_tensor names[] = {part(other, 0, 0), part(memory, 1, 1), part(memory, 2, 3), part(memory, 9, 11)};
  for (int turns = 1; turns < 9; turns++) {
    by_names(u, names, turns);
    state("by names", turns);
  }
  state("peeked", peeked(u, 5));
  state("twice", twice(u, 5));
  return 0;
}

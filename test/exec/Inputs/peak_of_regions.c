/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * peak_of_regions.c - regions of constant shapes, whose peaks of memory remarks give, and what malloc sees of each. All tensors have
 * 1 MiB: one size of the allocator, which asks malloc for a block only where none is idle, so that what it has asked for
 * is the most that was in use at once. For each function: "NAME BYTES", less what was there when its region began.
 */
#include <stdio.h>
#include <tenon.h>

#include "../../Inputs/allocations.h"

enum { N = 512, BYTES = N * N * 4 };
static float memory[3][N * N];
static tn_tensor x(int i) { return tn_view(memory[i], TN_F32, N, N); }

/* A result, and what two products leave for a third. */
tn_tensor results(void) {
  tn_tensor a = tn_exp(tn_matmul(x(0), x(1))), b = tn_tanh(tn_matmul(x(1), x(2)));
  return tn_matmul(a, b);
}

/* Temporaries of one way are gone when the other's are taken. */
float ways(int left, int both) {
  TN_SCOPE;
  float sum = 0;
  if (left) {
    tn_tensor a = tn_exp(tn_matmul(x(0), x(1)));
    sum += tn_item_f32(tn_sum(tn_matmul(a, a)));
  }
  if (both) {
    tn_tensor a = tn_tanh(tn_matmul(x(1), x(2))), b = tn_exp(tn_matmul(x(0), x(1)));
    sum += tn_item_f32(tn_sum(tn_add(tn_matmul(a, b), tn_matmul(b, a))));
  }
  return sum;
}

/* A scope in each turn; the old value stays until it ends. */
tn_tensor turns(int n) {
  tn_tensor w = tn_zeros(TN_F32, N, N);
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor h = tn_tanh(tn_matmul(x(0), w));
    tn_replace(&w, tn_sub(w, tn_matmul(h, x(1))));
  }
  return w;
}

/* No scope: the old value ends at once. */
tn_tensor without_scope(int n) {
  tn_tensor w = tn_zeros(TN_F32, N, N);
  for (int i = 0; i < n; i++) tn_replace(&w, tn_tanh(tn_matmul(x(0), w)));
  return w;
}

/* What is kept outlives its scope. */
tn_tensor kept(void) {
  tn_tensor k;
  {
    TN_SCOPE;
    tn_tensor h = tn_exp(tn_matmul(x(0), x(1)));
    printf("%g\n", tn_get_flat(h, 3));
    k = tn_keep(tn_matmul(h, h));
  }
  return tn_sqrt(tn_abs(tn_matmul(k, x(2))));
}

/* Ended by hand. */
tn_tensor freed(void) {
  tn_tensor h = tn_exp(tn_matmul(x(0), x(1)));
  printf("%g\n", tn_get_flat(h, 3));
  tn_tensor k = tn_matmul(h, h);
  tn_free(h);
  return tn_matmul(tn_tanh(tn_matmul(k, x(2))), k);
}

/* More with each turn. */
tn_tensor growing(int n) {
  tn_tensor w = tn_exp(x(0));
  for (int i = 0; i < n; i++) w = tn_tanh(tn_matmul(x(1), w));
  return w;
}

#define MEASURE(name, before, call)                                                                                    \
  do {                                                                                                                 \
    TN_SCOPE;                                                                                                          \
    tn_trim();                                                                                                         \
    allocations_start();                                                                                               \
    (void)(call);                                                                                                      \
    fprintf(stderr, "%s %lld\n", name, (long long)allocations_large() - (before) * BYTES);                             \
  } while (0)

int main(void) {
  for (int i = 0; i < 3 * N * N; i++) (&memory[0][0])[i] = (float)(i % 17) * 0.001f;
  allocations_are_large_from(BYTES);
  MEASURE("results", 0, results());
  MEASURE("ways", 0, ways(1, 1));
  MEASURE("turns", 1, turns(5)); /* the zeros */
  MEASURE("without_scope", 1, without_scope(5));
  MEASURE("kept", 0, kept());
  MEASURE("freed", 0, freed());
  MEASURE("growing", 0, growing(1));
  MEASURE("growing", 0, growing(5));
  if (!tn_ok()) puts(tn_error());
  return !tn_ok();
}

/* Not run: formulas. */
tn_tensor sized(const float *p, int64_t n, int64_t m) {
  tn_tensor a = tn_view_const(p, TN_F32, n, m), e = tn_exp(tn_matmul(a, tn_transpose(a)));
  return tn_matmul(tn_add(e, tn_transpose(e)), a);
}
tn_tensor alternatives(const double *p, int64_t n, int64_t m, int both) {
  tn_tensor a = tn_view_const(p, TN_F64, n, m), s;
  if (both) s = tn_matmul(tn_exp(tn_matmul(a, tn_transpose(a))), a);
  else s = tn_exp(tn_mul(a, a));
  return s;
}
float none(const float *p, int64_t n) { return tn_item_f32(tn_sum(tn_exp(tn_view_const(p, TN_F32, n)))); }
tn_tensor unknown(tn_tensor *x, tn_tensor *y) { return tn_exp(tn_add(*x, *y)); }

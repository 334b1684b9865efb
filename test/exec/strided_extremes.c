/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * strided_extremes.c - maxima and minima over all of windows, which kernels gather row by row where the rows
 * are long enough: sizes around that, rows longer than a block, three axes, results beside the reduction, NaN and zeros of
 * both signs, by one and two threads.
 *
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s -o %t.eager %tenon_libs
 * RUN: %clang -std=c11 -O2 %plugin -Rpass=tenon %tenon_cflags %s -o %t %tenon_libs 2>&1 | FileCheck %s
 * RUN: %t.eager > %t.eager.txt
 * RUN: env TENON_NUM_THREADS=1 %t > %t.txt && diff %t.eager.txt %t.txt
 * RUN: env TENON_NUM_THREADS=2 %t > %t.txt && diff %t.eager.txt %t.txt
 * RUN: env TENON_NUM_THREADS=2 TENON_ISA=v2 %t > %t.txt && diff %t.eager.txt %t.txt
 *
 * CHECK: one kernel: {{.*}}2 reductions; 1 new tensor
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <tenon.h>

#define NOINLINE __attribute__((noinline))

static uint64_t hash_of(tn_tensor t) {
  uint64_t hash = 1469598103934665603u;
  const float *p = tn_data_const(t);
  for (int64_t i = 0; i < tn_size(t); i++) {
    uint32_t word = 0x7fc00000;
    if (p[i] == p[i]) memcpy(&word, p + i, 4);
    hash = (hash ^ word) * 1099511628211u;
  }
  return hash;
}

static void show(const char *name, double v) {
  if (v != v) printf("%s nan ", name);
  else printf("%s %a ", name, v);
}

NOINLINE static void planes(tn_tensor x, tn_tensor y) {
  tn_tensor d = tn_sub(tn_mul(x, 0.5f), y);
  const float most = tn_item_f32(tn_reduce_max(d)), least = tn_item_f32(tn_reduce_min(d));
  show("most", most);
  show("least", least);
  printf("%016llx\n", (unsigned long long)hash_of(d));
}

/* One operand is the same for each row, one for each element of a row, one a number. */
NOINLINE static void broadcast(tn_tensor x, tn_tensor column, tn_tensor row) {
  show("column", tn_item_f32(tn_reduce_max(tn_mul(x, column))));
  show("row", tn_item_f32(tn_reduce_max(tn_mul(x, row))));
  show("number", tn_item_f32(tn_reduce_min(tn_mul(tn_abs(x), tn_at(row, 0)))));
  putchar('\n');
}

static float a[3 * 40 * 5000], b[3 * 40 * 5000];

int main(void) {
  static const int64_t widths[] = {4, 31, 32, 33, 34, 63, 64, 66, 67, 1000, 1026, 2050, 4097};
  for (int64_t i = 0; i < 3 * 40 * 5000; i++) a[i] = (float)(i * 7919 % 100003) - 5e4f, b[i] = (float)(i * 104729 % 99991) / 3;
  for (int i = 0; i < 13; i++) {
    TN_SCOPE;
    const int64_t n = widths[i];
    tn_tensor x = tn_view(a, TN_F32, 3, 40, n), y = tn_view(b, TN_F32, 3, 40, n);
    planes(tn_window(x, 0, 2, 1, -1, 1, -1), tn_window(y, 1, 3, 0, -2, 2, TN_END));
    planes(tn_window(x, 0, 2, 1, -1, 1, -1), tn_slice_step(tn_window(y, 1, 3, 0, -2, 2, TN_END), 2, TN_END, TN_END, -1));
    planes(tn_window(x, 0, 1, 3, 4, 1, -1), tn_window(y, 1, 2, 0, 1, 2, TN_END));
    broadcast(tn_window(x, 0, 3, 1, 40, 1, n), tn_view(b, TN_F32, 39, 1), tn_view(b + 7, TN_F32, n - 1));
  }
  for (int i = 0; i < 4; i++) { // zeros of both signs, then a NaN, first at the far end
    TN_SCOPE;
    tn_tensor x = tn_view(a, TN_F32, 50, 100), y = tn_view(b, TN_F32, 50, 100);
    for (int k = 0; k < 5000; k++) a[k] = -0.0f, b[k] = 0.0f;
    if (i & 1) a[37 * 100 + 50] = b[20 * 100 + 60] = -1.0f;
    if (i & 2) a[48 * 100 + 98] = NAN;
    planes(tn_window(x, 1, 49, 1, 99), tn_window(y, 1, 49, 1, 99));
    planes(tn_window(x, 1, 40, 1, 60), tn_window(x, 2, 41, 2, 61));
  }
  printf("%s\n", tn_error());
  return 0;
}

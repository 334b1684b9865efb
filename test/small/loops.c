// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Small tensors of constant shape in loops become code without tensors: the bits of the eager calls, and their errors.
//
// REQUIRES: x86-v3
// RUN: %clang -std=c11 -O1 -w -ffp-contract=off %tenon_cflags %s -o %t.eager %tenon_libs
// RUN: %t.eager > %t.eager.txt
// RUN: FileCheck %s --check-prefix=RESULT < %t.eager.txt
// RUN: %clang -std=c11 -O2 -ffp-contract=off -march=x86-64-v3 -Rpass=tenon-static -Rpass-analysis=tenon-static %plugin %tenon_cflags %s -o %t %tenon_libs 2> %t.remarks.txt
// RUN: FileCheck %s --implicit-check-not=remark: < %t.remarks.txt
// RUN: %t > %t.txt
// RUN: diff %t.eager.txt %t.txt
// RUN: %clang -std=c11 -O3 -w -ffp-contract=off -march=x86-64-v3 -fplugin-arg-tenon-check %plugin %tenon_cflags %s -o %t.check %tenon_libs
// RUN: %t.check > %t.txt && diff %t.eager.txt %t.txt
// RUN: %clang -std=c11 -O2 -w -ffp-contract=off -march=x86-64-v3 -g %plugin %tenon_cflags %s -o %t.debug %tenon_libs
// RUN: %t.debug > %t.txt && diff %t.eager.txt %t.txt
// A target without fma: the function as it was, and a copy for processors with it, in which the program's own products
// and sums are rounded twice all the same.
// RUN: %clang -std=c11 -O2 -ffp-contract=on -Rpass=tenon-static -Rpass-analysis=tenon-static %plugin %tenon_cflags %s -o %t %tenon_libs 2> %t.remarks.txt
// RUN: FileCheck %s --implicit-check-not=remark: < %t.remarks.txt
// RUN: env TENON_ISA=v3 %t > %t.txt && diff %t.eager.txt %t.txt
// RUN: env TENON_ISA=v2 %t > %t.txt && diff %t.eager.txt %t.txt
// RUN: %clang -std=c11 -O3 -w -g -ffp-contract=fast %plugin %tenon_cflags %s -o %t %tenon_libs && %t > %t.txt && diff %t.eager.txt %t.txt
// Longer vectors are reason enough for a copy.
// RUN: %clang -std=c11 -O2 -w -ffp-contract=on %plugin %tenon_cflags %s -S -emit-llvm -o - | FileCheck %s --check-prefix=COPY
// COPY: define internal {{.*}} @addresses.tenon.v3(
#include <stdio.h>
#include <string.h>
#include <tenon.h>

#define APART __attribute__((noinline))
static float in[512], out[256];
static tn_tensor kept;
APART static void take(tn_tensor t) { kept = t; }
static tn_tensor outside(void) { return kept; }

/* Of all that is called, nothing is left in the loop; NULL is the eager call's error. */
APART static float dense(const float *x, const float *w, int n) {
  float sum = 0;
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    // CHECK: loops.c:[[@LINE+1]]:{{.*}}: remark: small tensors: 10 calls became code without tensors;
    tn_tensor row = tn_view_const(x + 8 * i, TN_F32, 8), weights = tn_view_const(w, TN_F32, 8, 4);
    tn_tensor y = tn_tanh(tn_matmul(row, weights));
    tn_tensor all = tn_softmax(tn_mul(y, 3), 0);
    sum += tn_get_f32(all, i & 3) + tn_item_f32(tn_reduce_max(y));
  }
  return sum;
}
APART static void carried(float *restrict p, int n) {
  TN_SCOPE;
  // CHECK: loops.c:[[@LINE+1]]:{{.*}}: remark: small tensors: 10 calls became code without tensors;
  tn_tensor w = tn_zeros(TN_F32, 4, 4), one = tn_full(TN_F32, 0.5f, 4, 4);
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    if (in[i] < 0) continue;
    tn_replace(&w, tn_add(tn_matmul(w, one), in[i]));
    if (tn_get_f32(w, i & 3, 1) > 8) break;
  }
  tn_store(tn_view(p, TN_F32, 4, 4), w);
}
/* An element out of range: NaN, and the error of the eager call. */
APART static double read(int from, int to) {
  double sum = 0;
  for (int i = from; i < to; i++) {
    TN_SCOPE;
    // CHECK: loops.c:[[@LINE+1]]:{{.*}}: remark: small tensors: 5 calls became code without tensors;
    tn_tensor y = tn_add(tn_view_const(in, TN_F32, 2, 3), i);
    const float v = tn_get_f32(y, 1, i);
    const double u = tn_get_flat(y, i + 1);
    sum += (v == v ? v : 100) + (u == u ? u : 1000);
  }
  return sum;
}
APART static float addresses(int n) {
  TN_SCOPE;
  float sum = 0;
  for (int i = 0; i < n; i++) {
    // CHECK: loops.c:[[@LINE+1]]:{{.*}}: remark: small tensors: 4 calls became code without tensors;
    tn_tensor y = tn_mul(tn_view_const(in, TN_F32, 7), i);
    const float *p = tn_data_const(y);
    for (int j = 0; j < 7; j++) sum = sum * 0.5f + p[j];
  }
  return sum;
}
static float own(float a, float b, float c) { return a * b + c; }
APART static float products(float a, float b, int n) {
  TN_SCOPE;
  float sum = b;
  // CHECK: loops.c:[[@LINE+1]]:{{.*}}: remark: small tensors: 8 calls became code without tensors;
  tn_tensor h = tn_zeros(TN_F32, 3, 3);
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    h = tn_keep(tn_tanh(tn_add(tn_matmul(h, tn_view_const(in + i, TN_F32, 3, 3)), i)));
    sum = own(sum, a, tn_get_f32(h, 1, 2)) * a + b;
  }
  return sum;
}
/* Pointers out of memory may be NULL: each then is the eager call's error, and what is made of it is NULL. */
static struct network { const float *x, *w; float *y; } nets[6];
APART static int loaded(const struct network *net, int n, float *sum) {
  TN_SCOPE;
  int there = 0;
  // CHECK: loops.c:[[@LINE+1]]:{{.*}}: remark: small tensors: 18 calls became code without tensors;
  tn_tensor h = tn_full(TN_F32, 0.25f, 4);
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor x = tn_view_const(net[i].x, TN_F32, 4);
    tn_tensor y = tn_tanh(tn_add(tn_matmul(x, tn_view_const(net[i].w, TN_F32, 4, 4)), h));
    tn_replace(&h, y);
    if (y) there |= 1 << i;
    if (tn_store(tn_view(net[i].y, TN_F32, 4), tn_concat(0, tn_slice(y, 0, 0, 2), tn_slice(h, 0, 2, TN_END)))) there |= 256 << i;
    tn_tensor either = i & 1 ? h : y;
    const float v = tn_get_f32(either, i), u = tn_item_f32(tn_sum(tn_mul(h, i)));
    *sum += (v == v ? v : 100) + u;
  }
  return there;
}
/* What must stay as it was. */
APART static void given(int n) {
  TN_SCOPE;
  for (int i = 0; i < n; i++) {
    // CHECK: loops.c:[[@LINE+1]]:{{.*}}: remark: no code without tensors: the tensor is given to 'take', which is not part of this function
    take(tn_add(tn_view_const(in, TN_F32, 4), i));
  }
}
APART static tn_tensor returned(int n) {
  tn_tensor y = tn_zeros(TN_F32, 4);
  for (int i = 0; i < n; i++) y = tn_add(y, in[i]);
  // CHECK: loops.c:[[@LINE+1]]:{{.*}}: remark: no code without tensors: the tensor leaves the function by return, and would need memory of the runtime; store it into a view
  return y;
}
APART static float from_outside(int n) {
  TN_SCOPE;
  float sum = 0;
  for (int i = 0; i < n; i++)
    // CHECK: loops.c:[[@LINE+1]]:{{.*}}: remark: no code without tensors: this tensor comes from outside of the function
    sum += tn_item_f32(tn_sum(tn_mul(outside(), i)));
  return sum;
}
APART static float large(int n) {
  TN_SCOPE;
  float sum = 0;
  for (int i = 0; i < n; i++)
    // CHECK: loops.c:{{.*}}: remark: no code without tensors: a tensor has more than 512 elements
    sum += tn_item_f32(tn_sum(tn_full(TN_F32, i, 513)));
  return sum;
}
APART static float fails(int n) {
  TN_SCOPE;
  float sum = 0;
  for (int i = 0; i < n; i++) {
    // CHECK: loops.c:[[@LINE+1]]:{{.*}}: remark: no code without tensors: that the index is in range for 4 elements is not known before the program runs; read the array itself
    tn_tensor row = tn_at(tn_full(TN_F32, 1, 4, 2), i);
    sum += row ? tn_item_f32(tn_sum(row)) : 50;
  }
  return sum;
}
APART static float once(void) { return tn_item_f32(tn_sum(tn_view_const(in, TN_F32, 4))); }

static void show(const char *name, double number) {
  uint64_t hash = 1469598103934665603u;
  for (int i = 0; i < 256; i++) {
    uint32_t bits = 0x7fc00000;
    if (out[i] == out[i]) memcpy(&bits, &out[i], 4);
    hash = (hash ^ bits) * 1099511628211u;
  }
  if (number != number) number = 999;
  printf("%s %016llx %a %s\n", name, (unsigned long long)hash, number, tn_error());
  tn_clear_error();
}

int main(void) {
  for (int i = 0; i < 512; i++) in[i] = (float)(i * 37 % 64 - 31) / 16;
  TN_SCOPE;
  show("dense", dense(in, in + 100, 40));
  // RESULT: dense {{.*}}tn_view
  show("dense", dense(in, NULL, 3));
  // RESULT: dense {{.*}} 0x0p+0 {{$}}
  show("dense", dense(in, NULL, 0));
  for (int n = 0; n < 20; n += 3) carried(out, n), show("carried", 0);
  show("read", read(0, 3));
  // RESULT: read {{.*}}tn_get
  show("read", read(1, 6));
  show("read", read(-7, 1));
  show("read", read(5, 6));
  show("addresses", addresses(5));
  for (int n = 0; n < 30; n += 7) show("products", products(0.7f, 1.1f, n));
  for (int miss = 0; miss < 8; miss++)
    for (int i = 0; i < 5; i++) { // NULL here and there, an index out of range at the end
      float sum = 0;
      for (int k = 0; k < 6; k++) nets[k] = (struct network){in + 3 * k, in + 5 * k, out + 4 * k};
      for (int k = i; k < 6; k += 2) {
        if (miss & 1) nets[k].x = NULL;
        if (miss & 2) nets[k].w = NULL;
        if (miss & 4) nets[k].y = NULL;
      }
      const int there = loaded(nets, i + (miss > 0), &sum);
      printf("%x ", there);
      show("loaded", sum);
    }
  given(3);
  show("given", tn_get_f32(tn_add(tn_zeros(TN_F32, 4), 1), 1));
  show("returned", tn_get_f32(returned(5), 2));
  kept = tn_full(TN_F32, 3, 5);
  show("from_outside", from_outside(4));
  show("large", large(3));
  // RESULT: fails {{.*}}tn_at
  show("fails", fails(6));
  show("once", once());
  // RESULT: end
  puts("end");
  return 0;
}

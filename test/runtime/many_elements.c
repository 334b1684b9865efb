/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * many_elements.c - tensors of more than 2^31 elements, and offsets above 2^32 bytes and elements: 20 GiB of address space of
 * which a few pages are touched.
 *
 * UNSUPPORTED: asan
 * RUN: %clang -std=c11 -O2 %tenon_cflags %s -o %t.eager %tenon_libs
 * RUN: %clang -std=c11 -O2 %plugin %tenon_cflags %s -o %t.compiled %tenon_libs
 * RUN: %t.eager > %t.txt
 * RUN: FileCheck %s < %t.txt
 * RUN: %t.compiled | diff %t.txt -
 */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "../exec/Inputs/show.h"

#define NOINLINE __attribute__((noinline))
NOINLINE static tn_tensor far(tn_tensor t, int64_t i) { return tn_mul(tn_add(tn_slice(t, 0, i, i + 4), 1), 2); }
NOINLINE static tn_tensor far_rows(tn_tensor m) { return tn_sum(tn_mul(tn_slice(m, 0, -3, TN_END), 2), 1); }
NOINLINE static double element(tn_tensor t, int64_t i) { return tn_get_flat(t, i) * 3; }
NOINLINE static bool store_far(tn_tensor t, int64_t i) { return tn_store_at(t, tn_full(TN_F32, 5, 2), i); }
NOINLINE static tn_tensor spread(tn_tensor s) { return tn_exp(tn_mul(s, 0.5f)); }

int main(void) {
  const int64_t n = INT64_C(5) << 30; /* 5.4e9 floats */
  float *p = mmap(NULL, (size_t)n * 4, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return puts("no address space"), 1;
  for (int64_t i = n - 4096; i < n; i++) p[i] = (float)(i % 100);
  p[INT64_C(1) << 32] = 7;
  tn_tensor t = tn_view(p, TN_F32, n), m = tn_view(p, TN_F32, n >> 10, 1 << 10);
  /* CHECK: size 5368709120
   * CHECK: far 1[4] 41800000 40000000 40000000 40000000 #
   * CHECK: end 1[4] 42080000 42100000 42180000 42200000 #
   * CHECK: rows 1[3]
   * CHECK: element 4035000000000000
   * CHECK: element 404c800000000000
   * CHECK: out of range nan "tn_get_flat: index 5368709120 is out of range
   * CHECK: stored 3ff0000000000000
   * CHECK: far 1[4] 41400000 41400000 40000000 40000000 #
   * CHECK: spread 1[2 2] 3f800000 3f800000 3f800000 420476
   */
  printf("size %lld\n", (long long)tn_size(t));
  show("far", far(t, INT64_C(1) << 32));
  show("end", far(t, n - 4));
  show("rows", far_rows(m));
  show_number("element", element(t, INT64_C(1) << 32));
  show_number("element", element(t, -1));
  show_number("out of range", element(t, n));
  show_number("stored", store_far(t, INT64_C(1) << 32));
  show("far", far(t, INT64_C(1) << 32));
  p[INT64_C(1) << 32] = 7;
  const int64_t dims[2] = {2, 2}, strides[2] = {(INT64_C(1) << 32) - 8, 8};
  show("spread", spread(tn_view_strided(p, TN_F32, 2, dims, strides)));
  return 0;
}

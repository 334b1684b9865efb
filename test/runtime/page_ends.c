/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * page_ends.c - operands that begin right behind an unmapped page, and operands that end right before one, aligned or not:
 * nothing outside the named elements is read or written, by eager ops and by kernels; what stands around them stays.
 *
 * RUN: %clang -std=c11 -O2 %tenon_cflags %s %S/../Inputs/launches.c -o %t.eager %tenon_libs
 * RUN: %clang -std=c11 -O2 %plugin %tenon_cflags %s %S/../Inputs/launches.c -o %t.compiled %tenon_libs
 * RUN: env TENON_NUM_THREADS=1 %t.eager > %t.eager.txt
 * RUN: env TENON_ISA=v2 %t.compiled kernels > %t.v2.txt
 * RUN: diff %t.eager.txt %t.v2.txt
 * RUN: env TENON_ISA=v2 %t.eager > %t.v2.txt
 * RUN: diff %t.eager.txt %t.v2.txt
 * RUN: %if x86-v3 %{ env TENON_ISA=v3 %t.compiled kernels > %t.v3.txt %}
 * RUN: %if x86-v3 %{ diff %t.eager.txt %t.v3.txt %}
 * RUN: %if x86-v3 %{ env TENON_ISA=v3 %t.eager > %t.v3.txt %}
 * RUN: %if x86-v3 %{ diff %t.eager.txt %t.v3.txt %}
 * RUN: %if x86-v4 %{ env TENON_ISA=v4 %t.compiled kernels > %t.v4.txt %}
 * RUN: %if x86-v4 %{ diff %t.eager.txt %t.v4.txt %}
 * RUN: %if x86-v4 %{ env TENON_ISA=v4 %t.eager > %t.v4.txt %}
 * RUN: %if x86-v4 %{ diff %t.eager.txt %t.v4.txt %}
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#include "../Inputs/launches.h"
#include "../exec/Inputs/show.h"

#define NOINLINE __attribute__((noinline))
static float bump(float v) { return v > 0.5f ? v * 2 : v - 1; }

NOINLINE static bool chain(tn_tensor out, tn_tensor x, tn_tensor y) { return tn_store(out, tn_tanh(tn_sub(tn_mul(x, y), 0.5f))); }
NOINLINE static bool mapped(tn_tensor out, tn_tensor x, tn_tensor y) { return tn_store(out, tn_map(bump, tn_add(x, y))); }
NOINLINE static bool in_place(tn_tensor out, tn_tensor x, tn_tensor y) {
  return tn_store(out, tn_add(x, y)) && tn_store(out, tn_mul(tn_exp(out), 0.5f));
}
NOINLINE static bool sums(tn_tensor out, tn_tensor x, tn_tensor y) {
  const float a = tn_item_f32(tn_sum(tn_mul(x, y))), b = tn_item_f32(tn_reduce_max(x)), c = tn_item_f32(tn_var(y));
  return tn_store(out, a + b + c);
}
NOINLINE static bool soft(tn_tensor out, tn_tensor x, tn_tensor y) { return tn_store(out, tn_softmax(tn_add(x, y), -1)); }
NOINLINE static bool dot(tn_tensor out, tn_tensor x, tn_tensor y) { return tn_store(out, tn_matmul(x, y)); }
NOINLINE static bool moved(tn_tensor out, tn_tensor x, tn_tensor y) {
  (void)y;
  return tn_store(out, tn_slice_step(tn_sort(x, -1), -1, TN_END, TN_END, -1));
}
NOINLINE static bool product(tn_tensor out, tn_tensor x, tn_tensor y) { return tn_store(out, tn_relu(tn_add(tn_matmul(x, y), 0.25f))); }
NOINLINE static bool columns(tn_tensor out, tn_tensor x, tn_tensor y) { return tn_store(out, tn_sub(x, tn_mean_keepdims(tn_mul(x, y), 0))); }

typedef bool function(tn_tensor, tn_tensor, tn_tensor);

enum { BYTES = 1 << 16 };
static char *pages[3]; /* each BYTES long, between two unmapped pages */

/* n floats at the beginning or the end of piece i, `shift` bytes from there. */
static float *place(int i, int64_t n, bool end, int shift) {
  memset(pages[i], 0x77, BYTES);
  char *p = end ? pages[i] + BYTES - n * 4 - shift : pages[i] + shift;
  uint32_t state = (uint32_t)(n + i);
  for (int64_t k = 0; k < n; k++) {
    state = state * 1664525u + 1013904223u;
    const float v = (float)(state >> 8) * 0x1p-23f - 1;
    memcpy(p + 4 * k, &v, 4);
  }
  return (float *)p;
}

static void check(const char *name, function *f, int rank, const int64_t *dims_out, const int64_t *dims_x, const int64_t *dims_y) {
  for (int end = 0; end < 2; end++)
    for (int s = 0; s < 4; s++) {
      TN_SCOPE;
      static const int shifts[] = {0, 4, 12, 3}; /* aligned, as C asks for floats, as it does not */
      const int shift = shifts[s];
      int64_t n[3] = {1, 1, 1};
      for (int d = 0; d < rank; d++) n[0] *= dims_out[d], n[1] *= dims_x[d], n[2] *= dims_y[d];
      float *p[3];
      for (int i = 0; i < 3; i++) p[i] = place(i, n[i], end, shift);
      tn_tensor out = tn_view_n(p[0], TN_F32, rank, dims_out), x = tn_view_n(p[1], TN_F32, rank, dims_x),
                y = tn_view_n(p[2], TN_F32, rank, dims_y);
      char what[80];
      snprintf(what, sizeof what, "%s %lld %s %d", name, (long long)n[1], end ? "end" : "begin", shift);
      if (!f(out, x, y)) show("failed", NULL);
      show(what, out);
      for (int i = 0; i < 3; i++)
        for (char *q = pages[i]; q < pages[i] + BYTES; q++)
          if ((q < (char *)p[i] || q >= (char *)p[i] + 4 * n[i]) && *q != 0x77) {
            printf("%s: piece %d: written %lld bytes from its place\n", what, i, (long long)(q - (char *)p[i]));
            break;
          }
    }
}

int main(int argc, char **argv) {
  (void)argv;
  const long page = sysconf(_SC_PAGESIZE);
  for (int i = 0; i < 3; i++) {
    char *p = mmap(NULL, (size_t)(BYTES + 2 * page), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED || mprotect(p + page, BYTES, PROT_READ | PROT_WRITE)) return puts("no memory"), 1;
    pages[i] = p + page;
  }
  static const int64_t sizes[] = {0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 1000, 4095, 4096, 4097, 8193};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    const int64_t n = sizes[s], one = 1;
    check("chain", chain, 1, &n, &n, &n);
    check("mapped", mapped, 1, &n, &n, &n);
    check("in place", in_place, 1, &n, &n, &n);
    if (n) check("sums", sums, 1, &one, &n, &n);
    check("soft", soft, 1, &n, &n, &n);
    check("dot", dot, 1, &one, &n, &n);
    check("moved", moved, 1, &n, &n, &n);
  }
  static const int64_t mkn[][3] = {{1, 1, 1}, {3, 5, 7}, {17, 16, 33}, {5, 300, 2}, {64, 65, 66}, {2, 3, 0}, {1, 7, 40}, {30, 9, 1}};
  for (size_t s = 0; s < sizeof mkn / sizeof *mkn; s++) {
    const int64_t *d = mkn[s];
    check("product", product, 2, (int64_t[]){d[0], d[2]}, (int64_t[]){d[0], d[1]}, (int64_t[]){d[1], d[2]});
    check("columns", columns, 2, (int64_t[]){d[0], d[1]}, (int64_t[]){d[0], d[1]}, (int64_t[]){1, d[1]});
  }
  if (argc > 1 && launches() < 700) return printf("only %llu kernels\n", (unsigned long long)launches()), 1;
  return 0;
}

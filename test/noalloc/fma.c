/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * fma.c - a product of doubles on a target without fma: rounded once, whatever the numbers, without libm in the function.
 *
 * RUN: %clang -std=c11 -O2 %plugin %tenon_cflags -c %s -o %t.o
 * RUN: llvm-nm -u %t.o | FileCheck %s --implicit-check-not=tn_
 * RUN: %clang -std=c11 -O2 %tenon_cflags %t.o -o %t -lm
 * RUN: %t
 *
 * CHECK: fma
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <tenon.h>

/* c = fma(a, b, 0), then fma(x, y, c): two terms of a sum over k. */
TN_PRAGMA(noalloc) __attribute__((noinline)) static void multiply(const double *x, const double *y, double *z) {
  tn_store(tn_view(z, TN_F64, 1, 2), tn_matmul(tn_view_const(x, TN_F64, 1, 2), tn_view_const(y, TN_F64, 2, 2)));
}

static uint64_t state = 88172645463325252u;
static uint64_t next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}
static double real_of(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}
static uint64_t bits_of(double x) {
  uint64_t bits = UINT64_C(0x7ff8000000000000);
  if (x == x) memcpy(&bits, &x, sizeof bits);
  return bits;
}
/* Any bits, numbers near each other in size, few bits set, denormals, specials. */
static double pick(int kind) {
  static const double special[] = {0., -0., 1, -1, INFINITY, -INFINITY, NAN, 0x1p-1074, -0x1p-1074, 0x1.fffffffffffffp1023, 0x1p-1022,
                                   -0x1.fffffffffffffp1023, 0x1.fffffffffffffp-1023, 0x1p-537, 0x1p-538, 0x1.0000000000001p0};
  const uint64_t r = next(), fraction = r & ((UINT64_C(1) << 52) - 1), sign = r & UINT64_C(1) << 63;
  switch (kind) {
  case 0: return real_of(r);
  case 1: return real_of(sign | (UINT64_C(1023) + (next() & 63) - 32) << 52 | fraction);
  case 2: return real_of(sign | (UINT64_C(1023) + (next() & 127) - 64) << 52 | (fraction & fraction << 20 & fraction >> 9));
  case 3: return real_of(sign | (next() & 3) << 52 | (fraction >> (next() & 63)));
  case 4: return real_of(sign | (UINT64_C(1023 - 540) + (next() & 63)) << 52 | fraction);
  case 5: return real_of(sign | (UINT64_C(2046) - (next() & 3)) << 52 | fraction);
  case 6: return real_of(sign | (UINT64_C(1023) + (next() & 1) * 2000 - 1000 + (next() & 15)) << 52 | ~(fraction & 7));
  default: return special[r >> 60];
  }
}

int main(void) {
  for (int i = 0; i < 3000000; i++) {
    double x[2], y[4], z[2];
    for (int j = 0; j < 2; j++) x[j] = pick((int)(next() >> 61));
    for (int j = 0; j < 4; j++) y[j] = pick((int)(next() >> 61));
    /* Often the second product all but cancels the first. */
    if (i % 3 == 0) x[0] = x[1], y[0] = -y[2] * (1 + (double)((int)(next() & 15) - 8) * 0x1p-52), y[1] = y[0];
    multiply(x, y, z);
    for (int j = 0; j < 2; j++) {
      const double expected = fma(x[1], y[2 + j], fma(x[0], y[j], 0.));
      if (bits_of(z[j]) != bits_of(expected)) {
        printf("%a * %a + %a * %a: %a, not %a\n", x[0], y[j], x[1], y[2 + j], z[j], expected);
        return 1;
      }
    }
  }
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * float_environment.c - the caller's rounding mode, flush-to-zero and exception masks are as they were after every kind of
 * op, denormals are kept, and a rounding mode that the caller chose is respected, on other threads too.
 *
 * REQUIRES: x86_64
 * RUN: %clang -std=c11 -O2 -frounding-math %tenon_cflags %s %S/../Inputs/launches.c -o %t.eager %tenon_libs
 * RUN: %clang -std=c11 -O2 %plugin %tenon_cflags %s %S/../Inputs/launches.c -o %t.compiled %tenon_libs
 * RUN: env TENON_NUM_THREADS=1 %t.eager
 * RUN: env TENON_NUM_THREADS=2 %t.eager
 * RUN: env TENON_NUM_THREADS=1 %t.compiled kernels
 * RUN: env TENON_NUM_THREADS=3 %t.compiled kernels
 * RUN: env TENON_ISA=v2 %t.compiled kernels
 */
#include <fenv.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <xmmintrin.h>

#include <tenon.h>

#include "../Inputs/launches.h"

enum { N = 300000, FLAGS = 0x3f };
static float x[N], y[N], out[N];
static int failures;
#define CHECK(condition, ...)                                                                                          \
  do {                                                                                                                 \
    if (!(condition)) failures++, printf("line %d: %s: ", __LINE__, #condition), printf(__VA_ARGS__), putchar('\n');   \
  } while (0)

__attribute__((noinline)) static void everything(void) {
  TN_SCOPE;
  tn_tensor a = tn_view(x, TN_F32, N), b = tn_view(y, TN_F32, N), m = tn_view(x, TN_F32, 300, 1000);
  tn_tensor t = tn_add(tn_exp(tn_mul(a, 0.01f)), tn_sigmoid(b));
  t = tn_sub(t, tn_sin(tn_mul(tn_tanh(t), 1e7f)));
  volatile double keep = tn_item(tn_sum(tn_log(tn_abs(t)))) + tn_item(tn_var(a));
  keep += tn_get_flat(tn_softmax(m, -1), 5) + tn_get_flat(tn_matmul(m, tn_transpose(m)), 7);
  keep += tn_get_flat(tn_sort(a, 0), 3) + (double)tn_item_i64(tn_sum(tn_cast(a, TN_I32)));
  keep += tn_item(tn_sum(tn_div(tn_cast(a, TN_I32), tn_cast(b, TN_I32))));
  tn_store(tn_view(out, TN_F32, N), tn_mul(t, 2));
}

__attribute__((noinline)) static void add_into_out(void) {
  tn_store(tn_view(out, TN_F32, N), tn_sub(tn_add(tn_view(x, TN_F32, N), tn_view(y, TN_F32, N)), 0.0f));
}
__attribute__((noinline)) static void halve_into_out(void) {
  tn_store(tn_view(out, TN_F32, N), tn_mul(tn_mul(tn_view(x, TN_F32, N), 0.5f), 0.5f));
}

int main(int argc, char **argv) {
  (void)argv;
  for (int i = 0; i < N; i++) x[i] = (float)i * 0.37f - 3, y[i] = 1e-3f * (float)(i % 1000);
  everything(); /* threads start in the ordinary environment */

  static const unsigned roundings[] = {_MM_ROUND_NEAREST, _MM_ROUND_DOWN, _MM_ROUND_UP, _MM_ROUND_TOWARD_ZERO};
  for (int r = 0; r < 4; r++)
    for (int ftz = 0; ftz < 2; ftz++) {
      const unsigned before = _mm_getcsr(), set = (before & ~(0x6000u | 0x8040u | FLAGS)) | roundings[r] | (ftz ? 0x8040u : 0);
      _mm_setcsr(set);
      everything();
      const unsigned after = _mm_getcsr();
      _mm_setcsr(before);
      CHECK((after & ~(unsigned)FLAGS) == set, "MXCSR was %x, is %x", set, after); /* flags may be raised */
    }
  CHECK(tn_ok(), "%s", tn_error());

  /* Flags that were raised stay raised. */
  feclearexcept(FE_ALL_EXCEPT);
  feraiseexcept(FE_DIVBYZERO | FE_UNDERFLOW);
  everything();
  CHECK(fetestexcept(FE_DIVBYZERO) && fetestexcept(FE_UNDERFLOW), "flags were lowered");

  /* Nothing traps that the caller did not ask to trap. */
  for (int i = 0; i < N; i++) x[i] = (float)(i + 1), y[i] = 0x1p-24f * (float)(i + 1) * 0.5f;
  for (int r = 0; r < 4; r++) {
    const unsigned before = _mm_getcsr();
    _mm_setcsr((before & ~0x6000u) | roundings[r]);
    add_into_out();
    _mm_setcsr(before);
    int wrong = -1;
    for (int i = 0; i < N && wrong < 0; i++) {
      /* Exactly, then rounded as asked. */
      const double exact = (double)x[i] + (double)y[i];
      float want = (float)exact;
      if (r == 1 && (double)want > exact) want = nextafterf(want, -HUGE_VALF);
      if (r == 2 && (double)want < exact) want = nextafterf(want, HUGE_VALF);
      if (r == 3 && (double)want > exact) want = nextafterf(want, 0);
      if (memcmp(&want, &out[i], 4)) wrong = i;
    }
    CHECK(wrong < 0, "rounding %d, element %d: %a + %a is %a", r, wrong, x[wrong], y[wrong], out[wrong]);
  }

  /* Denormals: kept as operands and as results. */
  for (int i = 0; i < N; i++) x[i] = (float)(i % 64 + 1) * 0x1p-140f;
  halve_into_out();
  int wrong = -1;
  for (int i = 0; i < N && wrong < 0; i++)
    if (out[i] != x[i] * 0.25f || out[i] == 0) wrong = i;
  CHECK(wrong < 0, "element %d: %a / 4 is %a", wrong, x[wrong], out[wrong]);

  if (argc > 1) CHECK(launches() > 20, "only %llu kernels", (unsigned long long)launches());
  return failures != 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * specialize.c - `#pragma tenon specialize(n = 1, 32)`: versions of a function for numbers that a parameter often is. Whatever the number, the
 * bits are those of the eager program, errors too; there is one version for each number, and their dims are numbers.
 *
 * RUN: %python %S/Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 10 --guards 60
 * RUN: %clang -std=c11 -O2 %if x86_64 %{ -march=x86-64-v3 %} %plugin %tenon_cflags -Rpass=tenon -Rpass-missed=tenon-specialize -c %s -o %t/o 2> %t/remarks
 * RUN: FileCheck %s --input-file=%t/remarks
 * RUN: llvm-nm %t/o | grep -E " [tT] layer(\.n1|\.n32)?$" | count 3
 * RUN: llvm-nm %t/o | grep -E " [tT] layer(\.n[0-9]+)?$" | count 3
 * RUN: not %clang -std=c11 -O2 -DWRONG %plugin %tenon_cflags -c %s -o %t/o 2>&1 | FileCheck %s --check-prefix=WRONG
 */
#include <stdarg.h>
#include <stdlib.h>

#include "Inputs/show.h"

static float memory[64 * 48], weights[48 * 24], bias[24];

/* CHECK-DAG: remark: versions of layer for n = 1,32
 * CHECK-DAG: remark: region: 7 tensor calls in 2 kernels; new tensors: 3072 bytes
 * CHECK-DAG: remark: region: 7 tensor calls in 2 kernels; new tensors: 96 bytes
 * CHECK-DAG: remark: region: 7 tensor calls in 2 kernels; new tensors: 4*n*24 bytes
 */
#pragma tenon specialize(n = 1, 32)
tn_tensor layer(const float *p, int64_t n) {
  tn_tensor x = tn_view_const(p, TN_F32, n, 48), w = tn_view_const(weights, TN_F32, 48, 24);
  tn_tensor h = tn_add(tn_matmul(x, w), tn_view_const(bias, TN_F32, 24));
  return tn_softmax(tn_tanh(h), -1);
}

/* CHECK-DAG: remark: small tensors: {{[0-9]+}} calls became code without tensors; 68 bytes of the frame
 */
#pragma tenon specialize(n = 4)
float turns(const float *a, const float *u, int n, int count) {
  TN_SCOPE;
  tn_tensor m = tn_view_const(a, TN_F32, n, n), v = tn_view_const(u, TN_F32, n), x = tn_zeros(TN_F32, n);
  for (int i = 0; i < count; i++) {
    TN_SCOPE;
    tn_replace(&x, tn_add(tn_mul(tn_matmul(m, x), 0.125f), v));
  }
  return tn_item_f32(tn_sum(x));
}

static int calls;
#pragma tenon specialize(n = 2, 2, 0), fp(strict)
static __attribute__((noinline)) float by_loops(int n, float scale) { /* a struct's return, locals, statics, branches */
  static int turns;
  float local[16] = {0};
  turns++;
  for (int i = 0; i < n; i++) local[i] = scale * (float)(i + turns);
  tn_tensor s = tn_sum(tn_mul(tn_view(local, TN_F32, n > 16 ? 16 : n), 0.5f));
  calls += n;
  if (n == 3) return (float)turns;
  return tn_item_f32(s) + (float)turns;
}

/* CHECK-DAG: remark: no versions of many: it has variable arguments [
 */
#pragma tenon specialize(n = 1)
float many(int n, ...) {
  va_list list;
  va_start(list, n);
  double sum = 0;
  for (int i = 0; i < n; i++) sum += va_arg(list, double);
  va_end(list);
  return tn_item_f32(tn_sum(tn_mul(tn_full(TN_F32, sum, 4), 2)));
}

#ifdef WRONG
/* WRONG: specialize.c:[[@LINE+2]]:1: error: tenon: 'specialize' wants an integer parameter of 'no_such', which 'm' is not
 */
#pragma tenon specialize(m = 1)
void no_such(int n) { (void)n; }
/* WRONG: specialize.c:[[@LINE+2]]:1: error: tenon: 'specialize' wants an integer parameter of 'no_number', which 'x' is not
 */
#pragma tenon specialize(x = 1)
void no_number(float x) { (void)x; }
/* WRONG: specialize.c:[[@LINE+2]]:15: warning: 'specialize' in '#pragma tenon' needs a parameter and one to four numbers, as '(n = 1, 32)'; it is ignored
 */
#pragma tenon specialize(n, 32)
void no_list(int n) { (void)n; }
#endif

int main(void) {
  for (int i = 0; i < 64 * 48; i++) memory[i] = (float)(i % 29) * 0.07f - 1;
  for (int i = 0; i < 48 * 24; i++) weights[i] = (float)(i % 31) * 0.05f - 0.7f;
  for (int i = 0; i < 24; i++) bias[i] = (float)i * 0.1f;
  static const int64_t sizes[] = {0, 1, 2, 31, 32, 33, 64, -1};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    TN_SCOPE;
    tn_tensor y = layer(memory, sizes[i]);
    if (y) show("layer", y);
    else printf("%s\n", tn_error());
    tn_clear_error();
  }
  for (int n = 0; n < 5; n++) show_number("by_loops", by_loops(n, 0.25f));
  for (int n = 3; n < 6; n++) printf("turns %a\n", turns(weights, memory, n, 7));
  printf("%d %a\n", calls, many(3, 1.0, 2.0, 0.5));
  return 0;
}

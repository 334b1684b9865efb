/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * no_tensors.c - calls of another file's functions that have nothing to do with tensors (TN_NO_TENSORS, const, pure), in loops and
 * branches: output, the program's own stores and what the functions keep stay in order, and kernels go across them. Without the
 * macro the same program has more kernels, for what comes before such a call is finished before it.
 *
 * RUN: %python %S/Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --other %S/Inputs/no_tensors_other.c --kernels 15
 * RUN: %clang -std=c11 -O2 %plugin %tenon_cflags -Rpass=tenon-region -c %s -o %t/o 2>&1 | FileCheck %s
 * RUN: %clang -std=c11 -O2 %plugin %tenon_cflags -DSAYS_NOTHING -Rpass=tenon-region -c %s -o %t/o 2>&1 | FileCheck %s --check-prefix=NOTHING
 */
#include <stdio.h>

#include "Inputs/no_tensors.h"
#include "Inputs/show.h"

#define NOINLINE __attribute__((noinline))
static float a[64], b[64];
static tn_tensor va(void) { return tn_view(a, TN_F32, 8, 8); }
static tn_tensor vb(void) { return tn_view(b, TN_F32, 8, 8); }

NOINLINE static void turns(tn_tensor x, tn_tensor y, int n) {
  for (int i = 0; i < n; i++) {
    TN_SCOPE;
    tn_tensor h = tn_tanh(tn_mul(x, 0.5f));
    report(i, (float)reported);
    tn_tensor g = tn_add(h, y);
    report(i, 0.5f);
    (void)tn_store(x, tn_mul(g, 0.75f));
  }
}
/* One kernel a turn; else what comes before each call is one.
 * CHECK: no_tensors.c:[[@LINE-4]]:{{[0-9]+}}: remark: one kernel: 4 operations an element; written into the stored-to tensor; no temporaries
 * NOTHING: no_tensors.c:[[@LINE-9]]:{{[0-9]+}}: remark: one kernel: 2 operations an element;
 * NOTHING: no_tensors.c:[[@LINE-8]]:{{[0-9]+}}: remark: one kernel: 1 operation an element;
 * NOTHING: no_tensors.c:[[@LINE-7]]:{{[0-9]+}}: remark: one kernel: 1 operation an element; written into the stored-to tensor
 */

NOINLINE static float reads(tn_tensor x) { /* what is read goes to a call, and what that gives into the next op */
  tn_tensor s = tn_exp(tn_mul(x, scaled(0.5f)));
  const float first = tn_get_flat_f32(s, 3);
  set_weight(1, first);
  tn_tensor t = tn_mul(tn_add(s, weight(1)), scaled(first));
  set_weight(1, 3);
  return tn_item_f32(tn_sum(tn_add(t, weight(1))));
}

NOINLINE static void own_stores(tn_tensor x) { /* a store of one's own into a view stays an effect, on both sides of a call */
  tn_tensor y = tn_mul(x, 2);
  report(0, a[5]);
  a[5] = 17;
  tn_tensor z = tn_add(x, y);
  report(1, a[5]);
  show("z", tn_sqrt(tn_abs(z)));
}

NOINLINE static tn_tensor branches(tn_tensor x, int which) {
  tn_tensor y = tn_sigmoid(tn_sub(x, 0.25f));
  if (which & 1) report(which, 1);
  else if (which & 2) return report(which, 2), tn_neg(y);
  tn_tensor z = tn_mul(y, y);
  for (int i = 0; i < which; i++) report(i, weight(i));
  return tn_add(z, x);
}

NOINLINE static void errors(int rows) { /* the first error is the op's, and is there behind the calls */
  tn_tensor x = tn_mul(va(), 2), wrong = tn_add(x, tn_zeros(TN_F32, rows, 3));
  report(2, 3);
  tn_tensor y = tn_mul(wrong, x);
  report(3, 3);
  printf("%d, %s\n", tn_ok(), tn_error());
  show("y", y);
  tn_clear_error();
}

int main(void) {
  for (int i = 0; i < 64; i++) a[i] = (float)i * 0.25f - 3, b[i] = 1.f / (float)(i + 1);
  turns(va(), vb(), 5);
  show("a", va());
  printf("%a\n", reads(va()));
  own_stores(va());
  for (int i = 0; i < 4; i++) show("branch", branches(vb(), i));
  errors(8);
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * own_calls.c - calls of the program's own in a function that promises noalloc: what is computed from a view before a call that may
 * change the view's memory is kept; of one that has nothing to do with tensors (TN_NO_TENSORS) it need not be.
 *
 * RUN: %clang -std=c11 -O2 %plugin %tenon_cflags -Rpass=tenon -c %s -o %t.o 2>&1 | FileCheck %s
 */
#include <tenon.h>

void unknown(int turn);
TN_NO_TENSORS void apart(int turn);

// CHECK: own_calls.c:[[@LINE+3]]:{{[0-9]+}}: remark: noalloc: 3 operations without the runtime; 1 temporary, 256 bytes
TN_PRAGMA(noalloc)
void kept(float *restrict p, float *restrict out) {
  tn_tensor x = tn_view(p, TN_F32, 64), h = tn_exp(x);
  unknown(1);
  (void)tn_store(tn_view(out, TN_F32, 64), tn_add(h, 1));
}

// CHECK: own_calls.c:[[@LINE+3]]:{{[0-9]+}}: remark: noalloc: 3 operations without the runtime; no temporary
TN_PRAGMA(noalloc)
void across(float *restrict p, float *restrict out) {
  tn_tensor x = tn_view(p, TN_F32, 64), h = tn_exp(x);
  apart(1);
  (void)tn_store(tn_view(out, TN_F32, 64), tn_add(h, 1));
}

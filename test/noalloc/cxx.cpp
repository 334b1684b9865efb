// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `noalloc` in C++: scopes vanish, numbers are operands, nothing of the runtime is left.
//
// RUN: %clangxx -std=c++17 -O2 %plugin %tenon_cflags -Rpass=tenon -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: llvm-nm -u %t.o | FileCheck %s --check-prefix=SYMBOLS --allow-empty
// RUN: %clangxx -std=c++17 -O1 -g %plugin %tenon_cflags -c %s -o %t.o
// RUN: llvm-nm -u %t.o | FileCheck %s --check-prefix=SYMBOLS --allow-empty
// SYMBOLS-NOT: tn_
#include <tenon.h>

// CHECK: remark: noalloc: {{[0-9]+}} operations without the runtime
#pragma tenon noalloc
float step(float *memory, int i, float rate) {
  TN_SCOPE;
  tn_tensor t = tn_view(memory, TN_F32, 8);
  tn_store(t, tn_exp(tn_mul(t, rate)));
  if (i > 2)
    tn_store(t, tn_sub(t, tn_mean(t)));
  return tn_item_f32(tn_sum(tn_add(t, 1))) + tn_get_f32(t, i & 7);
}

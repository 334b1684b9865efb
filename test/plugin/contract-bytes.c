// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bytes in remarks are in the names of contracts, where no call that makes the tensor says more: as a promise in a function that
// other files may call, as a fact where every caller was seen to keep it.
//
// RUN: %clang -std=c11 -O2 %plugin -Rpass=tenon %tenon_cflags -c %s -o %t.o 2>&1 | FileCheck %s
#include <tenon.h>

// CHECK-DAG: contract-bytes.c:[[@LINE+3]]:{{[0-9]+}}: remark: region: {{.*}} new tensors: 4*batch*10 bytes (by contract); temporaries: none; by blocks of rows: 4*batch*2*hidden bytes (by contract)
tn_tensor layers(tn_tensor x TN_SHAPE(batch, 784), tn_tensor w0 TN_SHAPE(784, 2 * hidden),
                 tn_tensor w1 TN_SHAPE(2 * hidden, 10)) {
  return tn_matmul(tn_tanh(tn_matmul(x, w0)), w1);
}

// CHECK-DAG: contract-bytes.c:[[@LINE+2]]:{{[0-9]+}}: remark: region: {{.*}} new tensors: 4*n*(m+1) bytes;
__attribute__((noinline)) static tn_tensor scaled(tn_tensor x TN_SHAPE(n, m + 1), tn_tensor y TN_SHAPE(m + 1)) {
  return tn_exp(tn_mul(x, y));
}

tn_tensor caller(float *p, float *q, int64_t n) {
  return scaled(tn_view(p, TN_F32, n, 8), tn_view(q, TN_F32, 8));
}

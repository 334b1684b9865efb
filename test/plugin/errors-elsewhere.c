// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Errors in the file: clang's own diagnostics, the same as without the plugin, and no crash.
//
// RUN: rm -f %t.o
// RUN: not %clang -std=c11 -O2 %plugin %tenon_cflags -c %s -o %t.o 2> %t.with
// RUN: not %clang -std=c11 -O2 %tenon_cflags -c %s -o %t.o 2> %t.without
// RUN: diff %t.with %t.without
// RUN: not test -e %t.o
// RUN: FileCheck %s < %t.with
#include <tenon.h>

tn_tensor fine(tn_tensor a) { return tn_exp(tn_mul(a, 2)); }

// CHECK: errors-elsewhere.c:[[@LINE+1]]:{{[0-9]+}}: error: use of undeclared identifier 'b'
tn_tensor undeclared(tn_tensor a) { return tn_exp(tn_mul(a, b)); }

// CHECK: error: Tenon: an operand is a tensor or a number
tn_tensor pointer(tn_tensor a, float *p) { return tn_add(a, p); }

// CHECK: error: {{.*}}tn_maximum(x, y) goes by elements
tn_tensor no_max(tn_tensor a) { return tn_max(a, 1); }

// CHECK: error: {{.*}}more than 8 dims
tn_tensor nine(void) { return tn_zeros(TN_F32, 1, 2, 3, 4, 5, 6, 7, 8, 9); }

// CHECK: error: expected expression
tn_tensor syntax(tn_tensor a) { return tn_exp(tn_mul(a, ; }

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `off`: the tensor calls of the function stay calls, inlined into others or not; the rest of the file is compiled.
//
// RUN: %clang -O2 %plugin %tenon_cflags -DOFF="tenon off" -c %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s --check-prefix=OFF
// RUN: %clang -O2 %plugin %tenon_cflags -DOFF="tenon fp(strict)" -c %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s --check-prefix=ON
// RUN: %clang -O2 %plugin %tenon_cflags -DOFF="tenon off" -DOTHER -Rpass=tenon -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=OTHER
#include <tenon.h>

// OFF-NOT: tn_rt_launch
// OFF: U tn_exp
// ON: U tn_rt_launch
#define PRAGMA_(text) _Pragma(#text)
#define PRAGMA(text) PRAGMA_(text)
PRAGMA(OFF)
tn_tensor chain(tn_tensor a) { return tn_exp(tn_mul(a, 2)); }

PRAGMA(OFF)
static tn_tensor helper(tn_tensor a) { return tn_exp(tn_mul(a, 3)); }
tn_tensor caller(tn_tensor a) { return helper(a); }

#ifdef OTHER
// OTHER-NOT: pragma-off.c:1{{[0-9]}}:
// OTHER: pragma-off.c:[[@LINE+1]]:{{.*}} remark: one kernel
tn_tensor other(tn_tensor a) { return tn_exp(tn_mul(a, 4)); }
#endif

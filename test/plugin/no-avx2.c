// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A CPU without AVX2: the v2 versions of the stages hold no instruction beyond x86-64-v2, nor does anything around the
// stages, whatever else is in the object; -march=native has no say in it.
//
// REQUIRES: x86_64
// RUN: %clang -O3 %plugin %tenon_cflags -c %s -o %t.o
// RUN: llvm-objdump -d --no-show-raw-insn %t.o > %t.s
// RUN: FileCheck %s < %t.s
// RUN: %python -c "import re,sys; [sys.exit(f'{name}: {line}') for name, body in re.findall(r'^[0-9a-f]+ <([^>]+)>:\n((?:.+\n)*)', open(sys.argv[1]).read(), re.M) if not re.search(r'\.v[34]\b', name) for line in body.splitlines() if re.search(r'[yz]mm|\bv[a-z]+[a-z0-9]*\s+%%xmm|vfmadd|\{%%k|\bandn\b|\bbzhi|\bshlx|\bshrx|\bsarx|\bmulx|\blzcnt|\btzcnt', line)]" %t.s
// CHECK: .v2>:
// CHECK: .v3>:
// CHECK: {{[yz]mm}}
#include <tenon.h>

tn_tensor chain(tn_tensor a, tn_tensor b) { return tn_tanh(tn_exp(tn_sub(tn_mul(a, b), 0.5f))); }
tn_tensor rows(tn_tensor a) { return tn_softmax(tn_mul(a, 2), -1); }
tn_tensor layer(tn_tensor x, tn_tensor w, tn_tensor b) { return tn_erf(tn_add(tn_matmul(x, w), b)); }
tn_tensor doubles(const double *p, int n) { return tn_pow(tn_add(tn_view_const(p, TN_F64, n), 1), 1.5); }
double sums(tn_tensor a) { return tn_item(tn_sum(tn_sin(tn_mul(a, a)))) + tn_item(tn_var(a)); }

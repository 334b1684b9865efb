// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `#pragma tenon` before a function. Unknown clauses name the nearest known one; what is known and right says nothing.
//
// RUN: %clang -O2 %plugin %tenon_cflags -Rpass=tenon -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %clang -O2 %plugin %tenon_cflags -Werror -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: %if gcc %{ %gcc -std=c11 -Wall -Wno-unknown-pragmas -O2 %tenon_cflags -c %s -o %t.gcc.o %}
// RUN: %clang -O2 -Wno-unknown-pragmas -Werror %tenon_cflags -c %s -o %t.plain.o
#include <tenon.h>

// CHECK: pragmas.c:[[@LINE+1]]:{{[0-9]+}}: warning: unknown clause 'fpp' in '#pragma tenon' is ignored; did you mean 'fp'?
#pragma tenon fpp(fast)
tn_tensor misspelt(tn_tensor a) { return tn_exp(tn_mul(a, 2)); }
// ERROR: error: unknown clause 'fpp'

// CHECK: pragmas.c:[[@LINE+1]]:{{[0-9]+}}: warning: unknown clause 'of' in '#pragma tenon' is ignored; did you mean 'off'?
#pragma tenon of
tn_tensor misspelt_off(tn_tensor a) { return tn_exp(tn_mul(a, 2)); }

// CHECK: pragmas.c:[[@LINE+1]]:{{[0-9]+}}: warning: unknown clause 'quickly' in '#pragma tenon' is ignored [-Wunknown-pragmas]
#pragma tenon quickly(1, 2), fp(strict)
tn_tensor strange(tn_tensor a) { return tn_exp(tn_mul(a, 2)); }

// CHECK: pragmas.c:[[@LINE+1]]:{{[0-9]+}}: warning: 'fp' in '#pragma tenon' needs '(strict)' or '(fast)'
#pragma tenon fp(loose)
tn_tensor loose(tn_tensor a) { return tn_exp(tn_mul(a, 2)); }

// CHECK: pragmas.c:[[@LINE+1]]:{{[0-9]+}}: warning: 'fp' in '#pragma tenon' needs '(strict)' or '(fast)'
#pragma tenon fp
tn_tensor alone(tn_tensor a) { return tn_exp(tn_mul(a, 2)); }

// A clause that is not known takes its arguments along and nothing else: what follows is off, so there is no remark.
// CHECK: pragmas.c:[[@LINE+3]]:{{[0-9]+}}: warning: unknown clause 'maybe' in '#pragma tenon' is ignored
// CHECK: pragmas.c:[[@LINE+2]]:{{[0-9]+}}: warning: unknown clause 'nested' in '#pragma tenon' is ignored
// CHECK-NOT: pragmas.c:[[@LINE+2]]
#pragma tenon maybe nested(a(b), c) off
tn_tensor unknown_and_off(tn_tensor a) { return tn_exp(tn_mul(a, 2)); }

// CHECK-NOT: warning:
#pragma tenon off
tn_tensor off(tn_tensor a) { return tn_exp(tn_mul(a, 2)); }
#pragma tenon fp(fast)
tn_tensor fast(tn_tensor a) { return tn_exp(tn_mul(a, 2)); }
TN_PRAGMA(fp(strict))
tn_tensor strict(tn_tensor a) { return tn_exp(tn_mul(a, 2)); }

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions and macros of the program that take the names of tensor functions: an error, unless they are
// local and so no function of the unit.
//
// RUN: not %clang -std=c11 -O2 %plugin %tenon_cflags -DOTHER_TYPE -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=TYPE
// RUN: not %clang -std=c11 -O2 %plugin %tenon_cflags -DOWN_FUNCTION -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=OWN
// RUN: not %clang -std=c11 -O2 %plugin %tenon_cflags -DOWN_MACRO -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=MACRO
// RUN: %clang -std=c11 -O2 %plugin %tenon_cflags -DLOCAL %s -o %t %tenon_libs
// RUN: %t | FileCheck %s --check-prefix=LOCAL
#include <stdio.h>
#include <tenon.h>

#ifdef OTHER_TYPE
// TYPE: error: conflicting types for 'tn_exp'
float tn_exp(float x) { return x + 1; }
#endif
#ifdef OWN_FUNCTION
// OWN: shadowing.c:[[#@LINE+1]]:11: error: tenon: 'tn_exp' is a tensor function of <tenon.h>; give your function another name
tn_tensor tn_exp(tn_tensor x) { return tn_neg(x); }
#endif
#ifdef OWN_MACRO
// MACRO: shadowing.c:[[#@LINE+1]]:9: error: tenon: macro 'tn_exp' takes the name of a tensor function of <tenon.h>; give it another name
#define tn_exp(x) tn_neg(x)
// MACRO: note: it is declared here
// MACRO: shadowing.c:[[#@LINE+2]]:9: error: tenon: macro 'tn_add' takes the name of a tensor function of <tenon.h>; give it another name
#undef tn_add
#define tn_add(x, y) tn_sub(x, y)
#endif

tn_tensor use(tn_tensor x) { return tn_exp(tn_add(x, 1)); }


#ifdef LOCAL
static float plus(float (*tn_exp)(float), float x) { return tn_exp(x); }
static float tn_mine(float x) { return x + 1; }
// LOCAL: 3
int main(void) {
  printf("%g\n", (double)plus(tn_mine, 2));
  return 0;
}
#endif

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * map-type.c - tn_map of a function of integers.
 *
 * RUN: not %clang -std=c11 %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: not %clangxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2>&1 | FileCheck %s --check-prefix=CXX
 * RUN: %if gcc %{ env LC_ALL=C not %gcc -std=c11 %tenon_cflags -S -o /dev/null %s 2> %t.gcc %}
 * RUN: %if gcc %{ grep -E -m1 "error:|warning:" %t.gcc | FileCheck %s --check-prefix=GCC %}
 * RUN: %if g++ %{ env LC_ALL=C not %gxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2> %t.gxx %}
 * RUN: %if g++ %{ grep -m1 error: %t.gxx | FileCheck %s --check-prefix=GXX %}
 */
#include <tenon.h>

int twice(int v);
tn_tensor doubled(tn_tensor x) { return tn_map(twice, x); }
/* CHECK: map-type.c:15:41: error: static assertion failed: Tenon: tn_map takes a function float f(float) or double f(double)
 * CHECK: error
 * CXX: error: {{.*}}no matching function for call to 'tn_map'
 * GCC: error: {{.*}}static assertion failed: "Tenon: tn_map takes a function float f(float) or double f(double)"
 * GXX: error: {{.*}}no matching function for call to 'tn_map(int (&)(int)
 * Do: write it for float or double, and tn_cast before and behind.
 */

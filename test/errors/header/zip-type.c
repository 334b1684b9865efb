/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * zip-type.c - tn_zip of a function of one argument.
 *
 * RUN: not %clang -std=c11 %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: not %clangxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2>&1 | FileCheck %s --check-prefix=CXX
 * RUN: %if gcc %{ env LC_ALL=C not %gcc -std=c11 %tenon_cflags -S -o /dev/null %s 2> %t.gcc %}
 * RUN: %if gcc %{ grep -E -m1 "error:|warning:" %t.gcc | FileCheck %s --check-prefix=GCC %}
 * RUN: %if g++ %{ env LC_ALL=C not %gxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2> %t.gxx %}
 * RUN: %if g++ %{ grep -m1 error: %t.gxx | FileCheck %s --check-prefix=GXX %}
 */
#include <tenon.h>

float twice(float v);
tn_tensor doubled(tn_tensor x) { return tn_zip(twice, x, x); }
/* CHECK: zip-type.c:15:41: error: static assertion failed: Tenon: tn_zip takes a function float f(float, float) or double f(double, double)
 * CHECK: error
 * CXX: error: {{.*}}no matching function for call to 'tn_zip'
 * GCC: error: {{.*}}static assertion failed: "Tenon: tn_zip takes a function float f(float, float) or double f(double, double)"
 * GXX: error: {{.*}}no matching function for call to 'tn_zip(float (&)(float)
 * Do: tn_map is for functions of one argument.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * op-of-memory.c - an op of one operand, of memory.
 *
 * RUN: not %clang -std=c11 %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: not %clangxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2>&1 | FileCheck %s --check-prefix=CXX
 * RUN: %if gcc %{ env LC_ALL=C %gcc -std=c11 %tenon_cflags -S -o /dev/null %s 2> %t.gcc %}
 * RUN: %if gcc %{ grep -E -m1 "error:|warning:" %t.gcc | FileCheck %s --check-prefix=GCC %}
 * RUN: %if g++ %{ env LC_ALL=C not %gxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2> %t.gxx %}
 * RUN: %if g++ %{ grep -m1 error: %t.gxx | FileCheck %s --check-prefix=GXX %}
 */
#include <tenon.h>

tn_tensor power(double *p) { return tn_exp(p); }
/* CHECK: op-of-memory.c:14:44: error: incompatible pointer types passing 'double *' to parameter of type 'tn_tensor' (aka 'struct tn_tensor_impl *') [-Wincompatible-pointer-types]
 * CHECK: 1 error generated
 * CXX: error: {{.*}}no matching function for call to 'tn_exp'
 * GCC: warning: {{.*}}passing argument 1 of 'tn_exp' from incompatible pointer type
 * GXX: error: {{.*}}cannot convert 'double*' to 'tn_tensor'
 * Do: wrap it: tn_exp(tn_view(p, TN_F32, n)).
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * op-of-number.c - an op of one operand, of a number.
 *
 * RUN: not %clang -std=c11 %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: not %clangxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2>&1 | FileCheck %s --check-prefix=CXX
 * RUN: %if gcc %{ env LC_ALL=C not %gcc -std=c11 %tenon_cflags -S -o /dev/null %s 2> %t.gcc %}
 * RUN: %if gcc %{ grep -E -m1 "error:|warning:" %t.gcc | FileCheck %s --check-prefix=GCC %}
 * RUN: %if g++ %{ env LC_ALL=C not %gxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2> %t.gxx %}
 * RUN: %if g++ %{ grep -m1 error: %t.gxx | FileCheck %s --check-prefix=GXX %}
 */
#include <tenon.h>

tn_tensor power(float v) { return tn_exp(v); }
/* CHECK: op-of-number.c:14:42: error: passing 'float' to parameter of incompatible type 'tn_tensor' (aka 'struct tn_tensor_impl *')
 * CHECK: 1 error generated
 * CXX: error: {{.*}}no matching function for call to 'tn_exp'
 * GCC: error: {{.*}}incompatible type for argument 1 of 'tn_exp'
 * GXX: error: {{.*}}cannot convert 'float' to 'tn_tensor'
 * Do: the functions of tenon/math.h are for numbers: tn_expf(v) or tn_expd(v).
 */

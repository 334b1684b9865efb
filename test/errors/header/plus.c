/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * plus.c - the arithmetic of C, of tensors.
 *
 * RUN: not %clang -std=c11 %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: not %clangxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2>&1 | FileCheck %s --check-prefix=CXX
 * RUN: %if gcc %{ env LC_ALL=C not %gcc -std=c11 %tenon_cflags -S -o /dev/null %s 2> %t.gcc %}
 * RUN: %if gcc %{ grep -E -m1 "error:|warning:" %t.gcc | FileCheck %s --check-prefix=GCC %}
 * RUN: %if g++ %{ env LC_ALL=C not %gxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2> %t.gxx %}
 * RUN: %if g++ %{ grep -m1 error: %t.gxx | FileCheck %s --check-prefix=GXX %}
 */
#include <tenon.h>

tn_tensor sum(tn_tensor x, tn_tensor y) { return x + y; }
/* CHECK: plus.c:14:52: error: invalid operands to binary expression ('tn_tensor' (aka 'struct tn_tensor_impl *') and 'tn_tensor')
 * CHECK: 1 error generated
 * CXX: error: {{.*}}invalid operands to binary expression ('tn_tensor'
 * GCC: error: {{.*}}invalid operands to binary + (have 'tn_tensor'
 * GXX: error: {{.*}}invalid operands of types 'tn_tensor'
 * Do: tn_add, tn_sub, tn_mul, tn_div.
 */

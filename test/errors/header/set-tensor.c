/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * set-tensor.c - a tensor where the number to write is expected.
 *
 * RUN: not %clang -std=c11 %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: not %clangxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2>&1 | FileCheck %s --check-prefix=CXX
 * RUN: %if gcc %{ env LC_ALL=C not %gcc -std=c11 %tenon_cflags -S -o /dev/null %s 2> %t.gcc %}
 * RUN: %if gcc %{ grep -E -m1 "error:|warning:" %t.gcc | FileCheck %s --check-prefix=GCC %}
 * RUN: %if g++ %{ env LC_ALL=C not %gxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2> %t.gxx %}
 * RUN: %if g++ %{ grep -m1 error: %t.gxx | FileCheck %s --check-prefix=GXX %}
 */
#include <tenon.h>

bool put(tn_tensor x, tn_tensor v) { return tn_set(x, v, 0); }
/* CHECK: set-tensor.c:14:45: error: Tenon: a number is expected here; of a tensor of one element tn_item(t) is its number
 * CHECK: 1 error generated
 * CXX: error: {{.*}}no matching function for call to 'tn_set'
 * GCC: error: {{.*}}Tenon: a number is expected here; of a tensor of one element tn_item(t) is its number
 * GXX: error: {{.*}}no matching function for call to 'tn_set(tn_tensor_impl*&
 * Do: tn_set(x, tn_item(v), 0) for one element, tn_store_at(x, v, 0) for more.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * replace-value.c - tn_replace changes a variable: it takes its address.
 *
 * RUN: not %clang -std=c11 %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: not %clangxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2>&1 | FileCheck %s --check-prefix=CXX
 * RUN: %if gcc %{ env LC_ALL=C %gcc -std=c11 %tenon_cflags -S -o /dev/null %s 2> %t.gcc %}
 * RUN: %if gcc %{ grep -E -m1 "error:|warning:" %t.gcc | FileCheck %s --check-prefix=GCC %}
 * RUN: %if g++ %{ env LC_ALL=C not %gxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2> %t.gxx %}
 * RUN: %if g++ %{ grep -m1 error: %t.gxx | FileCheck %s --check-prefix=GXX %}
 */
#include <tenon.h>

bool step(tn_tensor w, tn_tensor v) { return tn_replace(w, v); }
/* CHECK: replace-value.c:14:57: error: incompatible pointer types passing 'tn_tensor' (aka 'struct tn_tensor_impl *') to parameter of type 'tn_tensor *' (aka 'struct tn_tensor_impl **'); take the address with & [-Wincompatible-pointer-types]
 * CHECK: 1 error generated
 * CXX: error: {{.*}}no matching function for call to 'tn_replace'
 * GCC: warning: {{.*}}passing argument 1 of 'tn_replace' from incompatible pointer type
 * GXX: error: {{.*}}cannot convert 'tn_tensor'
 * Do: tn_replace(&w, v).
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * nine-tensors.c - more than 8 tensors to put together.
 *
 * RUN: not %clang -std=c11 %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: not %clangxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2>&1 | FileCheck %s --check-prefix=CXX
 * RUN: %if gcc %{ env LC_ALL=C not %gcc -std=c11 %tenon_cflags -S -o /dev/null %s 2> %t.gcc %}
 * RUN: %if gcc %{ grep -E -m1 "error:|warning:" %t.gcc | FileCheck %s --check-prefix=GCC %}
 * RUN: %if g++ %{ env LC_ALL=C not %gxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2> %t.gxx %}
 * RUN: %if g++ %{ grep -m1 error: %t.gxx | FileCheck %s --check-prefix=GXX %}
 */
#include <tenon.h>

tn_tensor row(tn_tensor x) { return tn_concat(0, x, x, x, x, x, x, x, x, x); }
/* CHECK: nine-tensors.c:14:37: error: static assertion failed: Tenon: more than 8 dims, axes, indices or tensors
 * CHECK: 1 error generated
 * CXX: error: {{.*}}Tenon: 1 to 8 tensors
 * GCC: error: {{.*}}static assertion failed: "Tenon: more than 8 dims, axes, indices or tensors
 * GXX: error: {{.*}}Tenon: 1 to 8 tensors
 * Do: tn_concat_n takes an array of any length.
 */

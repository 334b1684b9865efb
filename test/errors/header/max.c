/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * max.c - tn_max could be either of two ops.
 *
 * RUN: not %clang -std=c11 %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: not %clangxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2>&1 | FileCheck %s --check-prefix=CXX
 * RUN: %if gcc %{ env LC_ALL=C not %gcc -std=c11 %tenon_cflags -S -o /dev/null %s 2> %t.gcc %}
 * RUN: %if gcc %{ grep -E -m1 "error:|warning:" %t.gcc | FileCheck %s --check-prefix=GCC %}
 * RUN: %if g++ %{ env LC_ALL=C not %gxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2> %t.gxx %}
 * RUN: %if g++ %{ grep -m1 error: %t.gxx | FileCheck %s --check-prefix=GXX %}
 */
#include <tenon.h>

tn_tensor greatest(tn_tensor x) { return tn_max(x, 1); }
/* CHECK: max.c:14:42: error: static assertion failed: Tenon: tn_maximum(x, y) goes by elements, tn_reduce_max(t, axes...) reduces
 * CHECK: 1 error generated
 * CXX: error: {{.*}}Tenon: tn_maximum(x, y) goes by elements, tn_reduce_max(t, axes...) reduces
 * GCC: error: {{.*}}static assertion failed: "Tenon: tn_maximum(x, y) goes by elements, tn_reduce_max(t, axes...) reduces"
 * GXX: error: {{.*}}Tenon: tn_maximum(x, y) goes by elements, tn_reduce_max(t, axes...) reduces
 * Do: tn_maximum(x, y) goes by elements, tn_reduce_max(x, axes...) reduces.
 */

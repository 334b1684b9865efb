/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * values-of-tensors.c - a tensor among the numbers of tn_values.
 *
 * RUN: not %clang -std=c11 %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: not %clangxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2>&1 | FileCheck %s --check-prefix=CXX
 * RUN: %if gcc %{ env LC_ALL=C not %gcc -std=c11 %tenon_cflags -S -o /dev/null %s 2> %t.gcc %}
 * RUN: %if gcc %{ grep -E -m1 "error:|warning:" %t.gcc | FileCheck %s --check-prefix=GCC %}
 * RUN: %if g++ %{ env LC_ALL=C not %gxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2> %t.gxx %}
 * RUN: %if g++ %{ grep -m1 error: %t.gxx | FileCheck %s --check-prefix=GXX %}
 */
#include <tenon.h>

tn_tensor pair(tn_tensor x) { return tn_values(TN_F32, 1, x); }
/* CHECK: values-of-tensors.c:14:38: error: Tenon: a number is expected here; of a tensor of one element tn_item(t) is its number
 * CHECK: error
 * CXX: error: {{.*}}Tenon: a number is expected here; of a tensor of one element tn_item(t) is its number
 * GCC: error: {{.*}}Tenon: a number is expected here; of a tensor of one element tn_item(t) is its number
 * GXX: error: {{.*}}Tenon: a number is expected here; of a tensor of one element tn_item(t) is its number
 * Do: tn_concat puts tensors together.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * sum-of-nothing.c - a reduction of nothing.
 *
 * RUN: not %clang -std=c11 %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: not %clangxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2>&1 | FileCheck %s --check-prefix=CXX
 * RUN: %if gcc %{ env LC_ALL=C not %gcc -std=c11 %tenon_cflags -S -o /dev/null %s 2> %t.gcc %}
 * RUN: %if gcc %{ grep -E -m1 "error:|warning:" %t.gcc | FileCheck %s --check-prefix=GCC %}
 * RUN: %if g++ %{ env LC_ALL=C not %gxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2> %t.gxx %}
 * RUN: %if g++ %{ grep -m1 error: %t.gxx | FileCheck %s --check-prefix=GXX %}
 */
#include <tenon.h>

tn_tensor sum(void) { return tn_sum(); }
/* CHECK: sum-of-nothing.c:14:30: error: static assertion failed: Tenon: an argument is missing: dims come behind the dtype, axes and indices behind the tensor
 * CHECK: 1 error generated
 * CXX: error: {{.*}}no matching function for call to 'tn_sum'
 * GCC: error: {{.*}}static assertion failed: "Tenon: an argument is missing: dims come behind the dtype, axes and indices behind the tensor
 * GXX: error: {{.*}}too few arguments to function 'tn_tensor_impl* tn_sum(tn_tensor, int64_t
 * Do: the tensor comes first: tn_sum(x), tn_sum(x, 0).
 */

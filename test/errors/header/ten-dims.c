/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * ten-dims.c - ten dims: a tensor has at most 8.
 *
 * RUN: not %clang -std=c11 %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: not %clangxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2>&1 | FileCheck %s --check-prefix=CXX
 * RUN: %if gcc %{ env LC_ALL=C not %gcc -std=c11 %tenon_cflags -S -o /dev/null %s 2> %t.gcc %}
 * RUN: %if gcc %{ grep -E -m1 "error:|warning:" %t.gcc | FileCheck %s --check-prefix=GCC %}
 * RUN: %if g++ %{ env LC_ALL=C not %gxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2> %t.gxx %}
 * RUN: %if g++ %{ grep -m1 error: %t.gxx | FileCheck %s --check-prefix=GXX %}
 */
#include <tenon.h>

tn_tensor deep(void) { return tn_zeros(TN_F32, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10); }
/* CHECK: ten-dims.c:14:31: error: static assertion failed: Tenon: more than 8 dims, axes, indices or tensors
 * CHECK: 1 error generated
 * CXX: error: {{.*}}no matching function for call to 'tn_zeros'
 * GCC: error: {{.*}}static assertion failed: "Tenon: more than 8 dims, axes, indices or tensors
 * GXX: error: {{.*}}too many arguments to function 'tn_tensor_impl* tn_zeros(tn_dtype, int64_t
 * Do: merge axes.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * no-arguments.c - neither dtype nor dims.
 *
 * RUN: not %clang -std=c11 %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: not %clangxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2>&1 | FileCheck %s --check-prefix=CXX
 * RUN: %if gcc %{ env LC_ALL=C not %gcc -std=c11 %tenon_cflags -S -o /dev/null %s 2> %t.gcc %}
 * RUN: %if gcc %{ grep -E -m1 "error:|warning:" %t.gcc | FileCheck %s --check-prefix=GCC %}
 * RUN: %if g++ %{ env LC_ALL=C not %gxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2> %t.gxx %}
 * RUN: %if g++ %{ grep -m1 error: %t.gxx | FileCheck %s --check-prefix=GXX %}
 */
#include <tenon.h>

tn_tensor nothing(void) { return tn_zeros(); }
/* CHECK: no-arguments.c:14:34: error: static assertion failed: Tenon: an argument is missing: dims come behind the dtype, axes and indices behind the tensor
 * CHECK: 1 error generated
 * CXX: error: {{.*}}no matching function for call to 'tn_zeros'
 * GCC: error: {{.*}}static assertion failed: "Tenon: an argument is missing: dims come behind the dtype, axes and indices behind the tensor
 * GXX: error: {{.*}}too few arguments to function 'tn_tensor_impl* tn_zeros(tn_dtype, int64_t
 * Do: tn_zeros(TN_F32, 3, 4); without dims it is a tensor of rank 0: tn_zeros(TN_F32).
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * operand-struct.c - a struct where a tensor or a number is expected.
 *
 * RUN: not %clang -std=c11 %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: not %clangxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2>&1 | FileCheck %s --check-prefix=CXX
 * RUN: %if gcc %{ env LC_ALL=C not %gcc -std=c11 %tenon_cflags -S -o /dev/null %s 2> %t.gcc %}
 * RUN: %if gcc %{ grep -E -m1 "error:|warning:" %t.gcc | FileCheck %s --check-prefix=GCC %}
 * RUN: %if g++ %{ env LC_ALL=C not %gxx -std=c++17 %tenon_cflags -fsyntax-only -x c++ %s 2> %t.gxx %}
 * RUN: %if g++ %{ grep -m1 error: %t.gxx | FileCheck %s --check-prefix=GXX %}
 */
#include <tenon.h>

struct point {
  float x, y;
};
tn_tensor moved(tn_tensor x, struct point by) { return tn_add(x, by); }
/* CHECK: operand-struct.c:17:56: error: Tenon: an operand is a tensor or a number; wrap memory with tn_view(ptr, TN_F32, dims...)
 * CHECK: 1 error generated
 * CXX: error: {{.*}}Tenon: an operand is a tensor or a number; wrap memory with tn_view(ptr, TN_F32, dims...)
 * GCC: error: {{.*}}Tenon: an operand is a tensor or a number; wrap memory with tn_view(ptr, TN_F32, dims...)
 * GXX: error: {{.*}}Tenon: an operand is a tensor or a number; wrap memory with tn_view(ptr, TN_F32, dims...)
 * Do: name the field that is meant.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * take-indices.c - indices are whole numbers.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor picked(tn_tensor x TN_SHAPE(n, 3)) { return tn_take(x, tn_values(TN_F32, 0, 1), 0); }
/* CHECK: take-indices.c:9:66: error: tenon: tn_take: indices are f32, not i32 or i64
 * Do: tn_cast(indices, TN_I64).
 */

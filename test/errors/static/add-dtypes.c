/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * add-dtypes.c - dtypes do not mix.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor sum(float *f, double *d, int n) { return tn_add(tn_view(f, TN_F32, n), tn_view(d, TN_F64, n)); }
/* CHECK: add-dtypes.c:9:82: error: tenon: tn_add: dtypes differ: f32 and f64; use tn_cast
 * CHECK: add-dtypes.c:9:59: note: this is f32[n]
 * Do: tn_cast one of them: which precision is meant, only the program knows.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * store-dtype.c - what is stored has another dtype.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

void count(int *memory, float *values, int n) { tn_store(tn_view(memory, TN_I32, n), tn_view(values, TN_F32, n)); }
/* CHECK: store-dtype.c:9:86: error: tenon: tn_store: the target is i32, the value f32; use tn_cast
 * CHECK: store-dtype.c:9:58: note: this is i32[n]
 * Do: tn_store(dst, tn_cast(v, tn_dtype_of(dst))).
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * matmul-rank-zero.c - a number is no matrix.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor scaled(tn_tensor x TN_SHAPE(n, 3)) { return tn_matmul(x, tn_full(TN_F32, 2)); }
/* CHECK: matmul-rank-zero.c:9:68: error: tenon: tn_matmul: [n, 3] and f32[]: a rank 0 is no matrix; tn_mul scales
 * CHECK: matmul-rank-zero.c:9:65: note: this is [n, 3]
 * Do: scale with tn_mul.
 */

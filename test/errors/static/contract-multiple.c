/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * contract-multiple.c - no whole number fits.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor halves(tn_tensor x TN_SHAPE(2 * n));
tn_tensor caller(void) { return halves(tn_zeros(TN_F32, 7)); }
/* CHECK: contract-multiple.c:10:40: error: tenon: argument 'x' of 'halves' is f32[7]; its contract is [2*n]
 * CHECK: contract-multiple.c:9:30: note: the contract of 'x'
 * Do: pass a tensor whose dim is a multiple of k.
 */

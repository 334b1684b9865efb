/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reshape-open-dim.c - no dim can stand for -1.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor pairs(void) { return tn_reshape(tn_zeros(TN_F32, 3, 5), 2, -1); }
/* CHECK: reshape-open-dim.c:9:70: error: tenon: tn_reshape: f32[3, 5] has 15 elements and cannot become [2, -1]
 * CHECK: reshape-open-dim.c:9:43: note: this is f32[3, 5]
 * Do: the given dims must divide the number of elements.
 */

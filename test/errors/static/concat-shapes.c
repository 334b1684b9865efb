/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * concat-shapes.c - tensors that differ along another axis than that.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor both(tn_tensor x TN_SHAPE(n, 3), tn_tensor y TN_SHAPE(m, 4)) { return tn_concat(0, x, y); }
/* CHECK: concat-shapes.c:9:97: error: tenon: tn_concat: [n, 3] and [m, 4] do not fit along axis 0
 * CHECK: concat-shapes.c:9:94: note: this is [n, 3]
 * Do: all dims but those along the axis must be the same; perhaps another axis is meant.
 */

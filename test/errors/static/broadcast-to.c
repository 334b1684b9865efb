/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * broadcast-to.c - a dim is stretched that is not 1.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor wide(tn_tensor x TN_SHAPE(3)) { return tn_broadcast_to(x, 2, 4); }
/* CHECK: broadcast-to.c:9:66: error: tenon: tn_broadcast_to: [3] does not broadcast to [2, 4]
 * Do: dims are aligned at the last axis: each must be equal, or 1 in the tensor.
 */

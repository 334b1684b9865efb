/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * permute-axes.c - axes that leave one out.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor turned(tn_tensor x TN_SHAPE(a, b, c)) { return tn_permute_dims(x, 0, 2, 2); }
/* CHECK: permute-axes.c:9:83: error: tenon: tn_permute_dims: axes [0, 2, 2] do not name each axis of [a, b, c] once
 * CHECK: permute-axes.c:9:74: note: this is [a, b, c]
 * Do: name each axis once.
 */

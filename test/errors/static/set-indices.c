/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * set-indices.c - as many indices as axes, to write.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

void reset(tn_tensor x TN_SHAPE(n, 3)) { tn_set(x, 0.0, 1); }
/* CHECK: set-indices.c:9:57: error: tenon: tn_set: 1 index for [n, 3], which has 2 axes
 * CHECK: set-indices.c:9:49: note: this is [n, 3]
 * Do: give one index for each axis, after the value.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * at-indices.c - more indices than axes.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor deep(tn_tensor x TN_SHAPE(3, n)) { return tn_at(x, 0, 0, 0); }
/* CHECK: at-indices.c:9:68: error: tenon: tn_at: 3 indices for [3, n]
 * CHECK: at-indices.c:9:59: note: this is [3, n]
 * Do: give at most one index an axis.
 */

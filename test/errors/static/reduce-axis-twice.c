/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reduce-axis-twice.c - an axis is named twice, once from the end.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor sums(tn_tensor x TN_SHAPE(n, 10)) { return tn_mean(x, 1, -1); }
/* CHECK: reduce-axis-twice.c:9:68: error: tenon: tn_mean: axis -1 of [n, 10] is named twice
 * CHECK: reduce-axis-twice.c:9:62: note: this is [n, 10]
 * Do: name each axis once; -1 is the last.
 */

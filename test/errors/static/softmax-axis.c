/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * softmax-axis.c - an axis that is not there, counted from the end.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor rows(tn_tensor x TN_SHAPE(n, 10)) { return tn_softmax(x, -3); }
/* CHECK: softmax-axis.c:9:68: error: tenon: tn_softmax: axis -3 of [n, 10] is out of range
 * CHECK: softmax-axis.c:9:65: note: this is [n, 10]
 * Do: axes count from 0, or from -1 at the end.
 */

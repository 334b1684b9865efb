/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reduce-axis.c - an axis that is not there.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor sums(tn_tensor x TN_SHAPE(n, 10)) { return tn_sum(x, 2); }
/* CHECK: reduce-axis.c:9:64: error: tenon: tn_sum: axis 2 of [n, 10] is out of range
 * CHECK: reduce-axis.c:9:61: note: this is [n, 10]
 * Do: axes count from 0, or from -1 at the end; without axes all are reduced.
 */

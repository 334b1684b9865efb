/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * take-axis.c - taking along an axis that is not there.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor picked(tn_tensor x TN_SHAPE(n, 3)) { return tn_take(x, tn_values(TN_I64, 0, 1), 2); }
/* CHECK: take-axis.c:9:91: error: tenon: tn_take: axis 2 of [n, 3] is out of range
 * CHECK: take-axis.c:9:63: note: this is [n, 3]
 * Do: axes count from 0, or from -1 at the end.
 */

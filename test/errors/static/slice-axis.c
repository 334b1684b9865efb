/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * slice-axis.c - a slice along an axis that is not there.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor head(tn_tensor x TN_SHAPE(n)) { return tn_slice(x, 1, 0, 10); }
/* CHECK: slice-axis.c:9:62: error: tenon: tn_slice: axis 1 of [n] is out of range
 * CHECK: slice-axis.c:9:59: note: this is [n]
 * Do: axes count from 0, or from -1 at the end.
 */

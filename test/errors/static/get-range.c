/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * get-range.c - an element that is not there.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

double last(tn_tensor x TN_SHAPE(n, 3)) { return tn_get(x, 0, 3); }
/* CHECK: get-range.c:9:63: error: tenon: tn_get: index 3 is out of range for axis 1 of [n, 3]
 * CHECK: get-range.c:9:57: note: this is [n, 3]
 * Do: indices count from 0 to the dim - 1, or from -1 at the end.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * select-index.c - an index behind the end.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor row(tn_tensor x TN_SHAPE(3, n)) { return tn_select(x, 0, 3); }
/* CHECK: select-index.c:9:68: error: tenon: tn_select: index 3 is out of range for axis 0 of [3, n]
 * CHECK: select-index.c:9:62: note: this is [3, n]
 * Do: indices count from 0 to the dim - 1, or from -1 at the end.
 */

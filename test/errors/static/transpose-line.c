/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * transpose-line.c - a line has no transpose.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor turned(tn_tensor x TN_SHAPE(n)) { return tn_transpose(x); }
/* CHECK: transpose-line.c:9:65: error: tenon: tn_transpose: [n] has less than two axes
 * Do: tn_reshape(x, 1, n) is a row, tn_reshape(x, n, 1) a column.
 */

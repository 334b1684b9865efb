/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * get-indices.c - as many indices as axes.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

double first(tn_tensor x TN_SHAPE(n, 3)) { return tn_get(x, 0); }
/* CHECK: get-indices.c:9:61: error: tenon: tn_get: 1 index for [n, 3], which has 2 axes; tn_get_flat takes a flat index
 * CHECK: get-indices.c:9:58: note: this is [n, 3]
 * Do: give one index for each axis, or use tn_get_flat.
 */

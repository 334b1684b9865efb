/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * item-of-many.c - tn_item is of one element.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

double loss(tn_tensor x TN_SHAPE(n, 3)) { return tn_item(tn_sum(x, 0)); }
/* CHECK: item-of-many.c:9:58: error: tenon: tn_item: [3] has 3 elements, not one
 * Do: reduce over all axes first: tn_item(tn_sum(x)).
 */

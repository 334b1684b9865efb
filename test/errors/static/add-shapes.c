/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * add-shapes.c - shapes that do not broadcast, over a local variable.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor biased(tn_tensor x TN_SHAPE(n, 784), tn_tensor w TN_SHAPE(784, 256), tn_tensor b TN_SHAPE(10)) {
  tn_tensor h = tn_matmul(x, w);
  return tn_sigmoid(tn_add(h, b));
}
/* CHECK: add-shapes.c:11:31: error: tenon: tn_add: shapes [n, 256] and [10] do not broadcast
 * CHECK: add-shapes.c:11:28: note: this is [n, 256]
 * Do: give the operands shapes that agree from the last axis on; a dim of 1 stretches.
 */

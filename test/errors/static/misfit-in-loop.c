/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * misfit-in-loop.c - what fits in no turn of a loop.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor product(tn_tensor x TN_SHAPE(n, 256), int turns) {
  tn_tensor y = x;
  for (int i = 0; i < turns; i++) y = tn_mul(y, tn_add(x, tn_zeros(TN_F32, 5)));
  return y;
}
/* CHECK: misfit-in-loop.c:11:59: error: tenon: tn_add: shapes [n, 256] and [5] do not broadcast
 * CHECK: misfit-in-loop.c:11:56: note: this is [n, 256]
 * CHECK: 1 error generated.
 * Do: the shapes that are named cannot fit in any turn: look at the operand that does not change.
 */

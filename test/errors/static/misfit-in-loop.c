/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * misfit-in-loop.c - what does not fit in the first turn of a loop.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor sum(tn_tensor x TN_SHAPE(n, 256), int turns) {
  for (int i = 0; i < turns; i++) x = tn_add(x, tn_zeros(TN_F32, 5));
  return x;
}
/* CHECK: misfit-in-loop.c:10:49: error: tenon: tn_add: shapes [n, 256] and [5] do not broadcast
 * CHECK: misfit-in-loop.c:10:46: note: this is [n, 256]
 */

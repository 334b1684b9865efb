/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * where-condition.c - a condition is bool.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor positive(tn_tensor x) {
  tn_tensor sign = tn_cast(x, TN_I32);
  return tn_where(sign, x, 0);
}
/* CHECK: where-condition.c:11:19: error: tenon: tn_where: the condition is i32, not bool; tn_not_equal(c, 0) makes one
 * Do: make a bool by a comparison: tn_not_equal(c, 0).
 */

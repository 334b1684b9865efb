/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * pragma-before-statement.c - a pragma of Tenon before a block or a loop.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor power(tn_tensor x) {
#pragma tenon fp(fast)
  for (int i = 0; i < 3; i++) x = tn_mul(x, x);
  return x;
}
/* CHECK: pragma-before-statement.c:10:1: error: tenon: '#pragma tenon' stands before a function, not before a statement
 * CHECK: 1 error generated
 * Do: a function is the smallest piece that it applies to: move the loop into one.
 */

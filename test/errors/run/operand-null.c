/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * operand-null.c - an operand is NULL, and no error stands that says why.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = NULL, y = tn_exp(x);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_exp: an operand is NULL
 * Do: look where the handle comes from: a variable that was never set, or a function that returned NULL for reasons
 * of its own.
 */

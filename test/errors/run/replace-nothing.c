/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * replace-nothing.c - tn_replace of a variable that holds no tensor: its scope, which the new one is to live in, is
 * not known.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor w = NULL;
  tn_replace(&w, tn_zeros(TN_F32, 3));
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_replace: the variable holds no tensor; begin with tn_none(), where it is declared
 * Do: begin with tn_none(), where the variable is declared.
 */

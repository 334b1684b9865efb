/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * concat-none.c - no tensors to put together.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor y = tn_concat_n(0, 0, NULL);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_concat: no tensors
 * Do: give at least one.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * store-const.c - a store into a tn_view_const.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  const float samples[3] = {1, 2, 3};
  tn_store(tn_view_const(samples, TN_F32, 3), 0);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_store: the tensor is a tn_view_const
 * Do: wrap the memory with tn_view, if it is the program's to write.
 */

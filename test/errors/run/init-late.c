/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * init-late.c - tn_init after tensors were made.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  static char memory[1 << 16];
  tn_tensor x = tn_zeros(TN_F32, 3);
  tn_init(memory, sizeof memory);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_init: tensors were made before it
 * Do: call it before anything else.
 */

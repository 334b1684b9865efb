/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * init-small.c - tn_init with a buffer of less than 4096 bytes, or none.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  static char memory[100];
  tn_init(memory, sizeof memory);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_init: the buffer is NULL or smaller than 4096 bytes
 * Do: give more.
 */

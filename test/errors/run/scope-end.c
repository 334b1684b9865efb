/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * scope-end.c - a mark that names no open scope of this thread: ended before, or another thread's.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  int64_t mark = 7;
  tn_scope_end(mark);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_scope_end: 7 is not the mark of an open scope of this thread
 * Do: { TN_SCOPE; ... } does it by itself, once.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * keep-in.c - a mark that names no open scope of this thread.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  int64_t mark = 7;
  tn_tensor x = tn_keep_in(mark, tn_zeros(TN_F32, 3));
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_keep_in: 7 is not the mark of an open scope of this thread
 * Do: keep within the scope that the mark is of, or one inside it.
 */

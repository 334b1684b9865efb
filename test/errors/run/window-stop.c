/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * window-stop.c - a start without a stop.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3, 4);
  tn_tensor y = tn_window(x, 0, 2, 1);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_window: the last start has no stop
 * Do: numbers come in pairs; TN_END is the end.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dtype-not-yet.c - an op that this dtype does not have yet.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F16, 3), y = tn_exp(x);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_exp: does not support dtype f16 yet
 * Do: tn_cast to a dtype that the comment above the op in tenon/ops.h names.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * cast-dtype.c - a cast from or to a dtype that casts do not have yet.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3), y = tn_cast(x, TN_BF16);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_cast: does not support dtype bf16 yet
 * Do: go by way of a dtype that tenon/ops.h names above tn_cast.
 */

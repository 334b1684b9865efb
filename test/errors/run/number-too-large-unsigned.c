/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * number-too-large-unsigned.c - an unsigned number above the range of the other operand.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_I64, 3), y = tn_add(x, 1ull << 63);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_add: 9223372036854775808 does not fit dtype i64
 * Do: tn_cast the tensor to TN_U64 or to a floating dtype.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * operand-ended.c - a tensor is used after its scope (reported by a runtime built with TENON_TOMBSTONES; elsewhere it
 * is not defined what happens).
 *
 * REQUIRES: tombstones
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor y;
  {
    TN_SCOPE;
    y = tn_zeros(TN_F32, 3);
  }
  tn_tensor z = tn_exp(y);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_exp: the tensor was freed, its scope is closed, or it is no tensor
 * Do: tn_keep(t) what leaves a scope, tn_replace(&w, t) what a loop carries on, tn_own(t) what goes to globals and
 * other threads.
 */

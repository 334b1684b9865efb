/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * out-of-memory.c - there is no memory for a result. (TENON_FAIL_ALLOC=k lets the k-th allocation fail, to try this.)
 *
 * REQUIRES: !asan
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, INT64_C(1) << 58);
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_zeros: out of memory for f32[288230376151711744]
 * Do: end tensors earlier: { TN_SCOPE; ... } around the turns of a loop, tn_free for single ones, tn_trim() for what
 * free lists hold.
 */

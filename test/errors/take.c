/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * take.c - indices of tn_take out of range, also where ops stand around it and where a store came before: what was done stays done.
 *
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s -o %t.eager %tenon_libs
 * RUN: %t.eager > %t.txt
 * RUN: FileCheck %s < %t.txt
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs
 * RUN: %t.compiled | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=all %t.compiled | diff %t.txt -
 */
#include "Inputs/errors.h"

__attribute__((noinline)) static tn_tensor picked(tn_tensor t, tn_tensor indices, tn_tensor seen) {
  tn_tensor twice = tn_mul(t, 2);
  (void)tn_store(seen, tn_add(twice, 1)); /* happens, whatever comes of the rest */
  tn_tensor p = tn_take(twice, indices, 0);
  printf("%s\n", tn_ok() ? "ok" : tn_error());
  return tn_add(tn_exp(p), p);
}

int main(void) {
  float memory[4] = {1, 2, 3, 4}, seen[4] = {0};
  tn_tensor t = tn_view(memory, TN_F32, 4), s = tn_view(seen, TN_F32, 4);
  /* CHECK: ok
   * CHECK: {{.*}}: 1[3]
   * CHECK: s: 1[4] 40400000 40a00000 40e00000 41100000
   * CHECK: tn_take: index 4 is out of range for an axis of 4 in f32[4]
   * CHECK: {{.*}}: NULL "tn_take: index 4 is out of range for an axis of 4 in f32[4]"
   * CHECK: s: 1[4] 40400000 40a00000 40e00000 41100000
   * CHECK: tn_take: index -5
   * CHECK: tn_take: index 9223372036854775807
   * CHECK: {{.*}}: 1[0]
   */
  SHOW(picked(t, tn_values(TN_I64, 3, -4, 0), s));
  SHOW(s);
  (void)tn_store(s, 0);
  SHOW(picked(t, tn_values(TN_I32, 1, 4), s));
  SHOW(s);
  SHOW(picked(t, tn_values(TN_I64, -5), s));
  SHOW(picked(t, tn_values(TN_I64, INT64_MAX), s));
  SHOW(picked(t, tn_cast(tn_zeros(TN_F32, 0), TN_I64), s));
  /* CHECK: tn_take({{.*}}): NULL "tn_take: {{.*}}f32, not i32 or i64
   * CHECK: tn_take({{.*}}): NULL "tn_take: axis 1
   */
  SHOW(tn_take(t, t, 0));
  SHOW(tn_take(t, tn_values(TN_I64, 1), 1));
  return 0;
}

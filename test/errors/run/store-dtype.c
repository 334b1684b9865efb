/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * store-dtype.c - a store of another dtype.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <stdio.h>
#include <tenon.h>

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3);
  tn_store(x, tn_zeros(TN_F64, 3));
  if (!tn_ok()) puts(tn_error());
  return 0;
}
/* CHECK: tn_store: the target is f32, the value f64; use tn_cast
 * Do: tn_store(dst, tn_cast(v, tn_dtype_of(dst))).
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * tensor-as-condition.c - a tensor as a condition.
 *
 * RUN: %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor step(tn_tensor x) {
  if (tn_less(x, 1)) return tn_neg(x);
  return x;
}
/* CHECK: tensor-as-condition.c:10:7: warning: tenon: a tensor as a condition is true unless it is NULL; tn_item, tn_any or tn_all ask for its elements
 * Do: ask for one number: if (tn_item(tn_any(t))), tn_all, or tn_ok() where success is meant.
 */

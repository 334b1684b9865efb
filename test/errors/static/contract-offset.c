/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * contract-offset.c - n + 1 is not n.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor differences(tn_tensor x TN_SHAPE(n + 1), tn_tensor d TN_SHAPE(n)) {
  tn_tensor m = tn_reshape(x, 1, -1);
  return tn_matmul(m, d);
}
/* CHECK: contract-offset.c:11:23: error: tenon: tn_matmul: shapes [1, n + 1] and [n] do not fit: n + 1 columns, n rows
 * CHECK: contract-offset.c:11:20: note: this is [1, n + 1]
 * Do: n + 1 and n are different dims whatever n is: tn_slice one end away, or change the contract.
 */

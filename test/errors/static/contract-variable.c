/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * contract-variable.c - a variable becomes what its contract excludes.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor wide(tn_tensor x TN_SHAPE(n, 784)) {
  tn_tensor h TN_SHAPE(n, 256) = tn_slice(x, 1, 0, 255);
  return tn_exp(h);
}
/* CHECK: contract-variable.c:10:34: error: tenon: 'h' becomes [n, 255]; its contract is [n, 256]
 * CHECK: contract-variable.c:10:15: note: the contract of 'h'
 * Do: change what is assigned, or the TN_SHAPE of the variable.
 */

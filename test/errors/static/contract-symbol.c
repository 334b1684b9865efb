/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * contract-symbol.c - two arguments do not agree on a symbol.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor layer(tn_tensor x TN_SHAPE(n, k), tn_tensor w TN_SHAPE(k, m), tn_tensor b TN_SHAPE(m));
tn_tensor caller(tn_tensor x TN_SHAPE(n, 784)) {
  tn_tensor w = tn_zeros(TN_F32, 784, 256), b = tn_zeros(TN_F32, 10);
  return layer(x, w, b);
}
/* CHECK: contract-symbol.c:12:22: error: tenon: argument 'b' of 'layer' is f32[10]; its contract is [m], and m is 256 by argument 'w'
 * CHECK: contract-symbol.c:12:19: note: this is f32[784, 256]
 * CHECK: contract-symbol.c:9:85: note: the contract of 'b'
 * Do: one name is one number in a call: the note shows the argument that fixed it.
 */

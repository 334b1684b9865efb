/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * contract-argument.c - an argument is not what the contract says.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor layer(tn_tensor x TN_SHAPE(n, 784), tn_tensor w TN_SHAPE(784, 10));
tn_tensor caller(tn_tensor image TN_SHAPE(28, 28), tn_tensor w TN_SHAPE(784, 10)) { return layer(image, w); }
/* CHECK: contract-argument.c:10:98: error: tenon: argument 'x' of 'layer' is [28, 28]; its contract is [n, 784]
 * CHECK: contract-argument.c:9:29: note: the contract of 'x'
 * Do: bring the argument into the shape that the callee asks for: tn_reshape(image, 1, 784).
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * contract-returns.c - a function does not return what it promised.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

TN_RETURNS(n, 10)
tn_tensor scores(tn_tensor x TN_SHAPE(n, 784), tn_tensor w TN_SHAPE(784, 12)) { return tn_softmax(tn_matmul(x, w), 1); }
/* CHECK: contract-returns.c:10:88: error: tenon: 'scores' returns [n, 12]; its contract is [n, 10]
 * CHECK: contract-returns.c:9:1: note: the contract of 'scores'
 * Do: change the body or the TN_RETURNS.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * contract-rank.c - an argument has another rank.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor norm(tn_tensor line TN_SHAPE(n));
tn_tensor caller(tn_tensor x TN_SHAPE(n, 3)) { return norm(x); }
/* CHECK: contract-rank.c:10:60: error: tenon: argument 'line' of 'norm' is [n, 3]; its contract is [n]
 * CHECK: contract-rank.c:9:31: note: the contract of 'line'
 * Do: tn_reshape or tn_select to the rank of the contract.
 */

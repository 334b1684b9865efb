/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * contract-result.c - a promised result goes where it does not fit.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

TN_RETURNS(n, 10)
tn_tensor scores(tn_tensor x TN_SHAPE(n, 784));
tn_tensor error(tn_tensor x TN_SHAPE(n, 784), tn_tensor wanted TN_SHAPE(n, 12)) { return tn_sub(scores(x), wanted); }
/* CHECK: contract-result.c:11:108: error: tenon: tn_sub: shapes [n, 10] and [n, 12] do not broadcast
 * CHECK: contract-result.c:11:97: note: this is [n, 10]
 * Do: compare with the TN_RETURNS of the function; one of the two contracts is wrong.
 */

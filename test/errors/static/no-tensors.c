/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * no-tensors.c - a function that says that it has nothing to do with tensors calls a tensor function.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <stdio.h>
#include <tenon.h>

TN_NO_TENSORS void report(int turn, tn_tensor x);
void report(int turn, tn_tensor x) { printf("%d: %g\n", turn, tn_get_flat(x, 0)); }
/* CHECK: no-tensors.c:11:63: error: tenon: 'report' calls tn_get_flat, but is TN_NO_TENSORS
 * CHECK: no-tensors.c:10:1: note: it says so here
 * Do: hand it the number, not the tensor; or take TN_NO_TENSORS away.
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * contract-forms.c - what a dim can be.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor a(tn_tensor x TN_SHAPE(n, 2.5));
tn_tensor b(tn_tensor x TN_SHAPE(-1));
tn_tensor c(tn_tensor x TN_SHAPE(n * m));
tn_tensor d(tn_tensor x TN_SHAPE(1, 2, 3, 4, 5, 6, 7, 8, 9));
tn_tensor e(tn_tensor x TN_SHAPE(n / 2));
/* CHECK: contract-forms.c:9:25: error: tenon: a dim is a whole number, in 'n, 2.5'
 * CHECK: contract-forms.c:10:25: error: tenon: a dim cannot be negative, in '-1'
 * CHECK: contract-forms.c:11:25: error: tenon: a dim has one symbol, in 'n * m'
 * CHECK: contract-forms.c:12:25: error: tenon: a tensor has at most 8 dims, in '1, 2, 3, 4, 5, 6, 7, 8, 9'
 * CHECK: contract-forms.c:13:25: error: tenon: a dim is a constant, a symbol, k*symbol, symbol + k or symbol - k, in 'n / 2'
 * Do: write a dim as a constant, a name, k * name, name + k or name - k; other relations are for tn_dim at run time.
 */

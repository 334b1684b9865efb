/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * specialize-parameter.c - versions of a function for numbers of something that is no integer parameter of it.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

#pragma tenon specialize(rows = 1, 32)
tn_tensor layer(tn_tensor x TN_SHAPE(rows, 48)) { return tn_tanh(tn_mul(x, 0.5f)); }
/* CHECK: specialize-parameter.c:9:1: error: tenon: 'specialize' wants an integer parameter of 'layer', which 'rows' is not
 * Do: name a parameter of the function that is an integer, from which its tensors are made: `int rows`.
 */

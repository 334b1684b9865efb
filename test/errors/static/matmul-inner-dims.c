/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * matmul-inner-dims.c - the factors of a matrix product do not fit; the second one transposed would.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor layer(tn_tensor x TN_SHAPE(n, 784), tn_tensor w TN_SHAPE(256, 784)) { return tn_matmul(x, w); }
/* CHECK: matmul-inner-dims.c:9:101: error: tenon: tn_matmul: shapes [n, 784] and [256, 784] do not fit: 784 columns, 256 rows
 * CHECK: matmul-inner-dims.c:9:98: note: this is [n, 784]
 * Do: tn_transpose(w), if w is stored with a row for each output.
 */

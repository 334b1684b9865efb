/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * contract-field.c - a field of a structure has a contract.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

struct layer {
  tn_tensor w TN_SHAPE(784, 256), b TN_SHAPE(256);
};
tn_tensor apply(const struct layer *l, tn_tensor x TN_SHAPE(n, 256)) { return tn_add(tn_matmul(x, l->w), l->b); }
/* CHECK: contract-field.c:12:99: error: tenon: tn_matmul: shapes [n, 256] and [784, 256] do not fit: 256 columns, 784 rows
 * CHECK: contract-field.c:12:96: note: this is [n, 256]
 * Do: as for variables: a field has the shape of its contract wherever it is read; here x has the wrong width.
 */

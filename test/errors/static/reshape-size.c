/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reshape-size.c - another number of elements.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor images(void) {
  tn_tensor x = tn_zeros(TN_F32, 10, 784);
  return tn_reshape(x, 10, 28, 27);
}
/* CHECK: reshape-size.c:11:24: error: tenon: tn_reshape: f32[10, 784] has 7840 elements and cannot become [10, 28, 27]
 * CHECK: reshape-size.c:11:21: note: this is f32[10, 784]
 * Do: give dims whose product is the number of elements; one may be -1.
 */

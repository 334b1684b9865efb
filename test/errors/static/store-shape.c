/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * store-shape.c - what is stored does not broadcast to where it goes.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

void update(float *memory, tn_tensor g TN_SHAPE(10, 5)) {
  tn_tensor w = tn_view(memory, TN_F32, 5);
  tn_store(w, tn_sub(w, tn_mul(g, 0.1f)));
}
/* CHECK: store-shape.c:11:15: error: tenon: tn_store: f32[10, 5] does not broadcast to f32[5]
 * CHECK: store-shape.c:11:12: note: this is f32[5]
 * Do: targets are not stretched: tn_slice or tn_reshape the value, or tn_store_at a window.
 */

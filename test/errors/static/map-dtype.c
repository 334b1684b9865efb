/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * map-dtype.c - a function of float over a tensor of f64.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

static float twice(float v) { return v + v; }
tn_tensor doubled(double *p, int n) { return tn_map(twice, tn_view(p, TN_F64, n)); }
/* CHECK: map-dtype.c:10:60: error: tenon: tn_map: the function is of f32, the tensor of f64; use tn_cast
 * Do: tn_cast the tensor, or write the function for double.
 */

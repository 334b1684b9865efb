/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dtype-first.c - the dtype comes first.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor zeros(void) { return tn_zeros(3, 4); }
/* CHECK: dtype-first.c:9:41: error: tenon: tn_zeros: 3 is not a dtype; the dtype comes first, as in tn_zeros(TN_F32, 3, 4)
 * Do: write the dtype before the dims: tn_zeros(TN_F32, 3, 4).
 */

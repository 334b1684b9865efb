/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * slice-step.c - a step of 0.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor head(tn_tensor x TN_SHAPE(n)) { return tn_slice_step(x, 0, 0, 10, 0); }
/* CHECK: slice-step.c:9:77: error: tenon: tn_slice_step: the step is 0
 * Do: steps are 1 and up, or -1 and down.
 */

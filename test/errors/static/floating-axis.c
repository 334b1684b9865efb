/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * floating-axis.c - a floating number as an axis.
 *
 * RUN: %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

tn_tensor sums(tn_tensor x, double axis) { return tn_sum(x, axis); }
/* CHECK: floating-axis.c:9:61: warning: tenon: tn_sum: a floating number where a whole number is expected
 * Do: give an integer; if the number is a position in a tensor, round it and say how: (int64_t)v.
 */

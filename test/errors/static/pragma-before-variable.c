/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * pragma-before-variable.c - a pragma of Tenon before a variable.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

#pragma tenon fp(fast)
tn_tensor weights;
/* CHECK: pragma-before-variable.c:9:1: error: tenon: '#pragma tenon' stands before a function, not before 'weights'
 * CHECK: 1 error generated
 * Do: move it to the function that it is meant for.
 */

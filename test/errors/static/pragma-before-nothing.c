/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * pragma-before-nothing.c - a pragma of Tenon before neither a declaration nor a statement.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 */
#include <tenon.h>

struct layer {
  tn_tensor w, b;
};
#pragma tenon off
struct layer;
/* CHECK: pragma-before-nothing.c:12:1: error: tenon: '#pragma tenon' stands before a function; here is none
 * Do: it stands right before the function (of a template, behind `template <...>`).
 */

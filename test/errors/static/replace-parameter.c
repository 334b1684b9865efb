/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * replace-parameter.c - a parameter is a copy of the handle.
 *
 * RUN: %clang %plugin %tenon_cflags -fsyntax-only %s 2>&1 | FileCheck %s
 * RUN: %clang -w %plugin %tenon_cflags -fsyntax-only %s 2>&1 | count 0
 */
#include <tenon.h>

void update(tn_tensor w, tn_tensor g) { tn_replace(&w, tn_sub(w, g)); }
/* CHECK: replace-parameter.c:10:52: warning: tenon: 'w' is a parameter: the caller's variable keeps naming the tensor that tn_replace ends; take a tn_tensor * instead
 * Do: take a tn_tensor * and write tn_replace(w, ...), or return the new tensor.
 */

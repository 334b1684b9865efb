/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * fix-its.c - what clang offers to write instead, where it is certain what is meant: the other factor transposed, the last axis
 * counted from 1, the one dim that could be what the others leave. Applied, the program is right.
 *
 * RUN: not %clang %plugin %tenon_cflags -fsyntax-only -fdiagnostics-parseable-fixits %s 2>&1 | FileCheck %s
 * RUN: cp %s %t.c && not %clang -DFIXED %plugin %tenon_cflags -fsyntax-only -Xclang -fixit %t.c 2> %t.txt
 * RUN: %clang -DFIXED %plugin %tenon_cflags -fsyntax-only %t.c
 */
#include <tenon.h>

tn_tensor product(tn_tensor x TN_SHAPE(n, 784), tn_tensor w TN_SHAPE(256, 784)) { return tn_matmul(x, w); }
/* CHECK: fix-it:{{.*}}:{12:103-12:103}:"tn_transpose("
 * CHECK: fix-it:{{.*}}:{12:104-12:104}:")"
 */
tn_tensor counted_from_one(tn_tensor x TN_SHAPE(n, 10)) { return tn_sum(x, 2); }
/* CHECK: fix-it:{{.*}}:{16:76-16:77}:"-1"
 */
tn_tensor before_first(tn_tensor x TN_SHAPE(n, 10)) { return tn_softmax(x, -3); }
/* CHECK: fix-it:{{.*}}:{19:76-19:78}:"0"
 */
tn_tensor rest(void) { return tn_reshape(tn_zeros(TN_F32, 6, 4), 5, 4); }
/* CHECK: fix-it:{{.*}}:{22:66-22:67}:"-1"
 */

/* Not where it is not certain, or not written there. */
#ifndef FIXED
tn_tensor either(void) { return tn_reshape(tn_zeros(TN_F32, 6, 4), 2, 3); }
enum { LAST = 2 };
tn_tensor named(tn_tensor x TN_SHAPE(n, 10)) { return tn_sum(x, LAST); }
tn_tensor far_off(tn_tensor x TN_SHAPE(n, 10)) { return tn_sum(x, 5); }
#endif
/* CHECK-NOT: {{^}}fix-it:
 * CHECK: 7 errors generated
 */

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * refused_numbers.c - numbers read from tensors of f64 that the compiler took for f32: launches refuse, the program's calls
 * make the numbers, and none of their digits is lost on the way.
 *
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s -o %t.eager %tenon_libs
 * RUN: %t.eager > %t.txt
 * RUN: FileCheck %s < %t.txt
 * RUN: %clang -std=c11 -O2 -ffp-contract=off %plugin %tenon_cflags %s -o %t %tenon_libs
 * RUN: %t | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=launches %t | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=all %t | diff %t.txt -
 */
#include <stdio.h>

#include <tenon.h>

#define NOINLINE __attribute__((noinline))
static double wide[8];
static float narrow[8];

/* Launches before and behind, so that one that refuses is no reason to leave. */
NOINLINE static void read_sum(tn_tensor x, tn_tensor y, int turns) {
  TN_SCOPE;
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    printf("sum %a\n", tn_item(tn_sum(x)));
    printf("of y %a\n", tn_item(tn_sum(y)));
  }
}

/* The float first, then the double, of one number. */
NOINLINE static void read_both(tn_tensor x, tn_tensor y, int turns) {
  TN_SCOPE;
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    tn_tensor s = tn_sum(tn_mul(x, x));
    const float less = tn_item_f32(s);
    const double more = tn_item(s);
    printf("both %a %a\n", (double)less, more);
    printf("of y %a\n", tn_item(tn_sum(y)));
  }
}

/* One element, of a value that is made for it alone. */
NOINLINE static void read_element(tn_tensor x, tn_tensor y, int turns) {
  TN_SCOPE;
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    printf("element %a\n", tn_get(tn_mul(x, x), i));
    printf("of y %a\n", tn_item(tn_sum(y)));
  }
}

int main(void) {
  for (int i = 0; i < 8; i++) wide[i] = 1 + 0x1p-40 * (i + 1), narrow[i] = (float)wide[i] + (float)i;
  tn_tensor x = tn_view(wide, TN_F64, 8), y = tn_view(narrow, TN_F32, 8);
  // CHECK: sum 0x1.00000000048p+3
  // CHECK: both 0x1p+3 0x1.0000000009p+3
  // CHECK: element 0x1.0000000002p+0
  read_sum(x, y, 2);
  read_both(x, y, 2);
  read_element(x, y, 2);
  read_sum(y, x, 2);
  read_both(y, x, 2);
  read_element(y, x, 2);
  puts(tn_ok() ? "ok" : tn_error()); // CHECK: {{^}}ok
}

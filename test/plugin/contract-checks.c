/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * contract-checks.c - what breaks a contract when the program runs: parameters, results, variables, fields. Checked at -O0 and
 * with -fplugin-arg-tenon-check; else nothing of it is in the program, and the ops' own errors are all there are.
 *
 * RUN: %clang -std=c11 -O0 -Wall -Wextra -Werror %plugin %tenon_cflags %s -o %t.plain %tenon_libs
 * RUN: %t.plain > %t.txt
 * RUN: FileCheck %s < %t.txt
 * RUN: %clang -std=c11 -O2 -Wall -Wextra -Werror -fplugin-arg-tenon-check %plugin %tenon_cflags -Rpass=tenon %s -o %t.checked %tenon_libs 2> %t.remarks
 * RUN: %t.checked | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=all %t.checked | diff %t.txt -
 * RUN: FileCheck %s --check-prefix=REMARKS < %t.remarks
 * RUN: %clang -std=c11 -O2 -g -fsanitize=undefined -fno-sanitize-recover=all -fplugin-arg-tenon-check %plugin %tenon_cflags %s -o %t.sane %tenon_libs
 * RUN: %t.sane | diff %t.txt -
 * RUN: %clang -std=c11 -O2 %plugin %tenon_cflags -c %s -o %t.o
 * RUN: llvm-nm -u %t.o | FileCheck %s --check-prefix=UNCHECKED
 * RUN: %clang -std=c11 -O0 %tenon_cflags -c %s -o %t.o
 * RUN: llvm-nm -u %t.o | FileCheck %s --check-prefix=UNCHECKED
 *
 * UNCHECKED-NOT: tn_rt_contract
 * Regions form all the same; a check between two ops is an ordering point:
 * REMARKS: contract-checks.c:[[# @LINE + 20]]:{{.*}} remark: one kernel: a matrix product; 1 new tensor
 * REMARKS: contract-checks.c:[[# @LINE + 20]]:{{.*}} remark: one kernel: 2 operations an element; 1 new tensor
 */
#include <stdio.h>
#include <tenon.h>

enum { WIDTH = 10 };
typedef struct layer {
  tn_tensor w TN_SHAPE(k, WIDTH), b TN_SHAPE(WIDTH);
  struct layer *next;
} layer;

static tn_tensor zeros(int n, int m) { return m ? tn_zeros(TN_F32, n, m) : tn_zeros(TN_F32, n); }
static void said(const char *what) {
  printf("%s: \"%s\"\n", what, tn_error());
  tn_clear_error();
}

TN_RETURNS(n, WIDTH)
tn_tensor apply(const layer *l, tn_tensor x TN_SHAPE(n, 784)) {
  tn_tensor h TN_SHAPE(n, WIDTH) = tn_matmul(x, l->w);
  return tn_sigmoid(tn_add(h, l->b));
}

tn_tensor forms(tn_tensor x TN_SHAPE(2 * n), tn_tensor y TN_SHAPE(n + 1), tn_tensor z TN_SHAPE(n - 1, m),
                tn_tensor w TN_SHAPE(m, m)) {
  (void)y, (void)z, (void)w;
  return x;
}
tn_tensor scalar(tn_tensor x TN_SHAPE()) { return x; }
TN_RETURNS(n) tn_tensor wrong(tn_tensor x TN_SHAPE(n), int much) { return zeros((int)tn_dim(x, 0) + much, 0); }

/* A name that is not of the function's contract is another one in each turn. */
tn_tensor turns(tn_tensor x TN_SHAPE(n), int extra) {
  for (int i = 1; i < 4; i++) {
    tn_tensor h TN_SHAPE(i, i) = zeros(i, i + (i == extra));
    if (!h) return h;
  }
  return x;
}
/* The contract stands at the prototype only; a parameter has another name there. */
tn_tensor elsewhere(tn_tensor first TN_SHAPE(3), tn_tensor TN_SHAPE(n, 3), int again);
tn_tensor elsewhere(tn_tensor a, tn_tensor b, int again) { return again ? elsewhere(a, b, again - 1) : tn_add(a, b); }

static tn_tensor shared TN_SHAPE(4);
static int count;
static tn_tensor counted(void) {
  count++;
  return zeros(4, 0);
}

int main(void) {
  layer l = {zeros(784, WIDTH), zeros(WIDTH, 0), NULL}, other = {.b = zeros(WIDTH, 0)};
  (void)apply(&l, zeros(5, 784));
  shared = counted();
  printf("%d\n", count);
  said("right");
  /* CHECK: 1{{$}}
   * CHECK: right: ""
   */
  (void)apply(&l, zeros(5, 783)), said("dim");
  /* CHECK: dim: "apply: argument x is f32[5, 783]; its contract is [n, 784] ({{.*}}contract-checks.c:41)"
   */
  (void)apply(&l, zeros(784, 0)), said("rank");
  /* CHECK: rank: "apply: argument x is f32[784]; its contract is [n, 784] ({{.*}}contract-checks.c:{{[0-9]+}})"
   */
  (void)apply(&l, NULL), said("NULL");
  /* CHECK: NULL: "tn_matmul: an operand is NULL"
   */

  (void)forms(zeros(6, 0), zeros(4, 0), zeros(2, 5), zeros(5, 5)), said("forms");
  (void)forms(zeros(0, 0), zeros(1, 0), NULL, NULL), said("zero");
  (void)forms(zeros(7, 0), zeros(4, 0), zeros(2, 5), zeros(5, 5)), said("odd");
  (void)forms(zeros(6, 0), zeros(3, 0), zeros(2, 5), zeros(5, 5)), said("offset");
  (void)forms(zeros(6, 0), zeros(4, 0), zeros(2, 5), zeros(5, 4)), said("symbol");
  (void)forms(NULL, zeros(4, 0), zeros(3, 5), zeros(5, 5)), said("bound later");
  /* CHECK: forms: ""
   * CHECK: zero: ""
   * CHECK: odd: "forms: argument x is f32[7]; its contract is [2*n] (
   * CHECK: offset: "forms: argument y is f32[3]; its contract is [n + 1], and n is 3 (
   * CHECK: symbol: "forms: argument w is f32[5, 4]; its contract is [m, m], and m is 5 (
   * CHECK: bound later: "forms: argument z is f32[3, 5]; its contract is [n - 1, m], and n is 3 (
   */
  (void)scalar(tn_zeros(TN_F64)), said("rank 0");
  (void)scalar(zeros(1, 0)), said("rank 1");
  /* CHECK: rank 0: ""
   * CHECK: rank 1: "scalar: argument x is f32[1]; its contract is [] (
   */

  (void)wrong(zeros(3, 0), 0), said("result");
  (void)wrong(zeros(3, 0), 2), said("result");
  /* CHECK: result: ""
   * CHECK: result: "wrong: the result is f32[5]; its contract is [n], and n is 3 ({{.*}}contract-checks.c:{{[0-9]+}})"
   */
  (void)turns(zeros(1, 0), 0), said("variable");
  (void)turns(zeros(1, 0), 2), said("variable");
  /* CHECK: variable: ""
   * CHECK: variable: "turns: variable h is f32[2, 3]; its contract is [i, i], and i is 2 ({{.*}}contract-checks.c:{{[0-9]+}})"
   */
  (void)elsewhere(zeros(3, 0), zeros(2, 3), 2), said("prototype");
  (void)elsewhere(zeros(3, 0), zeros(2, 4), 0), said("prototype");
  /* CHECK: prototype: ""
   * CHECK: prototype: "elsewhere: argument b is f32[2, 4]; its contract is [n, 3] ({{.*}}contract-checks.c:{{[0-9]+}})"
   */

  l.w = zeros(3, 11), said("field");
  other.next = &l, other.next->b = zeros(9, 0), said("field");
  layer list = {zeros(3, 11), zeros(10, 0), NULL}, named = {.b = zeros(9, 0)};
  said("list");
  (void)list, (void)named;
  tn_replace(&other.b, zeros(7, 0)), said("replace");
  shared = zeros(5, 0), said("global");
  /* CHECK: field: "main: field w is f32[3, 11]; its contract is [k, WIDTH] ({{.*}}contract-checks.c:{{[0-9]+}})"
   * CHECK: field: "main: field b is f32[9]; its contract is [WIDTH] (
   * CHECK: list: "main: field w is f32[3, 11]; its contract is [k, WIDTH] (
   * CHECK: replace: "main: field b is f32[7]; its contract is [WIDTH] (
   * CHECK: global: "main: variable shared is f32[5]; its contract is [4] (
   */
  return 0;
}

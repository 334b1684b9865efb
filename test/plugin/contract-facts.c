// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What of contracts the compiler takes for proven: those of internal functions of which every caller is seen and surely keeps
// them. Each refusal is a function of its own.
//
// RUN: rm -rf %t && mkdir %t
// RUN: env TENON_DUMP=%t %clang -std=c11 -O2 -Wall -Wextra -Werror %plugin %tenon_cflags -c %s -o %t/x.o
// RUN: sh -c 'for f in %t/*.00-import.mlir; do grep -H -o "tenon.tensor.*" $f; done' | sed 's/.*Output.//' > %t/facts
// RUN: FileCheck %s < %t/facts
// RUN: grep proven %t/facts | FileCheck %s --check-prefix=PROVEN
//
// Under other names by other means:
// RUN: rm -rf %t && mkdir %t
// RUN: env TENON_DUMP=%t %clang -std=c11 -O2 -DALIAS %plugin %tenon_cflags -c %s -o %t/x.o
// RUN: sh -c 'cat %t/*.00-import.mlir' | FileCheck %s --check-prefix=NONE
// RUN: rm -rf %t && mkdir %t
// RUN: env TENON_DUMP=%t %clang -std=c11 -O2 -DASSEMBLY %plugin %tenon_cflags -c %s -o %t/x.o
// RUN: sh -c 'cat %t/*.00-import.mlir' | FileCheck %s --check-prefix=NONE
// NONE-NOT: proven
//
// PROVEN-COUNT-9: proven
// PROVEN-NOT: proven
#include <tenon.h>

#define APART static __attribute__((noinline))

// CHECK-DAG: layer.tenon0{{.*}}{contract = "b of layer", dims = ["10"], proven}
// CHECK-DAG: layer.tenon0{{.*}}{contract = "w of layer", dims = ["784", "10"], proven}
// CHECK-DAG: layer.tenon0{{.*}}{contract = "x of layer", dims = ["n", "784"], proven}
TN_RETURNS(n, 10)
APART tn_tensor layer(tn_tensor x TN_SHAPE(n, 784), tn_tensor w TN_SHAPE(784, 10), tn_tensor b TN_SHAPE(10)) {
  return tn_sigmoid(tn_add(tn_matmul(x, w), b));
}
/* By itself, in a loop, from a proven result. */
// CHECK-DAG: right.tenon{{.*}}{contract = "the result of again", dims = ["n{{(.2)?}}", "10"], proven}
// CHECK-DAG: again.tenon0{{.*}}{contract = "x of again", dims = ["n", "10"], proven}
TN_RETURNS(n, 10)
APART tn_tensor again(tn_tensor x TN_SHAPE(n, 10), int times) {
  tn_tensor y = tn_exp(tn_mul(x, x));
  return times ? again(y, times - 1) : y;
}
// CHECK-DAG: doubled.tenon0{{.*}}{contract = "x of doubled", dims = ["2*n"], proven}
APART tn_tensor doubled(tn_tensor x TN_SHAPE(2 * n)) { return tn_exp(tn_mul(x, x)); }
// CHECK-DAG: pair.tenon0{{.*}}{contract = "x of pair", dims = ["n"], proven}
// CHECK-DAG: pair.tenon0{{.*}}{contract = "y of pair", dims = ["n"], proven}
APART tn_tensor pair(tn_tensor x TN_SHAPE(n), tn_tensor y TN_SHAPE(n)) { return tn_exp(tn_mul(x, y)); }

tn_tensor right(int64_t rows, int times) {
  tn_tensor x = tn_zeros(TN_F32, rows, 784), w = tn_zeros(TN_F32, 784, 10), b = tn_zeros(TN_F32, 10);
  tn_tensor y = layer(x, w, b);
  for (int i = 0; i < times; i++) {
    tn_tensor next = again(y, i);
    y = tn_relu(next);
  }
  tn_tensor p = pair(tn_sum(y, 1), tn_sum(x, 1));
  return tn_add(doubled(tn_sum(tn_zeros(TN_F32, 3, 6), 0)), p);
}

/* Two unknown dims are two. */
// CHECK-DAG: square.tenon0{{.*}}{contract = "x of square", dims = ["n", "n"]}
APART tn_tensor square(tn_tensor x TN_SHAPE(n, n)) { return tn_exp(tn_mul(x, x)); }
/* A caller outside may break its contract. */
// CHECK-DAG: by_contract.tenon0{{.*}}{contract = "x of by_contract", dims = ["n", "4"]}
APART tn_tensor by_contract(tn_tensor x TN_SHAPE(n, 4)) { return tn_exp(tn_mul(x, x)); }
/* One call of two. */
// CHECK-DAG: mixed.tenon0{{.*}}{contract = "x of mixed", dims = ["n", "4"]}
APART tn_tensor mixed(tn_tensor x TN_SHAPE(n, 4)) { return tn_exp(tn_mul(x, x)); }
/* Its address is taken. */
// CHECK-DAG: taken.tenon0{{.*}}{contract = "x of taken", dims = ["4"]}
APART tn_tensor taken(tn_tensor x TN_SHAPE(4)) { return tn_exp(tn_mul(x, x)); }
tn_tensor (*const table[])(tn_tensor) = {taken};
/* x[1:] has n - 1 elements only if n is not 0. */
// CHECK-DAG: sliced.tenon0{{.*}}{contract = "x of sliced", dims = ["n", "m"]}
APART tn_tensor sliced(tn_tensor x TN_SHAPE(n, m), tn_tensor y TN_SHAPE(n - 1)) { return tn_exp(tn_mul(tn_sum(x), y)); }
/* tn_replace by NULL leaves what was there; a static variable belongs to all calls; numbers wrap. */
// CHECK-DAG: replaced.tenon0{{.*}}{contract = "x of replaced", dims = ["4"]}
APART tn_tensor replaced(tn_tensor x TN_SHAPE(4)) { return tn_exp(tn_mul(x, x)); }
// CHECK-DAG: lasting.tenon0{{.*}}{contract = "x of lasting", dims = ["4"]}
APART tn_tensor lasting(tn_tensor x TN_SHAPE(4)) { return tn_exp(tn_mul(x, x)); }
// CHECK-DAG: wrapped.tenon0{{.*}}{contract = "x of wrapped", dims = ["260"]}
APART tn_tensor wrapped(tn_tensor x TN_SHAPE(260)) { return tn_exp(tn_mul(x, x)); }
// CHECK-DAG: field.tenon0{{.*}}{contract = "x of field", dims = ["4"]}
APART tn_tensor field(tn_tensor x TN_SHAPE(4)) { return tn_exp(tn_mul(x, x)); }
/* In a function with a switch nothing is proven. */
// CHECK-DAG: switched.tenon0{{.*}}{contract = "x of switched", dims = ["4"]}
APART tn_tensor switched(tn_tensor x TN_SHAPE(4)) { return tn_exp(tn_mul(x, x)); }
/* A loop changes it. */
// CHECK-DAG: grows.tenon0{{.*}}{contract = "x of grows", dims = ["3"]}
APART tn_tensor grows(tn_tensor x TN_SHAPE(3)) { return tn_exp(tn_mul(x, x)); }
/* An unproven result. */
// CHECK-DAG: promised.tenon0{{.*}}{contract = "x of promised", dims = ["4"]}
APART tn_tensor promised(tn_tensor x TN_SHAPE(4)) { return tn_exp(tn_mul(x, x)); }
TN_RETURNS(4) tn_tensor outside(void);

struct object {
  tn_tensor t TN_SHAPE(4);
};

tn_tensor refused(tn_tensor x TN_SHAPE(n, 4), const struct object *o, int64_t n) {
  static tn_tensor kept;
  unsigned char small = 4;
  small = (unsigned char)(small + 256);
  tn_tensor w = tn_zeros(TN_F32, n), any = tn_zeros(TN_F32, n * n, n * n), turns = tn_zeros(TN_F32, 3);
  kept = tn_zeros(TN_F32, 4);
  tn_replace(&w, tn_zeros(TN_F32, 4));
  tn_tensor sum = tn_sum(tn_add(square(any), by_contract(x)));
  sum = tn_add(sum, tn_add(mixed(tn_zeros(TN_F32, 2, 4)), mixed(x)));
  sum = tn_add(sum, tn_add(taken(tn_zeros(TN_F32, 4)), sliced(x, tn_sum(tn_slice(x, 0, 1, TN_END), 1))));
  sum = tn_add(sum, tn_add(replaced(w), lasting(kept)));
  sum = tn_add(sum, tn_add(wrapped(tn_zeros(TN_F32, small + 256)), field(o->t)));
  for (int i = 0; i < n; i++) {
    sum = tn_add(sum, grows(turns));
    turns = tn_zeros(TN_F32, n);
  }
  return tn_add(sum, promised(outside()));
}
tn_tensor by_switch(int k) {
  tn_tensor x = tn_zeros(TN_F32, 4);
  switch (k) {
  case 0: x = tn_zeros(TN_F32, 4); break;
  default: break;
  }
  return switched(x);
}

#ifdef ALIAS
tn_tensor other(tn_tensor x) __attribute__((alias("doubled")));
#endif
#ifdef ASSEMBLY
__asm__(".globl entry\nentry: jmp doubled");
#endif

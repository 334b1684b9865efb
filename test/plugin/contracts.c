// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TN_SHAPE on parameters, variables and fields, TN_RETURNS on functions: accepted in every form, without a word, and by
// compilers that know nothing of them.
//
// RUN: %clang -std=c11 -O2 -Wall -Wextra -Werror %plugin %tenon_cflags -c %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s
// RUN: %clang -std=c11 -O2 -Wall -Wextra -Werror %tenon_cflags -c %s -o %t.o
// RUN: %if gcc %{ %gcc -std=c11 -O2 -Wall -Wextra -Werror %tenon_cflags -c %s -o %t.o %}
// RUN: not %clang -std=c11 -DWRONG %plugin %tenon_cflags -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=WRONG
#include <tenon.h>

// CHECK: U tn_rt_launch
typedef struct layer {
  tn_tensor w TN_SHAPE(k, 10), b TN_SHAPE(10);
} layer;

static tn_tensor global TN_SHAPE(2 * n, n + 1);

TN_RETURNS(n, 10)
tn_tensor apply(const layer *l, tn_tensor x TN_SHAPE(n, k)) {
  tn_tensor h TN_SHAPE(n, 10) = tn_matmul(x, l->w);
  return tn_sigmoid(tn_add(h, l->b));
}

TN_RETURNS(n - 1)
tn_tensor differences(tn_tensor x TN_SHAPE(n)) { return tn_sub(tn_slice(x, 0, 1, TN_END), tn_slice(x, 0, 0, -1)); }

tn_tensor scalar(tn_tensor x TN_SHAPE()) { return tn_exp(tn_mul(x, global)); }
void set_global(tn_tensor t) { global = t; }

#ifdef WRONG
// WRONG: error: 'tenon_shape' attribute takes one argument
tn_tensor by_hand(tn_tensor x __attribute__((tenon_shape(3, 4))));
// WRONG: error: tenon: a shape is given by TN_SHAPE or TN_RETURNS
tn_tensor by_number(tn_tensor x __attribute__((tenon_shape(3))));
// WRONG: warning: 'tenon_shape' attribute only applies to parameters, variables and fields
typedef tn_tensor shaped __attribute__((tenon_shape("n")));
#endif

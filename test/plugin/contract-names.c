// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of contracts that stand for other numbers later: an object is exchanged, a variable outside is assigned anew, a loop's
// variable has another shape each turn. Nothing is said of these programs, for they may be right.
//
// RUN: %clang -std=c11 -Wall -Wextra -Werror %plugin %tenon_cflags -fsyntax-only %s
#include <tenon.h>

struct node {
  struct node *next;
  tn_tensor w TN_SHAPE(k), v TN_SHAPE(k + 1);
};
tn_tensor along(const struct node *l) {
  tn_tensor w = l->w;
  l = l->next;
  return tn_matmul(w, l->v);
}

tn_tensor shared TN_SHAPE(n), longer TN_SHAPE(n + 1);
void exchange(void);
tn_tensor outside(void) {
  tn_tensor before = shared;
  exchange();
  return tn_matmul(before, longer);
}

tn_tensor grows(void) {
  tn_tensor sum = tn_zeros(TN_F32, 3);
  for (int i = 0; i < 4; i++) {
    tn_tensor h TN_SHAPE(m) = tn_zeros(TN_F32, i);
    if (i == 3) sum = tn_add(sum, h);
  }
  return sum;
}

/* What the first turn leaves out. */
tn_tensor added_up(tn_tensor x TN_SHAPE(n, 3), int turns) {
  tn_tensor sum = tn_none();
  for (int i = 0; i < turns; i++) sum = i ? tn_add(sum, x) : x;
  for (int i = 0; i < turns; i++)
    if (i) sum = tn_add(sum, x);
  return sum;
}

/* A case is entered from the top, not only from the one above it. */
tn_tensor choose(int k, tn_tensor five TN_SHAPE(5)) {
  tn_tensor x = tn_zeros(TN_F32, 5);
  switch (k) {
  case 0: x = tn_zeros(TN_F32, 3); break;
  case 1: x = tn_add(x, five);
  }
  return x;
}

/* Assembly writes what it names. */
tn_tensor by_assembly(tn_tensor five TN_SHAPE(5)) {
  tn_tensor x = tn_zeros(TN_F32, 3);
  __asm__("" : "=r"(x) : "0"(five));
  return tn_add(x, five);
}

/* Numbers wrap as C says. */
tn_tensor wrapped(tn_tensor y TN_SHAPE(260), int64_t n) {
  unsigned char small = 4, narrow = (unsigned char)n;
  small = (unsigned char)(small + 256);
  small += 255;
  small++;
  return tn_add(tn_add(tn_zeros(TN_F32, small + 256), y), tn_sum(tn_add(tn_zeros(TN_F32, narrow), tn_zeros(TN_F32, n + 3))));
}

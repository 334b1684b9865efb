/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * replace.c - tn_replace(&w, f(w)) in w's own memory, beside everything that keeps it from there: the old tensor stays
 * readable until the scope ends, by another name, through a view or an address. Each function runs with tensors of its
 * own and with one tensor by several names. What is in place is told by replace_memory.c.
 *
 * RUN: %python %S/Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 40 --guards 1000
 */
#include "Inputs/show.h"

#define FUNCTION __attribute__((noinline)) static

/* ---- in place ---------------------------------------------------------------------------------------------------- */

FUNCTION tn_tensor descent(tn_tensor x, tn_tensor y, int turns) {
  tn_tensor w = tn_zeros(TN_F32, tn_dim(x, 0));
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    tn_tensor slope = tn_mul(tn_sub(tn_mul(x, w), y), x);
    // IN-PLACE-DAG: replace.c:[[@LINE+1]]:{{.*}}; 1 in place where shapes are equal; no temporaries
    tn_replace(&w, tn_sub(w, tn_mul(slope, 0.1f)));
  }
  return w;
}

/* Two that change together; the reduction ahead of them is of the old ones. */
FUNCTION tn_tensor momentum(tn_tensor x, tn_tensor y, double enough) {
  tn_tensor w = tn_copy(x), v = tn_mul(x, 0);
  for (int i = 0; i < 50; i++) {
    TN_SCOPE;
    tn_tensor slope = tn_sub(tn_mul(x, w), y);
    if (tn_item(tn_sum(tn_square(slope))) < enough) break;
    // IN-PLACE-DAG: replace.c:[[@LINE+2]]:{{.*}} 1 in place
    // IN-PLACE-DAG: replace.c:[[@LINE+2]]:{{.*}} 1 in place
    tn_replace(&v, tn_add(tn_mul(v, 0.9f), slope));
    tn_replace(&w, tn_sub(w, tn_mul(v, 0.05f)));
    if (i % 16 == 0) printf("turn %d\n", i);
  }
  return tn_add(w, v);
}

/* Not made of the old tensor at all, in its memory nevertheless. */
FUNCTION tn_tensor product(tn_tensor m, int turns) {
  tn_tensor h = tn_copy(m), c = tn_mul(m, 2.f);
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    tn_replace(&c, tn_tanh(tn_matmul(m, h))); // IN-PLACE-DAG: replace.c:[[@LINE]]:{{.*}} a matrix product {{.*}} 1 in place
    tn_replace(&h, tn_add(tn_mul(h, 0.5f), c));
  }
  return h;
}

/* The variable is the caller's. */
FUNCTION void step(tn_tensor *w, tn_tensor g) {
  TN_SCOPE;
  tn_replace(w, tn_sub(*w, tn_mul(g, 0.25f))); // IN-PLACE-DAG: replace.c:[[@LINE]]:{{.*}} 1 in place
}

/* No scope ends, but both tensors live in one, so that the old one ends at once. */
FUNCTION tn_tensor unscoped(tn_tensor x, int turns) {
  tn_tensor w = tn_mul(x, 0.5f);
  for (int i = 0; i < turns; i++) tn_replace(&w, tn_tanh(tn_add(w, x))); // IN-PLACE-DAG: replace.c:[[@LINE]]:{{.*}} 1 in place
  return w;
}

/* ---- and not ----------------------------------------------------------------------------------------------------- */

FUNCTION double by_name(tn_tensor *w, tn_tensor g) {
  TN_SCOPE;
  tn_tensor old = *w;
  tn_replace(w, tn_sub(*w, g));
  return tn_item(tn_sum(tn_mul(old, tn_sub(*w, 1))));
}
/* The scope that ends first is not the one that was open. */
FUNCTION double by_name_later(tn_tensor *w, tn_tensor g, int read) {
  TN_SCOPE;
  tn_tensor old = *w;
  tn_replace(w, tn_sub(*w, g));
  double sum;
  {
    TN_SCOPE;
    sum = tn_item(tn_sum(tn_square(g)));
  }
  if (read) sum += tn_item(tn_matmul(old, old));
  return sum;
}
/* x's sum is computed ahead, with e; if that of g is refused x is made again for the program's own tn_sum(x). */
FUNCTION double by_its_own_calls(tn_tensor *w, tn_tensor g) {
  TN_SCOPE;
  tn_tensor x = tn_mul(*w, 3.f), e = tn_exp(*w);
  double sum = tn_item(tn_sum(e));
  sum -= tn_item(tn_sum(g));
  sum -= tn_item(tn_sum(x));
  tn_replace(w, e);
  return sum;
}
FUNCTION double by_another(tn_tensor *w, tn_tensor g, tn_tensor may_be_w) {
  TN_SCOPE;
  tn_replace(w, tn_sub(*w, g));
  return tn_item(tn_sum(tn_mul(may_be_w, *w)));
}
FUNCTION double by_another_if(tn_tensor *w, tn_tensor g, tn_tensor may_be_w, int read) {
  TN_SCOPE;
  tn_replace(w, tn_sub(*w, g));
  double sum = tn_item(tn_sum(*w));
  if (read) sum += tn_item(tn_sum(tn_exp(may_be_w)));
  return sum;
}
FUNCTION double by_address(tn_tensor *w, tn_tensor g, const float *p) {
  TN_SCOPE;
  tn_replace(w, tn_sub(*w, g));
  return tn_item(tn_sum(*w)) + p[1];
}
FUNCTION double by_first_turn(tn_tensor g, int turns) {
  tn_tensor first = tn_tanh(g), w = first;
  double sum = 0;
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    tn_replace(&w, tn_sub(w, g));
    if (i == 0) sum += tn_item(tn_sum(tn_mul(first, w)));
  }
  return sum + tn_item(tn_sum(w));
}
/* What was w a turn ago, in one scope. */
FUNCTION double by_earlier_turn(tn_tensor *w, tn_tensor g, int turns) {
  TN_SCOPE;
  tn_tensor before = g;
  double sum = 0;
  for (int i = 0; i < turns; i++) {
    sum += tn_item(tn_sum(tn_mul(before, *w)));
    before = *w;
    tn_replace(w, tn_sub(*w, tn_mul(g, 0.5f)));
  }
  return sum;
}
FUNCTION double by_list(tn_tensor *w, tn_tensor g, tn_tensor may_be_w) {
  TN_SCOPE;
  tn_tensor list[2] = {may_be_w, g};
  tn_replace(w, tn_sub(*w, g));
  double sum = 0;
  for (int i = 0; i < 2; i++) sum += tn_item(tn_sum(list[i]));
  return sum + tn_item(tn_sum(tn_concat(0, may_be_w, *w)));
}
FUNCTION double kept(tn_tensor *w, tn_tensor g) {
  tn_tensor old;
  {
    TN_SCOPE;
    old = *w;
    tn_replace(w, tn_sub(*w, g));
    tn_keep(old);
  }
  return tn_item(tn_sum(tn_mul(old, *w)));
}
/* Two names, and both are replaced: the second tn_replace finds the tensor in the inner scope. */
FUNCTION double twice(tn_tensor *v, tn_tensor *w, tn_tensor g) {
  TN_SCOPE;
  tn_replace(v, tn_sub(*v, g));
  double sum = tn_item(tn_sum(*w));
  tn_replace(w, tn_add(*w, tn_mul(*v, 0.5f)));
  return sum + tn_item(tn_sum(tn_mul(*v, *w)));
}
/* Neighbours of what is written. */
FUNCTION void smooth(tn_tensor *w) {
  TN_SCOPE;
  int64_t n = tn_dim(*w, 0);
  tn_tensor between = tn_mul(tn_add(tn_slice(*w, 0, 0, n - 2), tn_slice(*w, 0, 2, n)), 0.5f);
  tn_replace(w, tn_concat(0, tn_slice(*w, 0, 0, 1), between, tn_slice(*w, 0, n - 1, n)));
  tn_replace(w, tn_add(*w, tn_mul(tn_slice_step(*w, 0, TN_END, TN_END, -1), 0.125f)));
  tn_replace(w, tn_sub(*w, tn_mean(*w)));
}
/* Wider than it was, and of another dtype. */
FUNCTION void other_shapes(tn_tensor *w, tn_tensor row, tn_tensor column) {
  for (int i = 0; i < 2; i++) {
    TN_SCOPE;
    tn_replace(w, tn_add(*w, i ? column : row));
  }
  TN_SCOPE;
  tn_replace(w, tn_cast(tn_mul(*w, 3.f), TN_F64));
}

static tn_tensor some(tn_tensor x) { return tn_add(tn_mul(x, 0.75f), 0.125f); }

static void one(int n) {
  printf("n = %d\n", n);
  TN_SCOPE;
  float a[4096], b[4096];
  for (int i = 0; i < n; i++) a[i] = (float)(i % 19) * 0.0625f - 0.5f, b[i] = (float)(i % 7) * 0.125f;
  tn_tensor x = tn_view(a, TN_F32, n), y = tn_view(b, TN_F32, n);
  show("descent", descent(x, y, 9));
  show("momentum", momentum(x, y, 0.25));
  show("product", product(tn_view(a, TN_F32, n < 256 ? 4 : 16, n < 256 ? 4 : 16), 5));
  show("unscoped", unscoped(y, 6));
  tn_tensor w = some(x);
  step(&w, y), show("step", w);
  step(&w, w), show("step by itself", w);
  show_number("by_name", by_name(&w, y)), show("w", w);
  show_number("by_name_later", by_name_later(&w, y, 1)), show("w", w);
  tn_tensor e = some(x);
  show_number("by_its_own_calls", by_its_own_calls(&e, y)), show("e", e);
  show_number("by_another", by_another(&w, y, w)), show("w", w);
  show_number("by_another, no", by_another(&w, y, x)), show("w", w);
  show_number("by_another_if", by_another_if(&w, y, w, 1)), show("w", w);
  show_number("by_another_if, no", by_another_if(&w, y, NULL, 0)), show("w", w);
  show_number("by_address", by_address(&w, y, tn_data_const(w))), show("w", w);
  {
    const float *p = tn_data_const(w);
    show_number("by a view", by_another(&w, y, tn_view_const(p, TN_F32, n))), show("w", w);
  }
  tn_tensor v = some(w);
  {
    float *p = tn_data(v); /* the program may write it, or look at it, whenever it likes */
    p[0] = 3;
    step(&v, y), show("step of exposed", v);
  }
  show_number("by_first_turn", by_first_turn(y, 3));
  show_number("by_first_turn, one", by_first_turn(y, 1));
  show_number("by_earlier_turn", by_earlier_turn(&w, y, 4)), show("w", w);
  show_number("by_list", by_list(&w, y, w)), show("w", w);
  show_number("kept", kept(&w, y)), show("w", w);
  {
    TN_SCOPE;
    tn_tensor u = some(w), t = u;
    show_number("twice, one", twice(&t, &u, y)), show("t", t); /* u ended with the scope in twice */
    tn_tensor s = some(w);
    u = some(w);
    show_number("twice", twice(&s, &u, y)), show("s", s), show("u", u);
  }
  smooth(&w), show("smooth", w);
  w = some(tn_view(a, TN_F32, 1, 1));
  other_shapes(&w, tn_view(a, TN_F32, 1, 4), tn_view(b, TN_F32, 3, 1)), show("other_shapes", w);
  w = NULL;
  step(&w, y), show("step of NULL", w);
  w = tn_own(some(x)); /* of no scope */
  step(&w, y), show("step of owned", w);
  show_number("by_another, owned", by_another(&w, y, w)), show("w", w);
  tn_free(w);
  float c[64] = {1};
  w = tn_view(c, TN_F32, n < 64 ? n : 64); /* the program's own array stays as it is */
  step(&w, tn_slice(y, 0, 0, n < 64 ? n : 64)), show("step of a view", w);
  printf("%a %a\n", c[0], c[1]);
}

int main(void) {
  one(16), one(48), one(256), one(4096);
  one(48); /* by plans that were kept */
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * ownership.c - tn_replace, tn_keep, tn_own, tn_free and scopes by hand in loops and on branches: what is read after its
 * place was given away shows. Tensors that are made behind it overwrite what was freed too early.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags %unchecked" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 100 --guards 120
 */
#include <stdlib.h>

#include "Inputs/flow.h"

/* Takes the memory that was given back last. */
NOINLINE static void overwrite(void) {
  TN_SCOPE;
  static const void *volatile taken;
  for (int i = 0; i < 4; i++) taken = tn_data_const(tn_full(TN_F32, -99, 8, 8));
  (void)taken;
}

static tn_tensor gradient(tn_tensor w) { return tn_sub(tn_mul(w, 0.5f), vb()); }

CASE(best_so_far) { /* what is kept is not made in the innermost scope when it is kept: it is copied */
  TN_SCOPE;
  tn_tensor w = tn_copy(va()), best = tn_none();
  float least = 1e30f;
  for (int i = 0; i < 6; i++) {
    TN_SCOPE;
    tn_replace(&w, tn_sub(w, tn_mul(gradient(w), i % 3 == k ? -1.5f : 0.75f)));
    const float loss = tn_item_f32(tn_mean(tn_square(gradient(w))));
    if (loss < least) {
      least = loss;
      tn_replace(&best, w);
    }
  }
  overwrite();
  printf("%a\n", least);
  bits("best", best);
  bits("w", w);
}

CASE(old_is_read) {
  TN_SCOPE;
  tn_tensor w = tn_copy(va()), moved = tn_zeros(TN_F32);
  for (int i = 0; i < 4; i++) {
    TN_SCOPE;
    tn_tensor old = w;
    tn_replace(&w, tn_sub(w, tn_mul(gradient(w), 0.5f)));
    if (i == k) overwrite();
    tn_replace(&moved, tn_add(moved, tn_sum(tn_abs(tn_sub(w, old)))));
  }
  bits("moved", moved);
  bits("w", w);
}

CASE(replaced_in_one_scope) { /* old and new live in the same: old is freed at once */
  TN_SCOPE;
  tn_tensor w = tn_copy(va());
  for (int i = 0; i < 3 + k; i++) tn_replace(&w, tn_add(tn_mul(w, 0.5f), tn_mul(vb(), w)));
  overwrite();
  bits("w", w);
}

CASE(replaced_twice_a_turn) {
  TN_SCOPE;
  tn_tensor w = tn_copy(va());
  for (int i = 0; i < 4; i++) {
    TN_SCOPE;
    tn_tensor first = w;
    tn_replace(&w, tn_sub(w, 1));
    tn_tensor second = w;
    if (i != k) tn_replace(&w, tn_mul(tn_add(first, second), w));
    tn_replace(&w, tn_div(w, tn_add(tn_reduce_max(tn_abs(w)), 1)));
  }
  bits("w", w);
}

CASE(with_null) { /* v fails: w stays, and the loop goes on */
  TN_SCOPE;
  tn_tensor w = tn_copy(va());
  for (int i = 0; i < 6; i++) {
    TN_SCOPE;
    tn_tensor row = tn_slice(tn_at(vb(), i), 0, 0, i == 2 + k ? 5 : 8);
    printf("%d", tn_replace(&w, tn_add(tn_mul(w, 0.5f), row)));
  }
  puts("");
  bits("w", w);
}

CASE(crosswise) { /* two tensors, each from the other, at the same time and one after the other */
  TN_SCOPE;
  tn_tensor x = tn_copy(va()), y = tn_copy(vb());
  for (int i = 0; i < 4; i++) {
    TN_SCOPE;
    tn_tensor next_x = tn_sub(x, tn_mul(y, 0.25f)), next_y = tn_add(y, tn_mul(x, 0.25f));
    if (k) next_y = tn_add(y, tn_mul(next_x, 0.25f));
    tn_replace(&x, next_x);
    tn_replace(&y, next_y);
    if (i == 2) {
      tn_tensor t = x;
      x = y, y = t;
    }
  }
  overwrite();
  bits("x", x);
  bits("y", y);
}

CASE(one_value_for_two) { /* the second place gets a copy */
  TN_SCOPE;
  tn_tensor x = tn_copy(va()), y = tn_none();
  for (int i = 0; i < 3; i++) {
    TN_SCOPE;
    tn_tensor v = tn_sub(tn_mul(x, 0.5f), vb());
    tn_replace(&x, v);
    if (i == k) tn_replace(&y, v);
    tn_set(x, 100 + i, i, 0);
  }
  bits("x", x);
  bits("y", y);
}

CASE(kept_from_within) { /* by one scope, by two, by name */
  TN_SCOPE;
  tn_tensor out[6] = {0};
  const int64_t outer = tn_scope_begin();
  for (int i = 0; i < 3; i++) {
    TN_SCOPE;
    for (int j = 0; j < 2; j++) {
      TN_SCOPE;
      tn_tensor t = tn_mul(tn_at(va(), 2 * i + j), (float)(j + k));
      out[2 * i + j] = j ? tn_keep(tn_keep(t)) : tn_keep_in(outer, t);
      if (j == 0 && i == k) break;
    }
    if (out[2 * i + 1]) tn_keep(out[2 * i + 1]);
    overwrite();
  }
  for (int i = 0; i < 6; i++)
    if (out[i]) bits("out", out[i]);
  tn_scope_end(outer);
}

static tn_tensor kept_on_return(tn_tensor x, int k, int64_t outside) {
  TN_SCOPE;
  tn_tensor y = tn_mul(x, 2);
  for (int i = 0; i < 4; i++) {
    TN_SCOPE;
    tn_tensor z = tn_add(y, tn_at(vb(), i));
    if (i == k) return tn_keep_in(outside, z); /* out of this scope and out of the function's */
    tn_replace(&y, tn_mul(z, 0.5f));
  }
  return tn_keep(y);
}
CASE(kept_across_a_return) {
  const int64_t mark = tn_scope_begin();
  tn_tensor t = kept_on_return(va(), k, mark);
  overwrite();
  bits("t", t);
  tn_scope_end(mark);
}

CASE(owned) { /* made in a loop, freed in another, and some early */
  tn_tensor t[6], s = tn_zeros(TN_F32, 8);
  for (int i = 0; i < 6; i++) {
    TN_SCOPE;
    t[i] = tn_own(tn_exp(tn_mul(tn_at(va(), i), 0.25f)));
    if (i == k) tn_free(t[i]), t[i] = NULL;
  }
  overwrite();
  for (int i = 0; i < 6; i++) {
    if (!t[i]) continue;
    s = tn_add(s, t[i]);
    tn_free(t[i]);
    overwrite();
  }
  bits("s", s);
}

CASE(freed_early) { /* its last use is ahead, but what was made of it is needed behind */
  tn_tensor s = tn_zeros(TN_F32, 8, 8);
  for (int i = 0; i < 5; i++) {
    tn_tensor t = tn_add(va(), (float)i), u = tn_mul(t, vb());
    if (i != k) tn_free(t);
    overwrite();
    tn_tensor before = s;
    s = tn_add(s, u);
    tn_free(u);
    tn_free(before);
  }
  bits("s", s);
}

typedef struct node {
  tn_tensor t;
  struct node *next;
} node;
CASE(list_of_owned) {
  node *first = NULL;
  tn_tensor x = va();
  for (int i = 0; i < 5; i++) {
    TN_SCOPE;
    node *n = malloc(sizeof *n);
    *n = (node){tn_own(tn_add(tn_mul(first ? first->t : x, 0.5f), vb())), first};
    first = n;
    if (i != 1 + k) continue;
    tn_tensor before = first->t; /* both change, and what was theirs ends */
    first->t = tn_own(tn_copy(before));
    tn_free(before);
    tn_free(first->next->t);
    first->next->t = tn_own(tn_neg(first->t));
  }
  tn_tensor s = tn_zeros(TN_F32);
  while (first) {
    node *n = first;
    s = tn_add(tn_mul(s, 2), tn_sum(n->t));
    first = n->next;
    tn_free(n->t);
    free(n);
  }
  bits("s", s);
}

static tn_tensor running; /* outlives the function */
NOINLINE static void observe(tn_tensor x, float rate) {
  TN_SCOPE;
  if (!running) {
    running = tn_own(tn_mul(x, rate));
    return;
  }
  tn_replace(&running, tn_add(tn_mul(running, 1 - rate), tn_mul(x, rate)));
}
CASE(global) {
  for (int i = 0; i < 4; i++) {
    TN_SCOPE;
    observe(tn_at(va(), i + k), 0.25f);
    overwrite();
  }
  bits("running", running);
  tn_free(running);
  running = NULL;
}

NOINLINE static void descend(tn_tensor *w, int depth) { /* through the caller's variable, at every depth */
  TN_SCOPE;
  tn_replace(w, tn_sub(*w, tn_mul(gradient(*w), 0.25f)));
  if (depth && tn_item(tn_reduce_max(*w)) > 3) descend(w, depth - 1);
  tn_replace(w, tn_add(*w, 0.125f));
}
CASE(recursive) {
  TN_SCOPE;
  tn_tensor w = tn_copy(va());
  descend(&w, k * 3);
  overwrite();
  bits("w", w);
}

CASE(window_of_history) { /* the last three states */
  TN_SCOPE;
  tn_tensor h[3] = {tn_copy(va()), tn_copy(vb()), tn_none()};
  for (int i = 2; i < 8; i++) {
    TN_SCOPE;
    tn_replace(&h[i % 3], tn_sub(tn_mul(h[(i + 2) % 3], 1.25f), tn_mul(h[(i + 1) % 3], 0.5f)));
    if (i == 4 + k) overwrite();
  }
  for (int i = 0; i < 3; i++) bits("h", h[i]);
}

CASE(scopes_by_hand) { /* a break leaves one open; ending the outer ends it */
  tn_tensor w = tn_copy(va());
  const int64_t outer = tn_scope_begin();
  for (int i = 0; i < 4; i++) {
    const int64_t mark = tn_scope_begin();
    tn_tensor t = tn_mul(w, vb());
    tn_replace(&w, tn_add(t, tn_sum_keepdims(t, 0)));
    if (i == k) break;
    tn_scope_end(mark);
  }
  tn_scope_end(outer);
  overwrite();
  bits("w", w);
  tn_scope_end(outer); /* an error, whose text has the mark in it, and nothing else */
  printf("%d\n", tn_ok());
  tn_clear_error();
}

CASE(no_scope_on_one_side) { /* a scope in one arm of a branch in a loop */
  TN_SCOPE;
  tn_tensor w = tn_copy(va());
  for (int i = 0; i < 5; i++) {
    if ((i + k) % 2) {
      TN_SCOPE;
      tn_replace(&w, tn_sub(w, tn_mul(gradient(w), 0.25f)));
      overwrite();
    } else {
      w = tn_mul(w, 1.125f);
    }
  }
  bits("w", w);
}

CASE(kept_of_a_parameter) { /* keep of what lives further out does nothing */
  TN_SCOPE;
  tn_tensor x = tn_copy(va()), y = x;
  for (int i = 0; i < 3; i++) {
    TN_SCOPE;
    y = tn_keep(i == k ? x : tn_mul(y, 0.5f));
  }
  overwrite();
  printf("%d\n", x == y);
  bits("y", y);
}

typedef struct moments {
  tn_tensor m, v;
  float rate;
} moments;
static void adam(moments *s, tn_tensor *w, tn_tensor g, int step) {
  TN_SCOPE;
  tn_replace(&s->m, tn_add(tn_mul(s->m, 0.9f), tn_mul(g, 0.1f)));
  tn_replace(&s->v, tn_add(tn_mul(s->v, 0.99f), tn_mul(tn_square(g), 0.01f)));
  const float c = 1.f / (1.f + (float)step);
  tn_replace(w, tn_sub(*w, tn_mul(tn_div(s->m, tn_add(tn_sqrt(s->v), 1e-3f)), s->rate * c)));
}
CASE(state_in_structs) {
  TN_SCOPE;
  tn_tensor w[2] = {tn_copy(va()), tn_copy(vb())};
  moments s[2] = {{tn_zeros(TN_F32, 8, 8), tn_zeros(TN_F32, 8, 8), 0.1f}, {tn_zeros(TN_F32, 8, 8), tn_zeros(TN_F32, 8, 8), 0.2f}};
  for (int step = 0; step < 3 + k; step++)
    for (int i = 0; i < 2; i++) {
      TN_SCOPE;
      adam(&s[i], &w[i], tn_sub(w[i], w[1 - i]), step);
    }
  bits("w0", w[0]);
  bits("w1", w[1]);
  bits("v", s[1].v);
}

int main(int argc, char **argv) {
  const flow_case cases[] = {
      ROW(best_so_far, 3), ROW(old_is_read, 3), ROW(replaced_in_one_scope, 2), ROW(replaced_twice_a_turn, 3), ROW(with_null, 2),
      ROW(crosswise, 2), ROW(one_value_for_two, 2), ROW(kept_from_within, 3), ROW(kept_across_a_return, 5), ROW(owned, 3),
      ROW(freed_early, 2), ROW(list_of_owned, 2), ROW(global, 2), ROW(recursive, 3), ROW(window_of_history, 2),
      ROW(scopes_by_hand, 3), ROW(no_scope_on_one_side, 2), ROW(kept_of_a_parameter, 3), ROW(state_in_structs, 2),
  };
  return flow_main(argc, argv, cases, sizeof cases / sizeof *cases);
}

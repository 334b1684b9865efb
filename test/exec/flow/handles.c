/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * handles.c - handles that are loaded in a loop: from an array, from structs in structs, through a linked list, through
 * pointers to pointers; all good, or the seventh of another dtype or shape, NULL, a view, read-only, without elements. What is
 * computed ahead of the seventh stays, and what it makes of the rest is eager's.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags %unchecked" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 100 --guards 120
 */
#include <stdlib.h>

#include "Inputs/flow.h"

enum { LAYERS = 9, SEVENTH = 6, KINDS = 8 };

/* The seventh: 0 like the others, 1 f64, 2 of another shape, 3 of another rank that broadcasts, 4 NULL, 5 a view, 6 read-only,
 * 7 without elements. */
static tn_tensor weight(int i, int kind) {
  tn_tensor w = tn_mul(tn_add(vb(), (float)i), 0.0625f);
  if (i != SEVENTH) return w;
  switch (kind) {
  case 1: return tn_cast(w, TN_F64);
  case 2: return tn_slice(w, 0, 0, 5);
  case 3: return tn_at(w, 2);
  case 4: return NULL;
  case 5: return vb();
  case 6: return tn_view_const(b + 8, TN_F32, 8);
  case 7: return tn_slice(w, 1, 0, 0);
  default: return w;
  }
}

typedef struct layer {
  int kind;
  tn_tensor w, bias;
} layer;
typedef struct model {
  int layers;
  layer layer[LAYERS];
} model;
static void fill_model(model *m, int kind) {
  m->layers = LAYERS;
  for (int i = 0; i < LAYERS; i++) m->layer[i] = (layer){i % 3, weight(i, kind), tn_at(va(), i % 8)};
}

CASE(array) {
  tn_tensor w[LAYERS], x = va();
  for (int i = 0; i < LAYERS; i++) w[i] = weight(i, k);
  for (int i = 0; i < LAYERS; i++) x = tn_add(tn_mul(x, w[i]), 0.25f);
  bits("x", x);
}

CASE(array_of_the_heap) {
  tn_tensor *w = malloc(LAYERS * sizeof *w), x = tn_mul(va(), 0.125f);
  for (int i = 0; i < LAYERS; i++) w[i] = weight(i, k);
  for (int i = 0; i < LAYERS; i++) x = tn_tanh(tn_matmul(x, w[i]));
  bits("x", x);
  free(w);
}

static tn_tensor global[LAYERS];
NOINLINE static tn_tensor through_global(tn_tensor x) {
  for (int i = 0; i < LAYERS; i++) {
    x = tn_sub(tn_mul(x, 0.5f), global[i]);
    printf("%d %d\n", i, x != NULL);
  }
  return x;
}
CASE(array_that_others_see) {
  for (int i = 0; i < LAYERS; i++) global[i] = weight(i, k);
  bits("x", through_global(va()));
  memset(global, 0, sizeof global);
}

NOINLINE static tn_tensor forward(const model *m, tn_tensor x) {
  for (int l = 0; l < m->layers; l++) {
    tn_tensor h = tn_add(tn_matmul(x, m->layer[l].w), m->layer[l].bias);
    x = m->layer[l].kind == 0 ? tn_tanh(h) : m->layer[l].kind == 1 ? tn_relu(h) : h;
  }
  return x;
}
CASE(structs) {
  model m;
  fill_model(&m, k);
  bits("x", forward(&m, tn_mul(va(), 0.125f)));
}

/* Scoped, as a program that runs for days has it. */
NOINLINE static tn_tensor forward_scoped(const model *m, tn_tensor input) {
  TN_SCOPE;
  tn_tensor x = tn_copy(input);
  for (const layer *l = m->layer; l < m->layer + m->layers; l++) {
    TN_SCOPE;
    tn_tensor h = tn_add(tn_mul(x, l->w), l->bias);
    if (!tn_replace(&x, tn_div(h, tn_add(tn_reduce_max(tn_abs(h)), 1)))) break;
  }
  return tn_keep(x);
}
CASE(structs_scoped) {
  model m;
  fill_model(&m, k);
  bits("x", forward_scoped(&m, va()));
}

typedef struct node {
  tn_tensor t;
  struct node *next;
} node;
CASE(list) {
  node nodes[LAYERS], *first = NULL;
  for (int i = LAYERS - 1; i >= 0; i--) {
    nodes[i] = (node){weight(i, k), first};
    first = &nodes[i];
  }
  tn_tensor x = tn_mul(va(), 2), longest = tn_zeros(TN_F32);
  for (const node *n = first; n; n = n->next) {
    x = tn_add(tn_mul(x, 0.5f), n->t);
    longest = tn_maximum(longest, tn_reduce_max(x));
  }
  bits("x", x);
  bits("longest", longest);
}

CASE(list_until_a_read) { /* the list ends where a tensor says so */
  node nodes[LAYERS];
  for (int i = 0; i < LAYERS; i++) nodes[i] = (node){weight(i, k), &nodes[(i + 1) % LAYERS]};
  const node *n = nodes;
  tn_tensor x = tn_mul(va(), 0.5f);
  int turns = 0;
  do {
    x = tn_add(tn_mul(x, 0.875f), n->t);
    n = n->next;
  } while (++turns < 30 && tn_item(tn_sum(x)) < 120);
  printf("%d turns\n", turns);
  bits("x", x);
}

CASE(while_with_a_step) { /* w[i++] in the condition */
  tn_tensor w[LAYERS + 1], t, x = va();
  int i = 0;
  for (int j = 0; j < LAYERS; j++) w[j] = weight(j, k);
  w[LAYERS] = NULL;
  while ((t = w[i++])) x = tn_sub(tn_mul(x, t), tn_sum_keepdims(t, -1));
  printf("%d\n", i);
  bits("x", x);
}

CASE(two_arrays) { /* the first fails in the first of the two ops, the second in the other */
  tn_tensor w[LAYERS], u[LAYERS], x = va(), y = vb();
  for (int i = 0; i < LAYERS; i++) w[i] = weight(i, k < KINDS ? k : 0), u[i] = weight(i, k < KINDS ? 0 : k - KINDS);
  for (int i = 0; i < LAYERS; i++) {
    tn_tensor p = tn_mul(x, w[i]), q = tn_add(y, u[i]);
    printf("%d %d %d\n", i, p != NULL, q != NULL);
    if (p) x = tn_mul(p, 0.5f);
    if (q) y = tn_sub(q, 1);
  }
  bits("x", x);
  bits("y", y);
}

CASE(replaced_in_the_array) { /* gradient steps of each: w[i] leaves and comes back */
  TN_SCOPE;
  tn_tensor w[LAYERS], g = tn_mul(va(), 0.0625f);
  for (int i = 0; i < LAYERS; i++) w[i] = weight(i, k == 5 || k == 6 ? 0 : k);
  for (int turn = 0; turn < 2; turn++)
    for (int i = 0; i < LAYERS; i++) {
      TN_SCOPE;
      const bool done = w[i] ? tn_replace(&w[i], tn_sub(w[i], tn_mul(g, w[(i + 1) % LAYERS]))) : false;
      if (!done) printf("%d not replaced\n", i);
    }
  for (int i = 0; i < LAYERS; i++) bits("w", w[i]);
}

CASE(exchanged_in_the_array) { /* the layers rotate while the loop goes over them */
  tn_tensor w[LAYERS], x = va();
  for (int i = 0; i < LAYERS; i++) w[i] = weight(i, k);
  for (int i = 0; i + 1 < LAYERS; i++) {
    tn_tensor t = w[i];
    x = tn_add(tn_mul(x, 0.5f), t);
    w[i] = w[i + 1];
    w[i + 1] = x ? x : t;
  }
  for (int i = 0; i < LAYERS; i += 2) bits("w", w[i]);
}

CASE(stored_through_the_array) { /* views of one memory, of the second half, and again of the first */
  tn_tensor w[] = {va(), tn_view(a + 32, TN_F32, 4, 8), tn_view(a, TN_F32, 4, 8), vb(), va(), tn_view(a + 1, TN_F32, 7, 8), NULL, vb(), va()};
  switch (k) {
  case 0: w[SEVENTH] = tn_copy(va()); break;
  case 1: w[SEVENTH] = tn_view(a, TN_F64, 4, 8); break;
  case 2: w[SEVENTH] = tn_view(a, TN_F32, 5, 5); break;
  case 3: w[SEVENTH] = tn_view(a + 8, TN_F32, 8); break;
  case 4: break;
  case 5: w[SEVENTH] = tn_view_strided(a + 63, TN_F32, 2, (int64_t[]){8, 8}, (int64_t[]){-8, -1}); break;
  case 6: w[SEVENTH] = tn_view_const(a, TN_F32, 8, 8); break;
  default: w[SEVENTH] = tn_view_strided(a, TN_F32, 2, (int64_t[]){8, 8}, (int64_t[]){0, 1});
  }
  for (int i = 0; i < LAYERS; i++) {
    const bool done = tn_store(w[i], tn_add(tn_mul(w[i], 0.5f), tn_at(vb(), i % 8)));
    printf("%d %d %a\n", i, done, a[40]);
  }
  bits("a", va());
  bits("b", vb());
}

CASE(same_twice) { /* one tensor under two names */
  TN_SCOPE;
  tn_tensor t = tn_copy(va()), w[] = {t, vb(), t, tn_mul(t, 2), vb(), t, weight(SEVENTH, k), t, vb()};
  for (int i = 0; i < LAYERS; i++) {
    tn_store(t, tn_sub(tn_mul(t, 0.75f), w[i]));
    printf("%d %a\n", i, tn_get(w[2], 3, 3));
  }
  bits("t", t);
  bits("w[3]", w[3]);
}

CASE(pointers_to_handles) {
  tn_tensor x = tn_copy(va()), y = tn_mul(vb(), 2), *const p[] = {&x, &y, &x, &x, &y, &y, &x, &y, &x};
  for (int i = 0; i < LAYERS; i++) *p[i] = tn_add(tn_mul(*p[i], 0.5f), *p[(i + k) % LAYERS]);
  bits("x", x);
  bits("y", y);
}

typedef tn_tensor function(tn_tensor);
static tn_tensor twice(tn_tensor x) { return tn_mul(x, 2); }
static tn_tensor normal(tn_tensor x) { return tn_sub(x, tn_mean_keepdims(x, -1)); }
static tn_tensor fails(tn_tensor x) { return tn_matmul(x, tn_zeros(TN_F32, 3)); }
CASE(functions) { /* calls through pointers, in between */
  function *const f[] = {twice, tn_tanh, normal, tn_exp, tn_neg, normal, k ? fails : twice, tn_abs, tn_sqrt};
  tn_tensor x = tn_mul(va(), 0.25f), seen = x;
  for (int i = 0; i < LAYERS; i++) {
    tn_tensor h = tn_add(x, 0.125f);
    x = f[i](h);
    if (x) seen = tn_add(seen, tn_mul(x, h));
  }
  bits("x", x);
  bits("seen", seen);
}

CASE(exposed_on_the_way) { /* tn_data of the seventh: from there on it may change at any time */
  tn_tensor w[LAYERS], x = va();
  float *inside = NULL;
  for (int i = 0; i < LAYERS; i++) w[i] = weight(i, 0);
  for (int turn = 0; turn < 2; turn++)
    for (int i = 0; i < LAYERS; i++) {
      if (i == SEVENTH - turn * k) inside = tn_data(w[SEVENTH]);
      x = tn_add(tn_mul(x, 0.5f), w[i]);
      if (inside) inside[i] += 100;
    }
  bits("x", x);
  bits("w", w[SEVENTH]);
}

CASE(by_bytes) { /* stores that may be into the array of handles itself */
  tn_tensor w[LAYERS], x = va();
  for (int i = 0; i < LAYERS; i++) w[i] = weight(i, 0);
  for (int i = 0; i < LAYERS; i++) {
    x = tn_add(tn_mul(x, 0.5f), w[i]);
    if (i == 3) memcpy((char *)&w[4 + k], (char *)&w[1], sizeof w[0]);
  }
  bits("x", x);
}

int main(int argc, char **argv) {
  const flow_case cases[] = {
      ROW(array, KINDS), ROW(array_of_the_heap, KINDS), ROW(array_that_others_see, KINDS), ROW(structs, KINDS), ROW(structs_scoped, KINDS),
      ROW(list, KINDS), ROW(list_until_a_read, KINDS), ROW(while_with_a_step, KINDS), ROW(two_arrays, 2 * KINDS),
      ROW(replaced_in_the_array, KINDS), ROW(exchanged_in_the_array, KINDS), ROW(stored_through_the_array, KINDS), ROW(same_twice, KINDS),
      ROW(pointers_to_handles, 3), ROW(functions, 2), ROW(exposed_on_the_way, 2), ROW(by_bytes, 3),
  };
  return flow_main(argc, argv, cases, sizeof cases / sizeof *cases);
}

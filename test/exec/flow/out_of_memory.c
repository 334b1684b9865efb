/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * out_of_memory.c - loops in which each allocation fails in turn (TENON_FAIL_ALLOC=k). What was done until then is right to
 * the bit, a store is done or not at all, what failed says so, cases after it know nothing of it (Inputs/out_of_memory.py), and
 * nothing is left of it.
 *
 * UNSUPPORTED: asan
 * RUN: %python %S/Inputs/out_of_memory.py --clang %clang --plugin=%plugin --cflags="%tenon_cflags" --libs="%S/../../Inputs/allocations.c %tenon_libs" --out %t --source %s
 */
#include "../../Inputs/allocations.h"
#include "Inputs/flow.h"

#include <pthread.h>

static unsigned long long hash_of(const float *p, int n) {
  unsigned long long hash = 0xcbf29ce484222325ull;
  for (int i = 0; i < n; i++) hash = (hash ^ show_bits((const char *)&p[i], TN_F32)) * 0x100000001b3ull;
  return hash;
}

/* One state of a case: the program's memory, and a number that comes of its tensors. */
static void state(const char *what, double value) {
  unsigned long long bits;
  memcpy(&bits, &value, 8);
  printf("%s %llx memory %llx\n", what, bits, hash_of(a, 64) ^ hash_of(b, 64) * 3);
}
static void failed(void) { state("failed", 0); }

CASE(carried) {
  TN_SCOPE;
  tn_tensor x = tn_copy(va());
  for (int i = 0; i < 3 + k; i++) {
    TN_SCOPE;
    tn_tensor y = tn_sub(tn_mul(x, 0.75f), vb());
    tn_replace(&x, tn_div(y, tn_add(tn_reduce_max(tn_abs(y)), 1)));
    const double s = tn_item(tn_sum(x));
    if (!tn_ok()) return failed();
    state("turn", s);
  }
}

CASE(layers) {
  TN_SCOPE;
  tn_tensor w[9], x = tn_mul(va(), 0.125f);
  for (int i = 0; i < 9; i++) w[i] = tn_mul(tn_add(vb(), (float)i), 0.0625f);
  if (!tn_ok()) return failed();
  for (int i = 0; i < 9; i++) {
    tn_tensor h = tn_add(tn_matmul(x, w[i]), tn_at(w[8 - i], i % 8));
    x = i % 2 ? tn_tanh(h) : h;
    const double s = tn_item(tn_sum(x));
    if (!tn_ok()) return failed();
    state("layer", s);
  }
}

CASE(stored) { /* in place over the program's memory, after a branch that reads it */
  for (int i = 0; i < 4; i++) {
    TN_SCOPE;
    tn_tensor x = va(), y = tn_exp(tn_mul(x, -0.125f));
    const float m = tn_item_f32(tn_mean(y));
    if (!tn_ok() || !tn_store(x, m > 0.5f ? tn_mul(x, tn_sub(y, m)) : tn_add(x, 1))) return failed();
    state("first store", 0);
    if (!tn_store(vb(), tn_add(vb(), tn_matmul(y, vb())))) return failed();
    state("second store", m);
  }
}

CASE(cache) {
  TN_SCOPE;
  tn_tensor cache = tn_view(a, TN_F32, 8, 8), x = tn_copy(tn_at(vb(), 0));
  for (int t = 0; t < 8; t++) {
    TN_SCOPE;
    if (!tn_store_at(cache, tn_mul(x, 0.5f), t)) return failed();
    state("stored", t);
    tn_tensor rows = tn_slice(cache, 0, 0, t + 1);
    if (!tn_replace(&x, tn_matmul(tn_softmax(tn_matmul(rows, x), 0), rows))) return failed();
    const double s = tn_item(tn_sum(x));
    if (!tn_ok()) return failed();
    state("attended", s);
  }
}

typedef struct node {
  tn_tensor t;
  struct node *next;
} node;
CASE(owned_list) {
  node nodes[6], *first = NULL;
  TN_SCOPE;
  for (int i = 0; i < 6; i++) {
    TN_SCOPE;
    nodes[i] = (node){tn_own(tn_add(tn_mul(first ? first->t : va(), 0.5f), vb())), first};
    if (!nodes[i].t) break;
    first = &nodes[i];
  }
  double s = 0;
  for (const node *n = first; n && tn_ok(); n = n->next) s += tn_item(tn_sum(tn_mul(n->t, (float)k)));
  if (tn_ok())
    state("sum", s);
  else
    failed();
  for (; first; first = first->next) tn_free(first->t);
}

CASE(best) {
  TN_SCOPE;
  tn_tensor w = tn_copy(va()), best = tn_none();
  if (!tn_ok()) return failed();
  float least = 1e30f;
  for (int i = 0; i < 4; i++) {
    TN_SCOPE;
    tn_tensor g = tn_sub(tn_mul(w, 0.5f), vb());
    if (!tn_replace(&w, tn_sub(w, tn_mul(g, i == 1 ? -1.5f : 0.75f)))) return failed();
    const float loss = tn_item_f32(tn_mean(tn_square(w)));
    if (!tn_ok()) return failed();
    if (loss < least) {
      least = loss;
      if (!tn_replace(&best, w)) return failed();
    }
    const double s = tn_item(tn_sum(best));
    if (!tn_ok()) return failed();
    state("best", s);
  }
}

static void *nothing(void *unused) { return unused; }
static void *run_cases(void *unused) {
  const flow_case cases[] = {ROW(carried, 2), ROW(layers, 1), ROW(stored, 1), ROW(cache, 1), ROW(owned_list, 2), ROW(best, 1)};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (int k = 0; k < cases[i].turns; k++) {
      TN_SCOPE;
      tn_clear_error(); /* of the scope */
      for (int j = 0; j < 64; j++) a[j] = (float)j * 0.25f - 3, b[j] = 1.f / (float)(j + 1);
      printf("== %s %d\n", cases[i].name, k);
      state("start", 0);
      cases[i].run(k);
      printf("error %s\n", tn_error());
      tn_clear_error();
    }
  return unused;
}

/* In a thread, which gives back what it keeps for itself when it ends. */
static int in_thread(void *(*run)(void *)) {
  pthread_t thread;
  return pthread_create(&thread, NULL, run, NULL) || pthread_join(thread, NULL);
}

int main(void) {
  static char buffer[4096];
  setvbuf(stdout, buffer, _IOLBF, sizeof buffer);
  if (in_thread(nothing)) return 1;
  const int64_t before = allocations_now();
  if (in_thread(run_cases)) return 1;
  tn_trim();
  if (allocations_now() != before) printf("%lld bytes are left\n", (long long)(allocations_now() - before));
  return 0;
}

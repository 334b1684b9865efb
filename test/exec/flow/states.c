/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * states.c - what loops and branches leave behind beside the value they carry: states of earlier turns that somebody still
 * has, two names for one tensor, elements read through a pointer, errors in the order of the program, values that are needed in
 * the next turn only, the same loop in two threads.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags %unchecked" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 60 --guards 120
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>

#include "Inputs/flow.h"

CASE(all_states_are_kept) { /* an update in place would change what h has */
  tn_tensor h[6], x = tn_mul(va(), 0.5f);
  for (int i = 0; i < 6; i++) {
    h[i] = x;
    x = tn_sub(tn_mul(x, 1.25f), vb());
    if (k && i == 3) x = h[1];
  }
  for (int i = 0; i < 6; i++) bits("h", tn_add(h[i], x));
}

CASE(one_state_is_kept) {
  tn_tensor x = tn_mul(va(), 0.5f), snapshot = NULL, before = x;
  for (int i = 0; i < 5; i++) {
    if (i == k) snapshot = x;
    before = x;
    x = tn_tanh(tn_add(x, vb()));
  }
  bits("snapshot", snapshot);
  bits("before", before);
  bits("x", x);
}

CASE(stored_state_under_two_names) { /* x and y are one tensor, or two: the store is seen through both, or not */
  TN_SCOPE;
  tn_tensor t = tn_copy(va()), u = tn_copy(vb()), x = t, y = k & 1 ? t : u;
  for (int i = 0; i < 4; i++) {
    tn_store(x, tn_add(tn_mul(x, 0.5f), y));
    tn_store_at(y, tn_at(x, i), 7 - i);
    if (k & 2 && i == 1) x = u;
  }
  bits("t", t);
  bits("u", u);
}

CASE(store_into_one_of_two) {
  TN_SCOPE;
  tn_tensor t = tn_copy(va()), u = tn_copy(vb()), p = tn_mul(t, 2), q = tn_mul(u, 2);
  for (int i = 0; i < 4; i++) {
    tn_tensor target = (i + k) % 3 ? t : u; /* p and q do not see it */
    tn_store(target, tn_exp(tn_mul(target, -0.25f)));
    p = tn_sub(p, u), q = tn_add(q, t);
  }
  bits("p", p);
  bits("q", q);
}

CASE(used_in_the_next_turn) { /* and its input changes in between */
  tn_tensor last = tn_zeros(TN_F32, 8, 8), s = last;
  for (int i = 0; i < 5; i++) {
    s = tn_add(s, last);
    last = tn_mul(va(), vb());
    a[i * 9] = 0;
    b[k] += 1;
    if (i % 2) tn_store(vb(), tn_mul(vb(), 0.5f));
  }
  bits("s", s);
  bits("last", last);
}

CASE(read_by_pointer) { /* elements of values and of stored-to tensors, by the program's own loads */
  TN_SCOPE;
  tn_tensor x = tn_copy(va());
  float s = 0;
  for (int i = 0; i < 4; i++) {
    TN_SCOPE;
    tn_tensor y = tn_mul(tn_add(x, vb()), 0.5f);
    const float *p = tn_data_const(y);
    for (int j = 0; j < 64; j += 5) s += p[j] * (float)(j + k);
    tn_store(x, tn_sub(y, s * 1e-3f));
    const float *q = tn_data_const(x);
    s += q[i * 8] - p[63];
  }
  number("s", s);
  bits("x", x);
}

CASE(written_by_pointer) { /* the program fills what an op made, behind it */
  tn_tensor s = tn_zeros(TN_F32, 8, 8);
  for (int i = 0; i < 4; i++) {
    tn_tensor t = tn_mul(va(), (float)i);
    float *p = tn_data(t);
    p[i + k] = 1000;
    s = tn_add(s, tn_abs(t));
    p[i + k] = 2000; /* too late */
  }
  bits("s", s);
}

CASE(errors_in_order) { /* the first one stays, whichever of the two ops is delayed */
  tn_tensor x = va(), three = tn_zeros(TN_F32, 3), wide = tn_cast(vb(), TN_F64), y = NULL, z = NULL;
  for (int i = 0; i < 3; i++) {
    tn_tensor p = i == 1 + (k == 1) ? tn_add(tn_mul(x, 2), three) : tn_exp(x);
    tn_tensor q = i == 1 + (k == 0) ? tn_mul(tn_sub(x, 1), wide) : tn_neg(x);
    printf("%d: %d %s\n", i, tn_ok(), tn_error());
    y = q, z = p;
    if (k == 2) tn_clear_error();
  }
  bits("y", y);
  bits("z", z);
}

CASE(loop_asks_for_errors) {
  tn_tensor x = va();
  int turns = 0;
  while (tn_ok() && turns < 20) {
    tn_tensor row = tn_slice(tn_at(vb(), 0), 0, 0, 8 - (turns == 4 + k));
    x = tn_add(tn_mul(x, 0.5f), row);
    turns++;
  }
  printf("%d turns\n", turns);
  bits("x", x);
}

CASE(unused_and_wrong) { /* nobody wants them; the error is there all the same */
  tn_tensor x = va();
  for (int i = 0; i < 3; i++) {
    tn_tensor unused = tn_matmul(x, tn_zeros(TN_F32, 8 - (i == k), 2)), also = tn_exp(x);
    (void)unused, (void)also;
    x = tn_add(x, 1);
  }
  bits("x", x);
}

CASE(no_elements) { /* some turns, or all, have nothing to do */
  tn_tensor s = tn_zeros(TN_F32), c = tn_slice(va(), 0, 0, 0);
  for (int i = 0; i < 4; i++) {
    tn_tensor part = tn_slice(va(), 0, 0, i - k < 0 ? 0 : i - k);
    s = tn_add(s, tn_sum(tn_mul(part, 2)));
    c = tn_concat(0, c, tn_exp(tn_mul(part, 0.25f)));
    printf("%lld %a\n", (long long)tn_dim(c, 0), tn_item(tn_sum(tn_matmul(tn_transpose(part), part))));
  }
  bits("s", s);
  bits("c", tn_mean(c, 0));
}

CASE(inner_loop_that_may_be_empty) {
  TN_SCOPE;
  tn_tensor x = tn_copy(va());
  for (int i = 0; i < 4; i++) {
    tn_tensor y = tn_mul(x, 0.5f);
    for (int j = i; j < 2 + k; j++) y = tn_add(tn_mul(y, 0.25f), tn_at(vb(), j));
    tn_store_at(x, tn_at(y, i), 7 - i);
  }
  bits("x", x);
}

CASE(rows_by_views) { /* a view a turn, over another part of the program's memory */
  const float *p = a;
  for (float *q = b; q < b + 64; p += 8, q += 8) {
    TN_SCOPE;
    tn_tensor x = tn_view_const(p, TN_F32, 8), y = tn_view(q, TN_F32, 8);
    if (!tn_store(y, k ? tn_softmax(tn_mul(x, y), 0) : tn_matmul(tn_view(a, TN_F32, 8, 8), tn_add(x, y)))) break;
  }
  bits("b", vb());
}

CASE(flags_that_others_set) {
  static volatile int left;
  left = 3 + k;
  tn_tensor x = va();
  while (left > 0) {
    left = left - 1;
    x = tn_sub(tn_mul(x, 0.75f), vb());
    if (left == 1) x = tn_transpose(x);
  }
  bits("x", x);
}

CASE(small_counters) { /* that wrap, count down, count by a product */
  tn_tensor x = tn_mul(va(), 0.125f);
  for (uint8_t i = 250; i >= 250 || i < 3; i++) x = tn_add(tn_mul(x, 0.5f), (float)i);
  for (int64_t i = 1; i < 1000 * (k + 1); i *= 5) x = tn_sub(x, tn_at(vb(), i % 8));
  for (int16_t i = 4; i-- > 0;) x = tn_mul(x, tn_get_f32(x, i, i) > 100 ? 0.5f : 1.f);
  bits("x", x);
}

static tn_tensor iterate(tn_tensor x, int turns) {
  TN_SCOPE;
  x = tn_copy(x);
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    tn_tensor y = tn_matmul(x, tn_transpose(x));
    tn_replace(&x, tn_div(tn_add(y, x), tn_add(tn_reduce_max(tn_abs(y)), 1)));
  }
  return tn_keep(x);
}
static void *in_thread(void *p) {
  tn_tensor *t = p;
  TN_SCOPE;
  for (int i = 0; i < 20; i++) *t = i ? (tn_free(*t), tn_own(iterate(va(), 5 + i % 3))) : tn_own(iterate(vb(), 3));
  return NULL;
}
CASE(in_two_threads) {
  pthread_t threads[2];
  tn_tensor t[3];
  for (int i = 0; i < 2; i++)
    if (pthread_create(&threads[i], NULL, in_thread, &t[i])) exit(1);
  in_thread(&t[2]);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < 3; i++) bits("t", t[i]), tn_free(t[i]);
  (void)k;
}

int main(int argc, char **argv) {
  const flow_case cases[] = {
      ROW(all_states_are_kept, 2), ROW(one_state_is_kept, 3), ROW(stored_state_under_two_names, 4), ROW(store_into_one_of_two, 2),
      ROW(used_in_the_next_turn, 2), ROW(read_by_pointer, 2), ROW(written_by_pointer, 2), ROW(errors_in_order, 3),
      ROW(loop_asks_for_errors, 2), ROW(unused_and_wrong, 3), ROW(no_elements, 3), ROW(inner_loop_that_may_be_empty, 3),
      ROW(rows_by_views, 2), ROW(flags_that_others_set, 2), ROW(small_counters, 2), ROW(in_two_threads, 1),
  };
  return flow_main(argc, argv, cases, sizeof cases / sizeof *cases);
}

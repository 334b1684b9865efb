/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * stores.c - memory that changes under tensor ops in loops: the program's own stores into arrays that views look at, library
 * calls that write, output and counters, tn_store, tn_store_at and tn_set into views, into windows of themselves, into caches
 * that grow a row a turn. An op that moved past a store, or was kept for the next turn, shows.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags %unchecked" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 100 --guards 120
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "Inputs/flow.h"

CASE(own_stores) {
  tn_tensor x = va(), total = tn_zeros(TN_F32, 8, 8);
  for (int i = 0; i < 5; i++) {
    tn_tensor before = tn_mul(x, 2);
    a[i * 7 + k] += 10; /* before does not see it, after does */
    tn_tensor after = tn_mul(x, 3);
    total = tn_add(total, tn_sub(after, before));
  }
  bits("total", total);
}

CASE(own_stores_decided_by_reads) {
  tn_tensor x = va();
  for (int i = 0; i < 8; i++) {
    TN_SCOPE;
    tn_tensor row = tn_at(x, i);
    const float m = tn_item_f32(tn_mean(row));
    if (m > 2 + (float)k)
      a[8 * i + 3] = m;
    else
      b[i] = m;
    tn_store(vb(), tn_add(vb(), tn_mul(x, 0.125f)));
  }
  bits("a", va());
  bits("b", vb());
}

CASE(delayed_past_a_store) { /* made before, used behind: in every turn, and only in the last */
  tn_tensor x = va(), kept = NULL;
  for (int i = 0; i < 4; i++) {
    tn_tensor t = tn_exp(tn_mul(x, 0.0625f));
    a[i] = -1;
    b[i] = 7;
    if (i == k) kept = tn_mul(t, vb());
  }
  bits("kept", kept);
}

CASE(pointer_that_walks) {
  float *p = a + k;
  for (tn_tensor x = va(); p < a + 60; p += 9) {
    TN_SCOPE;
    const float s = tn_item_f32(tn_sum(tn_mul(x, vb())));
    *p = s;
    p[1] -= tn_get_f32(x, 0, 1);
    printf("%a\n", s);
  }
  bits("a", va());
}

CASE(by_library_calls) {
  tn_tensor x = va(), s = tn_zeros(TN_F32);
  for (int i = 0; i < 6; i++) {
    tn_tensor t = tn_add(x, 1);
    switch ((i + k) % 4) {
    case 0: memset(a + 8 * i, 0, 16); break;
    case 1: memcpy(a + 8 * i, b, 32); break;
    case 2: memmove(a + 1, a, 40); break;
    default: break;
    }
    s = tn_add(s, tn_sum(tn_mul(t, x)));
  }
  bits("s", s);
  bits("a", va());
}

static int by_value(const void *p, const void *q) {
  const float x = *(const float *)p, y = *(const float *)q;
  return (y > x) - (y < x);
}
CASE(by_qsort) {
  for (int i = 0; i < 3; i++) {
    tn_tensor t = tn_mul(tn_sub(va(), (float)(i * 3 + k)), tn_sub(va(), 2));
    tn_store(va(), t);
    qsort(a, 64, sizeof *a, by_value);
    printf("%a %a\n", a[0], tn_get(t, 0, 0));
  }
  bits("a", va());
}

static volatile float watched;
static _Atomic int counter;
static int plain_counter;
NOINLINE static void count(void) { plain_counter++; }
CASE(counters_and_output) {
  tn_tensor x = va();
  for (int i = 0; i < 4; i++) {
    x = tn_add(tn_mul(x, 0.5f), vb());
    watched = watched + tn_get_f32(x, i, i);
    counter++;
    count();
    x = tn_sub(x, watched);
    printf("turn %d of %d: %a, %d, %d\n", i, k, tn_item(tn_mean(x)), counter, plain_counter);
    if (i % 2) fputs("odd\n", stdout);
  }
  bits("x", x);
}

static float *changed;
NOINLINE static void change(void) { *changed += 3; }
CASE(by_functions_nobody_sees) {
  changed = a + 9 * k;
  tn_tensor x = va(), s = tn_zeros(TN_F32, 8);
  for (int i = 0; i < 4; i++) {
    tn_tensor t = tn_mul(x, 2);
    change();
    s = tn_add(s, tn_sum(tn_sub(tn_mul(x, 3), t), k & 1));
  }
  bits("s", s);
}

CASE(rows_of_a_cache) { /* keys of all turns so far, attended to in each */
  TN_SCOPE;
  tn_tensor keys = tn_zeros(TN_F32, 6, 8), values = tn_zeros(TN_F32, 6, 8), x = tn_copy(tn_at(va(), 0));
  for (int t = 0; t < 6 + k; t++) { /* the last turns reach over the border */
    TN_SCOPE;
    const bool done = tn_store_at(keys, tn_mul(x, 0.25f), t) & tn_store_at(values, tn_add(x, tn_at(vb(), t % 8)), t, 0);
    if (!done) printf("%d: %s\n", t, tn_error()), tn_clear_error();
    tn_tensor p = tn_softmax(tn_matmul(tn_slice(keys, 0, 0, t + 1), x), 0);
    tn_replace(&x, tn_matmul(p, tn_slice(values, 0, 0, t + 1)));
    printf("%d: %a\n", t, tn_get(p, 0));
  }
  bits("keys", keys);
  bits("x", x);
}

CASE(ring) {
  tn_tensor ring = tn_view(a, TN_F32, 4, 16), x = tn_view(b, TN_F32, 16);
  for (int t = 0; t < 9; t++) {
    TN_SCOPE;
    tn_tensor oldest = tn_at(ring, (t + 1 + k) % 4);
    tn_store_at(ring, tn_add(tn_mul(oldest, 0.5f), x), t % 4, 0);
    tn_store(x, tn_mul(tn_sub(x, tn_mean(ring, 0)), 0.75f));
  }
  bits("ring", ring);
  bits("x", x);
}

CASE(windows_of_itself) { /* each row from the one above, each in its turn; then all at once */
  tn_tensor x = va();
  for (int i = 1; i < 8; i++) tn_store_at(x, tn_add(tn_mul(tn_window(x, i - 1, i, 0, 7), 0.5f), 1), i, 1 & k);
  bits("x", x);
  for (int i = 0; i < 3; i++) tn_store_at(x, tn_window(x, 0, -1, 0, -1), 1, 1);
  bits("x", x);
  tn_tensor all = tn_view(a, TN_F32, 63), shifted = tn_view(a + 1, TN_F32, 63);
  for (int i = 0; i < 3; i++) tn_store(shifted, tn_sub(tn_mul(all, 0.5f), shifted));
  bits("x", x);
}

CASE(turns_itself_around) {
  for (int i = 0; i < 3 + k; i++) tn_store(va(), tn_add(tn_transpose(va()), tn_slice_step(va(), 1, TN_END, TN_END, -1)));
  bits("a", va());
}

CASE(elements) {
  tn_tensor x = tn_mul(va(), 1), sums = tn_zeros(TN_F64, 8);
  for (int i = 0; i < 8; i++) {
    tn_set(x, tn_get(x, (i + 1) % 8, k) * 2 + i, i, i);
    tn_set(sums, tn_item(tn_sum(tn_exp(tn_neg(x)))), i);
  }
  bits("x", x);
  bits("sums", sums);
}

CASE(in_place_of_rows) { /* Gauss-Jordan */
  tn_tensor m = tn_copy(tn_add(va(), tn_mul(vb(), (float)(k + 1) * 20)));
  for (int i = 0; i < 8; i++) {
    TN_SCOPE;
    tn_tensor row = tn_div(tn_at(m, i), tn_get_f32(m, i, i));
    tn_store(m, tn_sub(m, tn_mul(tn_slice(m, 1, i, i + 1), row)));
    tn_store_at(m, row, i, 0);
  }
  bits("m", m);
}

CASE(pointers_exchanged) { /* the program's own two buffers, seen anew each turn */
  float *now = a, *then = b;
  for (int i = 0; i < 3 + k; i++) {
    tn_tensor x = tn_view(now, TN_F32, 8, 8), y = tn_view(then, TN_F32, 8, 8);
    tn_store_at(y, tn_mul(tn_add(tn_window(x, 0, -2, 1, -1), tn_window(x, 2, TN_END, 1, -1)), 0.5f), 1, 1);
    float *t = now;
    now = then, then = t;
    now[0] = (float)i;
  }
  bits("a", va());
  bits("b", vb());
}

CASE(local_arrays) { /* one that lives for a turn, one of a size known when it runs, one of the heap */
  tn_tensor total = tn_zeros(TN_F32, 4, 4);
  for (int i = 0; i < 4; i++) {
    float local[16], sized[16 + k];
    float *heap = malloc(sizeof local);
    for (int j = 0; j < 16; j++) local[j] = a[j + i], sized[j + k] = b[j] * (float)i, heap[j] = (float)j;
    tn_tensor x = tn_mul(tn_view(local, TN_F32, 4, 4), 2), y = tn_add(tn_view(sized + k, TN_F32, 4, 4), 1);
    tn_tensor z = tn_sub(tn_view(heap, TN_F32, 4, 4), 3);
    memset(local, 0x55, sizeof local);
    free(heap);
    total = tn_add(total, tn_add(x, tn_mul(y, z)));
  }
  bits("total", total);
}

CASE(exposed) { /* the elements of an owned tensor, written by the program */
  tn_tensor t = tn_copy(va()), s = tn_zeros(TN_F32);
  float *p = k ? tn_data(t) : a;
  for (int i = 0; i < 5; i++) {
    tn_tensor y = tn_mul(t, vb());
    p[i] *= 2;
    s = tn_add(s, tn_sum(tn_add(y, t)));
  }
  bits("s", s);
  bits("t", t);
}

CASE(copies_before) { /* an array is saved, changed and put back */
  float saved[64];
  for (int i = 0; i < 3; i++) {
    memcpy(saved, a, sizeof a);
    tn_tensor t = tn_view(saved, TN_F32, 8, 8);
    tn_store(va(), tn_exp(tn_mul(va(), -0.125f)));
    const float now = tn_item_f32(tn_sum(va())), then = tn_item_f32(tn_sum(t));
    printf("%a %a\n", now, then);
    if (now > then + 40 * (float)k) memcpy(a, saved, sizeof a);
  }
  bits("a", va());
}

CASE(compensated) { /* Kahan's sum, of sums */
  float s = 0, c = 0;
  for (int i = 0; i < 8; i++) {
    const float y = tn_item_f32(tn_sum(tn_mul(tn_at(va(), i), tn_select(vb(), 1, k)))) - c;
    const float t = s + y;
    c = (t - s) - y;
    s = t;
  }
  number("s", s);
  number("c", c);
}

CASE(two_sizes_of_element) { /* bytes of the same memory, as floats and as int */
  int32_t whole[16];
  for (int i = 0; i < 16; i++) whole[i] = i * 1000 + k;
  tn_tensor w = tn_view(whole, TN_I32, 16), x = tn_view(a, TN_F32, 16);
  for (int i = 0; i < 4; i++) {
    tn_store(x, tn_add(tn_cast(w, TN_F32), tn_mul(x, 0.5f)));
    whole[i] = (int32_t)tn_item(tn_sum(x));
    tn_store(w, tn_sub(w, tn_values(TN_I32, i)));
  }
  bits("w", w);
  bits("x", x);
}

int main(int argc, char **argv) {
  const flow_case cases[] = {
      ROW(own_stores, 2), ROW(own_stores_decided_by_reads, 3), ROW(delayed_past_a_store, 3), ROW(pointer_that_walks, 2),
      ROW(by_library_calls, 3), ROW(by_qsort, 2), ROW(counters_and_output, 2), ROW(by_functions_nobody_sees, 2), ROW(rows_of_a_cache, 2),
      ROW(ring, 2), ROW(windows_of_itself, 2), ROW(turns_itself_around, 2), ROW(elements, 2), ROW(in_place_of_rows, 2),
      ROW(pointers_exchanged, 2), ROW(local_arrays, 2), ROW(exposed, 2), ROW(copies_before, 2), ROW(compensated, 2),
      ROW(two_sizes_of_element, 2),
  };
  return flow_main(argc, argv, cases, sizeof cases / sizeof *cases);
}

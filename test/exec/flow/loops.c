/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * loops.c - tensors that loops carry: for, while and do, that run many times, once or never, left by their condition,
 * break, return or goto; nested loops; counts and conditions that are read from tensors; carried values whose shape and dtype
 * stay or change.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags %unchecked" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 100 --guards 120
 */
#include "Inputs/flow.h"

CASE(counted) {
  tn_tensor x = va();
  for (int i = 0; i < k * 3; i++) {
    TN_SCOPE;
    tn_replace(&x, tn_sub(tn_mul(x, 0.75f), vb()));
  }
  bits("x", x);
}

/* What several variables become is computed in one walk, and each replaced in its turn. */
CASE(replaced_together) {
  TN_SCOPE;
  tn_tensor x = va(), y = tn_mul(vb(), 0.5f), z = tn_sub(x, y), counts = tn_zeros(TN_F32, 8, 8);
  for (int i = 0; i < k * 4; i++) {
    TN_SCOPE;
    tn_tensor old = x, both = tn_add(tn_mul(x, y), z);
    tn_replace(&counts, tn_add(counts, tn_cast(tn_less(both, 1), TN_F32)));
    tn_replace(&x, tn_where(tn_less(both, 1), both, old));
    tn_replace(&y, tn_sub(y, tn_mul(old, 0.125f)));
    tn_replace(&z, tn_tanh(tn_sub(x, z))); /* the new x */
    if (i == 5) tn_replace(&y, tn_add(y, old));
  }
  bits("x", x);
  bits("y", y);
  bits("z", z);
  bits("counts", counts);
}

CASE(replaced_together_one_fails) { /* the first error is that of the first call that fails */
  TN_SCOPE;
  tn_tensor x = va(), y = vb(), none = NULL, wrong = tn_zeros(TN_F32, 7 + (k == 0), 8);
  for (int i = 0; i < 3; i++) {
    TN_SCOPE;
    tn_replace(&x, tn_add(x, y));
    if (k & 1) tn_replace(&none, tn_mul(x, 2));
    tn_replace(&y, tn_add(y, tn_slice(wrong, 0, 0, 8)));
    tn_replace(&x, tn_sub(x, tn_mul(y, 0.25f)));
  }
  bits("x", x);
  bits("y", y);
}

CASE(counted_without_scope) {
  tn_tensor x = tn_mul(va(), 0.5f);
  for (int i = 0; i < k * 3; i++) x = tn_add(tn_mul(x, x), 0.125f), x = tn_tanh(x);
  bits("x", tn_sub(x, vb()));
}

CASE(until_converged) { /* sqrt(2 + b) by Newton's method */
  TN_SCOPE;
  tn_tensor target = tn_add(vb(), 2), x = tn_full(TN_F32, 1 + k, 8, 8);
  double err = 1;
  int turns = 0;
  while (err > 1e-6) {
    TN_SCOPE;
    tn_tensor next = tn_mul(tn_add(x, tn_div(target, x)), 0.5f);
    err = tn_item(tn_reduce_max(tn_abs(tn_sub(next, x))));
    tn_replace(&x, next);
    turns++;
  }
  printf("%d turns, error %a\n", turns, err);
  bits("x", x);
}

CASE(do_while) {
  tn_tensor x = tn_mul(vb(), (float)(k * 3)), s;
  int turns = 0;
  do {
    x = tn_mul(tn_add(x, 0.25f), 1.5f);
    s = tn_sum(x);
    turns++;
  } while (tn_item_f32(s) < 500);
  printf("%d turns\n", turns);
  bits("x", x);
  bits("s", s);
}

CASE(breaks_and_continues) {
  TN_SCOPE;
  tn_tensor x = va(), total = tn_zeros(TN_F32, 8);
  for (int i = 0;; i++) {
    TN_SCOPE;
    tn_tensor row = tn_mul(tn_at(x, i % 8), (float)(i + 1));
    const float m = tn_item_f32(tn_reduce_max(row));
    if (m < -5) continue;
    tn_replace(&total, tn_add(total, row));
    if (i == 20 || m > 40 + 60 * (float)k) break;
    printf("%d: %a\n", i, m);
  }
  bits("total", total);
}

static tn_tensor first_over(tn_tensor x, float limit) {
  for (int i = 0; i < 8; i++) {
    TN_SCOPE;
    tn_tensor row = tn_exp(tn_mul(tn_at(x, i), 0.25f));
    if (tn_item_f32(tn_sum(row)) > limit) return tn_keep(tn_div(row, tn_sum(row)));
  }
  return tn_mul(x, 0.5f);
}
CASE(returns_from_the_middle) { bits("first", tn_add(first_over(va(), k == 3 ? 1e9f : (float)k * 60), 1)); }

CASE(left_by_goto) {
  TN_SCOPE;
  tn_tensor x = tn_copy(va());
  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 6; j++) {
      TN_SCOPE;
      tn_replace(&x, tn_add(tn_mul(x, 1.125f), tn_at(vb(), j)));
      if (tn_get_f32(x, i, j) > 9.f + 10 * (float)k) goto found;
    }
  puts("not found");
found:
  bits("x", x);
}

CASE(switch_in_a_loop) { /* a small interpreter of tensors */
  static const char *const programs[] = {"+*t.", "nnn+e.", "+z+z+z.t*", "", "q+s*."};
  tn_tensor x = va(), y = vb();
  for (const char *p = programs[k]; *p; p++) {
    switch (*p) {
    case '+': x = tn_add(x, y); continue;
    case '*': x = tn_mul(x, y); break;
    case 't': y = tn_tanh(x); break;
    case 'e': x = tn_exp(tn_minimum(x, 2)); break;
    case 'n': x = tn_neg(x); /* and on */
    case 'z': y = tn_sub(y, tn_mean(x)); break;
    case 's': {
      tn_tensor t = x;
      x = y, y = t;
      break;
    }
    case '.': goto done;
    default: printf("? %c\n", *p);
    }
    printf("%c %a\n", *p, tn_get(x, 2, 2));
  }
done:
  bits("x", x);
  bits("y", y);
}

CASE(two_that_change_places) { /* Fibonacci */
  tn_tensor x = vb(), y = va();
  for (int i = 0; i < k * 2; i++) {
    tn_tensor next = tn_add(x, y);
    x = y;
    y = next;
  }
  bits("x", x);
  bits("y", y);
}

CASE(three_in_a_ring) {
  tn_tensor p = va(), q = vb(), r = tn_add(p, q);
  for (int i = 0; i < 4 + k; i++) {
    tn_tensor t = p;
    p = tn_mul(q, 0.5f), q = r, r = tn_sub(t, p);
  }
  bits("p", p);
  bits("q - r", tn_sub(q, r));
}

CASE(nested_and_carried) {
  TN_SCOPE;
  tn_tensor x = tn_copy(va()), sums = tn_zeros(TN_F32);
  for (int i = 0; i < 3; i++) {
    TN_SCOPE;
    tn_tensor y = tn_mul(x, 0.5f);
    for (int j = 0; j <= i + k; j++) {
      TN_SCOPE;
      tn_replace(&y, tn_sub(tn_mul(y, vb()), tn_mean(y)));
      tn_replace(&sums, tn_add(sums, tn_sum(y)));
    }
    tn_replace(&x, tn_add(x, y));
  }
  bits("x", x);
  bits("sums", sums);
}

CASE(triangle) { /* forward substitution, an element of the answer a turn */
  TN_SCOPE;
  tn_tensor l = tn_add(tn_mul(vb(), 0.5f), 1), y = tn_at(va(), k), x = tn_zeros(TN_F32, 8);
  for (int i = 0; i < 8; i++) {
    TN_SCOPE;
    tn_tensor known = tn_mul(tn_slice(tn_at(l, i), 0, 0, i), tn_slice(x, 0, 0, i));
    tn_set(x, (tn_get_f32(y, i) - tn_item_f32(tn_sum(known))) / tn_get_f32(l, i, i), i);
  }
  bits("x", x);
}

CASE(count_from_a_tensor) {
  const int64_t n = tn_item_i64(tn_sum(tn_greater(va(), 8 + 2 * k)));
  tn_tensor x = va();
  for (int64_t i = 0; i < n; i++) x = tn_add(tn_mul(x, 0.5f), tn_at(vb(), i % 8));
  printf("%lld turns\n", (long long)n);
  bits("x", x);
}

CASE(count_from_the_carried) { /* how often is decided anew each turn */
  tn_tensor x = tn_mul(va(), 0.25f);
  int turns = 0;
  for (int i = 0; i < (int)tn_item(tn_reduce_max(x)); i++, turns++) x = tn_mul(x, 1.5f - 0.25f * (float)k - 0.0625f * (float)i);
  printf("%d turns\n", turns);
  bits("x", x);
}

CASE(halving) { /* a tree of sums: the shape changes each turn */
  tn_tensor x = tn_reshape(tn_mul(va(), vb()), 64);
  x = tn_slice(x, 0, 0, 64 - 3 * k);
  while (tn_dim(x, 0) > 1) {
    const int64_t n = tn_dim(x, 0), half = n / 2;
    tn_tensor odd = n % 2 ? tn_slice(x, 0, n - 1, n) : NULL;
    x = tn_add(tn_slice(x, 0, 0, half), tn_slice(x, 0, half, 2 * half));
    if (odd) x = tn_concat(0, x, odd);
  }
  bits("x", x);
}

CASE(growing) { /* rank and shape change */
  tn_tensor x = tn_at(va(), k);
  for (int i = 0; i < 3; i++) {
    x = tn_concat(-1, x, tn_mul(x, 0.5f));
    x = i == k ? tn_reshape(x, 2, -1) : tn_sub(x, 1);
  }
  bits("x", tn_exp(tn_mul(x, 0.125f)));
}

CASE(dtype_changes) { /* f32 f64 f32 ... */
  tn_tensor x = va();
  for (int i = 0; i < 2 + k; i++) x = tn_div(tn_cast(tn_add(x, 1), i % 2 ? TN_F32 : TN_F64), 3);
  bits("x", x);
}

CASE(numbers_carried) {
  tn_tensor x = va();
  float s = 1, best = -1e30f;
  int where = -1;
  for (int i = 0; i < 6; i++) {
    x = tn_mul(x, s);
    const float now = tn_item_f32(tn_sum(tn_slice(x, 0, i, i + 2)));
    s = 1.f / (1.f + now * now * 1e-3f * (float)(k + 1));
    if (now > best) best = now, where = i;
  }
  printf("%d %a %a\n", where, best, s);
  bits("x", x);
}

CASE(rank_0_carried) {
  tn_tensor s = tn_full(TN_F32, 0.5), x = vb();
  for (int i = 0; i < 5 + k; i++) s = tn_add(tn_mul(s, 0.5f), tn_mean(tn_mul(x, s)));
  bits("s", s);
  bits("x", tn_mul(x, s));
}

CASE(value_of_the_last_turn) {
  TN_SCOPE;
  tn_tensor last = NULL, x = tn_copy(va());
  for (int i = 0; i < k; i++) {
    last = tn_exp(tn_mul(x, 0.0625f));
    x = tn_sub(x, tn_mul(last, 0.5f));
  }
  bits("last", last);
  bits("x + last", tn_add(x, last));
}

CASE(never_reached) { /* what would fail in the loop must not be tried ahead of it */
  tn_tensor x = va(), wrong = tn_zeros(TN_F32, 5 + 3 * (k == 1));
  for (int i = 0; i < k; i++) x = tn_add(x, tn_mul(wrong, 2));
  printf("ok %d\n", tn_ok());
  bits("x", x);
}

CASE(fails_in_turn) { /* ... and from some turn on */
  tn_tensor x = va();
  for (int i = 0; i < 6; i++) {
    tn_tensor row = tn_slice(tn_at(vb(), 0), 0, 0, i < 2 + k ? 8 : i);
    tn_tensor next = tn_add(tn_mul(x, 0.5f), row);
    printf("%d %d\n", i, next != NULL);
    if (next) x = next;
  }
  bits("x", x);
}

CASE(nan_ends_it) {
  tn_tensor x = tn_mul(va(), k ? 1.f : 1e20f);
  int turns = 0;
  while (tn_item_f32(tn_sum(x)) < 1e30f && turns < 9) x = tn_sub(tn_mul(x, x), tn_mul(tn_mul(x, x), 0.5f)), turns++;
  printf("%d turns\n", turns);
  bits("x", x);
}

CASE(backwards_and_odd_steps) {
  tn_tensor x = tn_mul(va(), 0.5f);
  for (int i = 7; i >= 0; i -= 2 + k) x = tn_add(x, tn_select(vb(), 1, i));
  for (unsigned i = 250; i > 1; i /= 3 + (unsigned)k) x = tn_sub(x, 1.f / (float)i);
  for (double t = 0; t < 1; t += 0.3) x = tn_mul(x, t + 0.5);
  bits("x", x);
}

CASE(numbers_of_the_program) { /* steps that lie in memory, some of which is the tensor itself */
  static const float rates[] = {0.5f, 0.25f, -1.f, 2.f};
  for (int i = 0; i < 4; i++) {
    TN_SCOPE;
    tn_store(va(), tn_add(tn_mul(va(), rates[i]), a[i + k]));
  }
  bits("a", va());
}

CASE(loops_behind_each_other) {
  TN_SCOPE;
  tn_tensor x = tn_copy(va());
  for (int i = 0; i < k; i++) x = tn_mul(x, 0.5f);
  tn_tensor middle = tn_add(x, 1);
  for (int i = 0; i < 2; i++) x = tn_add(x, vb());
  while (k-- > 0) x = tn_sub(x, middle);
  bits("x", tn_mul(x, middle));
}

CASE(branch_in_a_loop) {
  TN_SCOPE;
  tn_tensor x = tn_copy(va()), even = tn_zeros(TN_F32, 8, 8), y;
  for (int i = 0; i < 5; i++) {
    TN_SCOPE;
    if ((i + k) % 2) {
      y = tn_mul(x, 0.75f);
    } else {
      y = tn_sub(x, vb());
      tn_replace(&even, tn_add(even, y));
    }
    if (tn_get_f32(y, 4, 4) > 3) y = tn_div(y, 2);
    tn_replace(&x, y);
  }
  bits("x", x);
  bits("even", even);
}

CASE(products_in_a_loop) {
  TN_SCOPE;
  tn_tensor h = tn_tanh(va()), w = vb();
  for (int i = 0; i < 4; i++) {
    TN_SCOPE;
    tn_tensor n = tn_matmul(h, w);
    tn_replace(&h, tn_tanh(tn_add(n, tn_select(h, 1, i))));
    if (k && i == 1) tn_replace(&h, tn_matmul(tn_transpose(h), h));
  }
  bits("h", h);
}

static tn_tensor power(tn_tensor x, int n) { /* a loop in a helper in a loop */
  tn_tensor r = tn_full(TN_F32, 1, 8, 8);
  for (; n; n /= 2, x = tn_mul(x, x))
    if (n % 2) r = tn_mul(r, x);
  return r;
}
CASE(helpers_with_loops) {
  TN_SCOPE;
  tn_tensor s = tn_zeros(TN_F32, 8, 8);
  for (int i = 0; i < 4; i++) {
    TN_SCOPE;
    tn_replace(&s, tn_add(s, tn_mul(power(tn_mul(va(), 0.25f), i + k), 1.f / (float)(i + 1))));
  }
  bits("s", s);
}

CASE(larger) { /* enough elements for threads */
  TN_SCOPE;
  tn_tensor x = tn_mul(tn_arange(TN_F32, 0, 200000, 1), 5e-6f);
  float m = 0;
  for (int i = 0; i < 3 && m < 0.7f + (float)k; i++) {
    TN_SCOPE;
    tn_tensor y = tn_sigmoid(tn_sub(tn_mul(x, 2), 0.5f));
    m = tn_item_f32(tn_reduce_max(y));
    tn_replace(&x, y);
  }
  show("x", x);
  number("m", m);
}

int main(int argc, char **argv) {
  const flow_case cases[] = {
      ROW(counted, 3), ROW(replaced_together, 4), ROW(replaced_together_one_fails, 4), ROW(counted_without_scope, 3),
      ROW(until_converged, 2), ROW(do_while, 2), ROW(breaks_and_continues, 2),
      ROW(returns_from_the_middle, 4), ROW(left_by_goto, 3), ROW(switch_in_a_loop, 5), ROW(two_that_change_places, 3),
      ROW(three_in_a_ring, 3), ROW(nested_and_carried, 2), ROW(triangle, 2), ROW(count_from_a_tensor, 3), ROW(count_from_the_carried, 2),
      ROW(halving, 3), ROW(growing, 3), ROW(dtype_changes, 3), ROW(numbers_carried, 2), ROW(rank_0_carried, 2),
      ROW(value_of_the_last_turn, 3), ROW(never_reached, 3), ROW(fails_in_turn, 3), ROW(nan_ends_it, 2), ROW(backwards_and_odd_steps, 2),
      ROW(numbers_of_the_program, 2), ROW(loops_behind_each_other, 3), ROW(branch_in_a_loop, 2), ROW(products_in_a_loop, 2),
      ROW(helpers_with_loops, 3), ROW(larger, 2),
  };
  return flow_main(argc, argv, cases, sizeof cases / sizeof *cases);
}

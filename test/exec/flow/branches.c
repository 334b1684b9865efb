/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * branches.c - tensor ops on the two sides of if, ?:, && and switch: values that meet behind them in one variable, with one
 * shape and dtype or another, effects and errors on one side only.
 *
 * RUN: %python %S/../Inputs/everywhere.py --clang %clang %if gcc %{ --gcc %gcc %} --plugin=%plugin --cflags="%tenon_cflags %unchecked" \
 * RUN:   --libs="%tenon_libs" --out %t --source %s --kernels 60 --guards 150
 */
#include "Inputs/flow.h"

CASE(both_arms_make) {
  tn_tensor x = va(), y;
  if (k)
    y = tn_exp(tn_mul(x, 0.125f));
  else
    y = tn_add(tn_mul(x, 2), vb());
  bits("y", tn_sub(y, 1));
}

CASE(one_arm_makes) {
  tn_tensor y = tn_mul(va(), 0.5f);
  if (k) y = tn_add(tn_square(y), vb());
  bits("y", tn_sqrt(tn_abs(y)));
}

CASE(neither_arm_is_taken) {
  tn_tensor y = tn_mul(va(), 0.5f);
  if (k == 1)
    y = tn_add(y, 1);
  else if (k == 2)
    y = tn_neg(y);
  bits("y", tn_tanh(y));
}

CASE(shapes_differ) { /* [8] or [8 1], [] or [8 8] */
  tn_tensor x = va();
  tn_tensor s = k & 1 ? tn_sum(x, 0) : tn_sum_keepdims(x, 1);
  tn_tensor m;
  if (k & 2)
    m = tn_reduce_max(s);
  else
    m = tn_mul(x, s);
  bits("m", tn_sub(tn_div(x, tn_add(m, 20)), s));
}

CASE(axes_differ) { /* one call, or two: the axis is what the branch decides */
  tn_tensor x = tn_mul(va(), vb());
  bits("sum", tn_sum(x, k ? 0 : 1));
  bits("mean", k ? tn_mean_keepdims(x, 0) : tn_mean_keepdims(x, 1));
  bits("softmax", tn_softmax(x, k ? -1 : 0));
}

CASE(dtypes_differ) {
  tn_tensor x = k == 1 ? tn_cast(va(), TN_F64) : k == 2 ? tn_cast(va(), TN_I32) : va();
  tn_tensor y = tn_add(tn_mul(x, 2), 1);
  bits("y", y);
  bits("sum", tn_sum(tn_sub(y, x)));
}

CASE(arms_of_reads) {
  tn_tensor x = tn_exp(tn_mul(va(), 0.25f)), y = tn_mul(vb(), 3);
  const float s = tn_item_f32(tn_sum(k ? x : y));
  if (s > 30) {
    const float m = tn_get_f32(x, 3, 4);
    x = tn_div(x, m);
  } else {
    x = tn_sub(x, s);
  }
  bits("x", tn_mul(x, y));
}

CASE(read_decides_and_stays_in_use) {
  tn_tensor m = tn_add(va(), tn_mul(vb(), (float)(k + 1)));
  if (tn_get_flat_f32(m, 40) + tn_get_flat_f32(m, 3) > 6.f - (float)k) m = tn_div(m, tn_get_flat_f32(m, 63));
  bits("m", tn_mul(m, m));
}

CASE(needed_on_one_side) { /* made ahead of the branch, whichever is taken: so is its error */
  tn_tensor x = va(), made = tn_exp(x), wrong = tn_add(x, tn_zeros(TN_F32, k + 7));
  tn_tensor y = tn_mul(x, 2);
  if (k == 2) y = tn_add(y, made);
  if (k == 0) y = tn_add(y, wrong);
  bits("y", y);
}

CASE(wrong_on_one_side) { /* an error where the branch is taken and nowhere else */
  tn_tensor x = va(), row = tn_arange(TN_F32, 0, 7 + (k == 1), 1), y = tn_mul(x, 3);
  if (k) y = tn_mul(tn_add(y, row), 0.5f);
  printf("ok %d\n", tn_ok());
  bits("y", tn_add(y, 1));
  bits("x", tn_add(x, 1));
}

CASE(effects_on_one_side) {
  tn_tensor x = tn_mul(va(), 1.5f);
  if (k) {
    printf("k is %d\n", k);
    a[5] = 77;
    x = tn_add(x, va());
    b[1] += (float)k;
  }
  bits("x", tn_sub(x, vb()));
}

CASE(stores_on_both_sides) {
  tn_tensor x = va(), y = vb();
  tn_tensor before = tn_mul(x, 2);
  if (k)
    tn_store(x, tn_sub(tn_mul(x, 0.5f), y));
  else
    tn_store(y, tn_exp(tn_mul(x, 0.125f)));
  tn_tensor after = tn_add(x, y);
  bits("before", before);
  bits("after", after);
  printf("%a %a\n", a[9], b[9]);
}

CASE(sum_into_one_or_other) {
  tn_tensor into = k ? va() : vb();
  tn_store(into, tn_add(va(), vb())); /* over one operand, by which no compiler knows */
  bits("a", va());
  bits("b", vb());
}

CASE(ternaries) {
  tn_tensor x = va(), y = vb();
  tn_tensor t = k == 0 ? x : k == 1 ? tn_mul(y, 4) : tn_sub(x, y);
  const float f = k > 1 ? 0.25f : -1.f;
  bits("t", tn_add(t, k ? y : x));
  bits("f", tn_mul(tn_square(t), f > 0 ? f : -f));
  printf("%d %d\n", t == x, t == y);
}

CASE(and_or) { /* the second op is not reached where the first decides */
  tn_tensor x = va(), wrong = tn_zeros(TN_F32, 3);
  if (tn_item(tn_sum(x)) > 300 * k && tn_get(x, 0, 0) < 0) puts("and");
  if (k < 2 || tn_item(tn_sum(tn_add(x, wrong))) > 0) puts("or");
  printf("ok %d\n", tn_ok());
  if (k == 1 && tn_item(tn_reduce_max(tn_mul(x, 2))) > 10 && tn_item(tn_reduce_min(tn_exp(x))) < 1) puts("all three");
  bits("x", tn_mul(x, 2));
}

CASE(switched) {
  tn_tensor x = va(), y = vb();
  float bias = 0.5f;
  switch (k) {
  case 0: x = tn_relu(x); break;
  case 1: x = tn_tanh(x), bias = 2; /* and on */
  case 2: y = tn_mul(y, x); break;
  case 4: x = NULL; break;
  case 3:
    if (tn_item(tn_sum(x)) > 0) break;
    y = tn_neg(y);
    break;
  default: y = tn_sum_keepdims(x, 0);
  }
  bits("x + y", tn_add(tn_add(x, y), bias));
}

static tn_tensor activate(tn_tensor x, int kind) {
  switch (kind) {
  case 0: return tn_relu(x);
  case 1: return tn_sigmoid(x);
  case 2: return tn_tanh(tn_mul(x, 0.5f));
  default: return x;
  }
}
CASE(helper_that_switches) { /* inlined twice: known kind, unknown kind */
  tn_tensor h = activate(tn_add(va(), 1), 1);
  bits("h", activate(tn_mul(h, vb()), k));
}

static tn_tensor early(tn_tensor x, float limit) {
  tn_tensor y = tn_mul(tn_add(x, 1), 0.5f);
  if (limit < 0) return y;
  const float top = tn_item_f32(tn_reduce_max(y));
  if (top > limit) return tn_neg(tn_div(y, top));
  tn_tensor z = tn_exp(tn_sub(y, top));
  if (tn_get_f32(z, 0, 0) > 0.5f) return z;
  return tn_add(z, y);
}
CASE(early_returns) { bits("early", tn_mul(early(va(), (float)k * 5 - 1), 2)); }

CASE(goto_end) {
  tn_tensor x = tn_mul(va(), 2), y = NULL;
  if (k == 0) goto end;
  y = tn_add(x, vb());
  if (tn_get_f32(y, 1, 1) > 2.f - (float)k * 4) goto end;
  x = tn_exp(tn_mul(y, 0.0625f));
end:
  bits("x", tn_add(x, 1));
  bits("y", y);
}

typedef struct pair {
  tn_tensor first, second;
} pair;
static pair ordered(tn_tensor x, tn_tensor y) {
  if (tn_item(tn_sum(x)) < tn_item(tn_sum(y))) return (pair){x, y};
  return (pair){y, x};
}
CASE(structs_of_handles) {
  pair p = ordered(va(), k ? vb() : tn_mul(va(), 2));
  if (k == 2) {
    tn_tensor t = p.first;
    p.first = tn_add(p.second, 1), p.second = t;
  }
  bits("p", tn_sub(tn_mul(p.first, 3), p.second));
}

static void split(tn_tensor x, int k, tn_tensor *out_high, tn_tensor *out_low) {
  *out_high = tn_maximum(x, 0);
  if (k) {
    *out_low = tn_minimum(x, 0);
    return;
  }
  *out_low = *out_high;
}
CASE(out_parameters) {
  tn_tensor high, low;
  split(va(), k, &high, &low);
  bits("high - low", tn_sub(tn_mul(high, 2), low));
}

CASE(null_on_one_side) {
  tn_tensor bias = k ? vb() : NULL, y = tn_mul(va(), 2);
  if (bias) y = tn_add(y, bias);
  bits("y", y);
  bits("with", tn_add(y, bias));
}

CASE(scopes_on_both_sides) {
  tn_tensor x = va(), y = tn_none();
  if (k) {
    TN_SCOPE;
    tn_tensor t = tn_mul(tn_exp(tn_mul(x, 0.1f)), vb());
    tn_replace(&y, tn_add(t, tn_sum_keepdims(t, 1)));
  } else {
    TN_SCOPE;
    y = tn_keep(tn_sub(x, tn_mean(x)));
  }
  bits("y", tn_square(y));
}

CASE(same_op_on_both_sides) { /* what a simplifier would hoist or sink */
  tn_tensor x = va(), y = vb(), r, q;
  if (k) {
    q = tn_exp(y);
    r = tn_add(tn_mul(x, 2), q);
  } else {
    q = tn_exp(y);
    r = tn_sub(tn_mul(x, 2), q);
  }
  bits("r", tn_mul(r, q));
}

CASE(arms_in_arms) {
  tn_tensor x = va(), y = x;
  if (k & 1) {
    y = tn_add(y, vb());
    if (k & 2)
      y = tn_mul(y, tn_sum_keepdims(y, 1));
    else if (tn_get_f32(y, 0, 0) < 0)
      y = tn_sub(y, tn_reduce_min(y));
    y = tn_mul(y, 0.125f);
  } else if (k & 2) {
    y = tn_matmul(y, vb());
  }
  bits("y", tn_sigmoid(y));
}

CASE(products_on_one_side) {
  tn_tensor x = va(), w = k ? tn_transpose(vb()) : vb();
  tn_tensor h = tn_matmul(x, w);
  if (k != 1) h = tn_add(h, tn_select(w, 0, 2));
  if (tn_item(tn_reduce_max(h)) > 3) h = tn_matmul(tn_softmax(h, -1), x);
  bits("h", h);
}

CASE(larger) { /* enough elements for threads */
  tn_tensor x = tn_mul(tn_arange(TN_F32, 0, 300000, 1), 1e-5f), y;
  if (k)
    y = tn_tanh(tn_sub(x, 1));
  else
    y = tn_mul(x, tn_exp(tn_neg(x)));
  tn_tensor z = tn_item_f32(tn_mean(y)) > 0.3f ? tn_sub(y, tn_mean(y)) : y;
  show("z", tn_mul(z, 2));
}

int main(int argc, char **argv) {
  const flow_case cases[] = {
      ROW(both_arms_make, 2), ROW(one_arm_makes, 2), ROW(neither_arm_is_taken, 3), ROW(shapes_differ, 4), ROW(axes_differ, 2),
      ROW(dtypes_differ, 3), ROW(arms_of_reads, 2), ROW(read_decides_and_stays_in_use, 3), ROW(needed_on_one_side, 3),
      ROW(wrong_on_one_side, 3), ROW(effects_on_one_side, 2), ROW(stores_on_both_sides, 2), ROW(sum_into_one_or_other, 2),
      ROW(ternaries, 3), ROW(and_or, 3), ROW(switched, 6), ROW(helper_that_switches, 4), ROW(early_returns, 4), ROW(goto_end, 3),
      ROW(structs_of_handles, 3), ROW(out_parameters, 2), ROW(null_on_one_side, 2), ROW(scopes_on_both_sides, 2),
      ROW(same_op_on_both_sides, 2), ROW(arms_in_arms, 4), ROW(products_on_one_side, 3), ROW(larger, 2),
  };
  return flow_main(argc, argv, cases, sizeof cases / sizeof *cases);
}

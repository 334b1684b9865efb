/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * tree.c - what the reductions of a row program come to.
 *
 * A pass gathers 64 lanes on each block. Blocks meet in a tree that depends on
 * their number alone: a stack of nodes that works as a binary counter. Every
 * reduction of a pass has its own stack; all are as high.
 */
#include "rows.h"

#include <string.h>

/* A node is lanes, or, for MOMENTS, this. */
typedef struct moments {
  int64_t count;
  double mean, squares; /* hold floats where the dtype is f32 */
} moments;

static char *node(const tni_rows *p, const tni_row_state *s, int reduction,
                  int level) {
  return s->memory + p->nodes_offset +
         (size_t)(reduction * p->levels + level) * TNI_NODE_BYTES;
}

/* Chan's rule for two neighbouring stretches; every operation is rounded. */
#define DEFINE_MEET(F)                                                         \
  static void meet_##F(moments *x, const moments *y) {                         \
    const int64_t count = x->count + y->count;                                 \
    const F n = (F)count, n1 = (F)x->count, n2 = (F)y->count;                  \
    const F mean1 = (F)x->mean, d = (F)y->mean - mean1, share = n2 / n;        \
    const F squares = (F)x->squares + (F)y->squares;                           \
    const F between = d * d * (n1 * share);                                    \
    *x = (moments){count, mean1 + d * share, squares + between};               \
  }
DEFINE_MEET(float)
DEFINE_MEET(double)

static void meet(const tni_rows *p, int r, char *to, const char *from) {
  const tn_reduction *reduction = &p->kernel->reductions[r];
  if (reduction->kind != TN_REDUCE_MOMENTS)
    p->lanes[r]->combine(to, from, TN_LANES);
  else if (reduction->dtype == TNI_F32)
    meet_float((moments *)to, (const moments *)from);
  else
    meet_double((moments *)to, (const moments *)from);
}

static double number(unsigned dtype, const char *element) {
  float f;
  double d;
  if (dtype == TNI_F32)
    return memcpy(&f, element, sizeof f), f;
  return memcpy(&d, element, sizeof d), d;
}

static void put_number(unsigned dtype, char *element, double value) {
  const float f = (float)value;
  if (dtype == TNI_F32)
    memcpy(element, &f, sizeof f);
  else
    memcpy(element, &value, sizeof value);
}

void tni_put_block_means(const tni_rows *p, const tni_row_state *s, int stage,
                         int64_t n) {
  for (int r = 0; r < p->kernel->reduction_count; r++) {
    const tn_reduction *reduction = &p->kernel->reductions[r];
    if (reduction->kind != TN_REDUCE_MOMENTS || reduction->stage != stage)
      continue;
    char *const mean = s->row[reduction->block_mean];
    p->lanes[r]->total(s->row[reduction->lanes], mean);
    const double sum = number(reduction->dtype, mean);
    put_number(reduction->dtype, mean,
               reduction->dtype == TNI_F32 ? (double)((float)sum / (float)n)
                                           : sum / (double)n);
    p->splats[p->lanes[r]->element_bytes](mean, mean);
  }
}

void tni_put_node(const tni_rows *p, tni_row_state *s, int pass, int64_t n) {
  const int level = s->top++;
  for (int i = p->passes[pass].reductions; i < p->passes[pass].reductions_end;
       i++) {
    const int r = p->reductions[i];
    const tn_reduction *reduction = &p->kernel->reductions[r];
    char *const to = node(p, s, r, level);
    if (reduction->kind != TN_REDUCE_MOMENTS) {
      memcpy(to, s->row[reduction->lanes],
             TN_LANES * p->lanes[r]->element_bytes);
      continue;
    }
    char squares[TN_SPLAT_BYTES];
    p->lanes[r]->total(s->row[reduction->lanes2], squares);
    const unsigned dtype = reduction->dtype;
    const moments m = {n, number(dtype, s->row[reduction->block_mean]),
                       number(dtype, squares)};
    memcpy(to, &m, sizeof m);
  }
}

void tni_meet_last_node(const tni_rows *p, const tni_row_state *s, int pass) {
  for (int i = p->passes[pass].reductions; i < p->passes[pass].reductions_end;
       i++) {
    const int r = p->reductions[i];
    p->lanes[r]->combine(node(p, s, r, s->top - 1),
                         s->row[p->kernel->reductions[r].lanes], TN_LANES);
  }
}

/* One block, in which every term is absent. */
void tni_put_empty_node(const tni_rows *p, tni_row_state *s) {
  for (int r = 0; r < p->kernel->reduction_count; r++) {
    if (p->kernel->reductions[r].kind == TN_REDUCE_MOMENTS)
      memset(node(p, s, r, 0), 0, sizeof(moments));
    else
      p->lanes[r]->start(node(p, s, r, 0), TN_LANES);
  }
  s->top = 1;
}

static void meet_top(const tni_rows *p, tni_row_state *s, int pass) {
  s->top--;
  for (int i = p->passes[pass].reductions; i < p->passes[pass].reductions_end;
       i++) {
    const int r = p->reductions[i];
    meet(p, r, node(p, s, r, s->top - 1), node(p, s, r, s->top));
  }
}

void tni_carry(const tni_rows *p, tni_row_state *s, int pass, int64_t index) {
  for (; index & 1; index >>= 1)
    meet_top(p, s, pass);
}

void tni_fold(const tni_rows *p, tni_row_state *s, int pass) {
  while (s->top > 1)
    meet_top(p, s, pass);
}

void tni_put_slots(const tni_rows *p, tni_row_state *s, int pass) {
  for (int i = p->passes[pass].reductions; i < p->passes[pass].reductions_end;
       i++) {
    const int r = p->reductions[i];
    const tn_reduction *reduction = &p->kernel->reductions[r];
    char *const last = node(p, s, r, 0);
    if (reduction->kind == TN_REDUCE_MOMENTS)
      put_number(reduction->dtype, last, ((const moments *)last)->squares);
    else
      p->lanes[r]->halve(last, TN_LANES, 1);
    p->splats[p->lanes[r]->element_bytes](s->row[reduction->slot], last);
  }
  s->top = 0;
}

void tni_put_slots_of_block(const tni_rows *p, const tni_row_state *s,
                            int pass) {
  for (int i = p->passes[pass].reductions; i < p->passes[pass].reductions_end;
       i++) {
    const int r = p->reductions[i];
    const tn_reduction *reduction = &p->kernel->reductions[r];
    const int lanes = reduction->kind == TN_REDUCE_MOMENTS ? reduction->lanes2
                                                           : reduction->lanes;
    p->lanes[r]->total(s->row[lanes], s->row[reduction->slot]);
  }
}

void tni_save_node(const tni_rows *p, const tni_row_state *s, char *to) {
  for (int r = 0; r < p->kernel->reduction_count; r++)
    memcpy(to + r * TNI_NODE_BYTES, node(p, s, r, 0), TNI_NODE_BYTES);
}

void tni_load_node(const tni_rows *p, tni_row_state *s, const char *from) {
  for (int r = 0; r < p->kernel->reduction_count; r++)
    memcpy(node(p, s, r, s->top), from + r * TNI_NODE_BYTES, TNI_NODE_BYTES);
  s->top++;
}

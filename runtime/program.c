/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * program.c - runs a kernel's row program.
 *
 * A launch becomes a plan: which dims a row has and which count the rows, and
 * for each value how a stage reaches it (in place, as a splat of one element,
 * or in scratch memory that is packed before the stages and unpacked behind
 * them). What a thread changes while it works is its state: one piece of
 * memory that holds its pointers, slots, lanes and scratch. Per row only
 * pointers move.
 *
 * Rows are handed out to threads. Where there are too few of them the blocks of
 * one row are: an aligned run of 2^c blocks is a subtree of the order in which
 * blocks meet, so that threads gather such runs and the caller puts the runs
 * together, with the same bits as alone.
 */
#include "program.h"

#include "lanes.h"
#include "threads.h"
#include "workspace.h"

#include <string.h>

enum {
  NODE_BYTES = TN_LANES * 8,
  MOST_PASSES = 64,
  SHORT_RUN = 64,        /* inner runs below this are packed into blocks */
  PACKED_ROW = 64 << 10, /* rows up to this length are packed as a whole */
  MOST_RUNS = 512
};

typedef enum access { DIRECT, SPLAT, PACKED_BLOCK, PACKED_WHOLE } access;

/* How stages reach a value: at memory + offset of the thread's state, or at a
 * pointer that changes from row to row. */
typedef struct place {
  size_t offset;
  char *shared;         /* not NULL: the same memory for all threads */
  int32_t bytes;        /* from an element of the row to the next; 0: a block */
  uint8_t step;         /* as the block stages see it */
  uint8_t element_bytes;
  bool of_row;  /* the same for all threads on one row: slots and splats */
  bool rewritten; /* a slot that row stages may write */
} place;

typedef struct plan {
  const tni_launch *launch;
  const tn_kernel *kernel;
  const tn_stage *stages;
  int isa, values, operands, most_operands; /* the last: of a stage */
  int64_t length, rows, blocks; /* of a row */
  int row_rank, outer_rank;
  int64_t row_dims[TN_MAX_RANK], outer_dims[TN_MAX_RANK];
  tni_strides *row_strides, *outer_strides; /* for each operand */
  uint8_t *access;                          /* for each operand */
  uint64_t *used_in;                        /* passes, for each operand */
  place *places;                            /* for each value */
  const int64_t **steps;                    /* for each stage */
  const tni_lanes **lanes;                  /* for each reduction */
  bool has_moments, packs_blocks;
  int levels; /* of the tree that blocks meet in */
  size_t nodes_offset, memory_bytes;
} plan;

typedef struct state {
  char **row;  /* for each value: its first element of the row at hand */
  char **data; /* of the stage at hand */
  char **cursors, **splats; /* for each operand */
  char *memory;
  int64_t index[TN_MAX_RANK]; /* of the row */
  int top;                    /* nodes in use; the same for every reduction */
} state;

/* What a block, and every subtree of blocks, comes to: lanes, or these. */
typedef struct moments {
  int64_t count;
  double mean, squares; /* hold floats where the dtype is f32 */
} moments;

/* ---- counts -------------------------------------------------------------- */

uint64_t tni_count_word(unsigned dtype, int64_t count) {
  uint64_t word = (uint64_t)count;
  if (dtype == TNI_F32) {
    const float f = (float)count;
    word = 0;
    memcpy(&word, &f, sizeof f);
  } else if (dtype == TNI_F64) {
    const double f = (double)count;
    memcpy(&word, &f, sizeof f);
  }
  return word;
}

/* ---- the plan ------------------------------------------------------------ */

/* How an operand's part of a row lies in memory. */
static access access_of(const plan *p, int operand) {
  const tni_operand *o = &p->launch->operands[operand];
  const int64_t *strides = p->row_strides[operand];
  bool constant = o->kind == TN_VALUE_INPUT, contiguous = true;
  int64_t expected = o->element_bytes;
  for (int d = p->row_rank - 1; d >= 0; d--) {
    constant = constant && strides[d] == 0;
    contiguous = contiguous && strides[d] == expected;
    expected *= p->row_dims[d];
  }
  if (contiguous)
    return DIRECT;
  return constant ? SPLAT : PACKED_BLOCK;
}

/* Elementwise: rows are inner runs in place where those are long enough, else
 * the whole space is one row. */
static void plan_pieces(plan *p, tni_launch *l) {
  const int rank =
      tni_collapse(l->rank, l->dims, l->operand_count, l->strides);
  bool in_place = true;
  for (int i = 0; i < l->operand_count && rank > 0; i++) {
    const int64_t stride = l->strides[i][rank - 1];
    in_place = in_place && (stride == l->operands[i].element_bytes ||
                            (stride == 0 &&
                             l->operands[i].kind == TN_VALUE_INPUT));
  }
  const bool one_row =
      rank <= 1 || !in_place || l->dims[rank - 1] < SHORT_RUN;
  p->row_rank = one_row ? rank : 1;
  p->outer_rank = rank - p->row_rank;
  for (int d = 0; d < rank; d++) {
    const bool outer = d < p->outer_rank;
    const int to = outer ? d : d - p->outer_rank;
    (outer ? p->outer_dims : p->row_dims)[to] = l->dims[d];
    for (int i = 0; i < l->operand_count; i++)
      (outer ? p->outer_strides : p->row_strides)[i][to] = l->strides[i][d];
  }
}

/* All elements are one row, in logical order. */
static void plan_one_row(plan *p, tni_launch *l) {
  p->row_rank = tni_collapse(l->rank, l->dims, l->operand_count, l->strides);
  p->outer_rank = 0;
  memcpy(p->row_dims, l->dims, sizeof l->dims);
  memcpy(p->row_strides, l->strides,
         (size_t)l->operand_count * sizeof *l->strides);
}

/* Rows along an axis. */
static void plan_axis(plan *p, tni_launch *l) {
  int to = 0;
  for (int i = 0; i < l->operand_count; i++)
    p->row_strides[i][0] = l->strides[i][l->axis];
  for (int d = 0; d < l->rank; d++) {
    if (d == l->axis)
      continue;
    p->outer_dims[to] = l->dims[d];
    for (int i = 0; i < l->operand_count; i++)
      p->outer_strides[i][to] = l->strides[i][d];
    to++;
  }
  p->row_rank = l->length == 1 ? 0 : 1;
  p->row_dims[0] = l->length;
  p->outer_rank = tni_collapse(to, p->outer_dims, l->operand_count,
                               p->outer_strides);
}

static size_t reserve(plan *p, size_t bytes) {
  const size_t offset = p->memory_bytes;
  p->memory_bytes += (bytes + 63) & ~(size_t)63;
  return offset;
}

/* Passes that use a value, as bits. */
static uint64_t passes_of(const plan *p, int value) {
  uint64_t passes = 0;
  for (int s = 0; s < p->kernel->stage_count; s++)
    for (int i = 0; i < p->stages[s].operand_count; i++)
      if (p->stages[s].operands[i] == value)
        passes |= UINT64_C(1) << p->stages[s].pass;
  return passes;
}

static void place_operand(plan *p, int operand, int64_t block) {
  const tni_operand *o = &p->launch->operands[operand];
  place *to = &p->places[o->value];
  if (o->kind == TN_VALUE_ROW_RESULT)
    return; /* gathered in a slot */
  access how = access_of(p, operand);
  if (how == PACKED_BLOCK && p->launch->axis < TN_MAX_RANK &&
      p->length <= PACKED_ROW && p->rows > 1)
    how = PACKED_WHOLE;
  p->access[operand] = (uint8_t)how;
  switch (how) {
  case DIRECT:
    to->bytes = o->element_bytes;
    break;
  case SPLAT:
    to->step = 0;
    to->of_row = true;
    to->offset = reserve(p, TN_SPLAT_BYTES);
    break;
  case PACKED_BLOCK:
    to->offset = reserve(p, (size_t)block * o->element_bytes);
    p->used_in[operand] = passes_of(p, o->value);
    p->packs_blocks = true;
    break;
  case PACKED_WHOLE:
    to->bytes = o->element_bytes;
    to->offset = reserve(p, (size_t)p->length * o->element_bytes);
    break;
  }
}

/* Where every value is. False where memory is short. */
static bool place_values(plan *p, bool shares_row) {
  const int64_t block = p->length < TN_BLOCK ? p->length : TN_BLOCK;
  for (int v = 0; v < p->values; v++) {
    const tn_value *value = &p->kernel->values[v];
    place *to = &p->places[v];
    *to = (place){.step = 1,
                  .element_bytes = (uint8_t)tni_element_bytes(value->dtype)};
    switch (value->kind) {
    case TN_VALUE_SCALAR:
    case TN_VALUE_COUNT:
    case TN_VALUE_SLOT:
    case TN_VALUE_ROW_RESULT:
    case TN_VALUE_ROW_SCALAR:
      to->step = 0;
      to->of_row = true;
      to->rewritten = value->kind != TN_VALUE_SCALAR &&
                      value->kind != TN_VALUE_COUNT;
      to->offset = reserve(p, TN_SPLAT_BYTES);
      break;
    case TN_VALUE_LANES:
      to->offset = reserve(p, NODE_BYTES);
      break;
    case TN_VALUE_TEMPORARY: {
      const uint64_t passes = passes_of(p, v);
      if (p->blocks <= 1 || (passes & (passes - 1)) == 0 ||
          p->kernel->axis == TN_AXIS_NONE) {
        to->offset = reserve(p, (size_t)block * to->element_bytes);
        break;
      }
      to->bytes = to->element_bytes;
      const size_t bytes = (size_t)p->length * to->element_bytes;
      if (!shares_row)
        to->offset = reserve(p, bytes);
      else if (!(to->shared = tni_workspace_take(bytes)))
        return false;
      break;
    }
    default: /* an operand */
      break;
    }
  }
  for (int i = 0; i < p->operands; i++)
    place_operand(p, i, block);
  for (int r = 0; r < p->kernel->reduction_count; r++) {
    const tn_reduction *reduction = &p->kernel->reductions[r];
    if (reduction->kind != TN_REDUCE_MOMENTS)
      continue;
    p->has_moments = true; /* each thread has its own block, and its mean */
    p->places[reduction->block_mean].of_row = false;
  }
  return true;
}

static void plan_steps(plan *p, int64_t *steps) {
  for (int s = 0; s < p->kernel->stage_count; s++) {
    const tn_stage *stage = &p->stages[s];
    p->steps[s] = steps;
    for (int i = 0; i < stage->operand_count; i++) {
      const place *at = &p->places[stage->operands[i]];
      *steps++ = stage->row && at->rewritten ? 1 : at->step;
    }
  }
}

/* ---- a thread's state ---------------------------------------------------- */

static state *new_state(const plan *p) {
  const size_t pointers = (size_t)(p->values + p->operands * 2 + p->most_operands);
  const size_t own = (sizeof(state) + pointers * sizeof(char *) + 63) & ~(size_t)63;
  state *s = tni_workspace_take(own + p->memory_bytes);
  if (!s)
    return NULL;
  s->memory = (char *)s + own;
  s->row = (char **)(s + 1);
  s->cursors = s->row + p->values;
  s->splats = s->cursors + p->operands;
  s->data = s->splats + p->operands;
  s->top = 0;
  for (int v = 0; v < p->values; v++) {
    const tn_value *value = &p->kernel->values[v];
    const place *at = &p->places[v];
    s->row[v] = at->shared ? at->shared : s->memory + at->offset;
    if (value->kind == TN_VALUE_SCALAR) {
      tni_splat(s->row[v], (const char *)&p->launch->scalars[value->index],
                at->element_bytes);
    } else if (value->kind == TN_VALUE_COUNT) {
      const uint64_t word = tni_count_word(value->dtype, p->length);
      tni_splat(s->row[v], (const char *)&word, at->element_bytes);
    }
  }
  for (int i = 0; i < p->operands; i++)
    s->splats[i] = NULL;
  return s;
}

/* After the cursors moved. */
static void enter_row(const plan *p, state *s) {
  for (int i = 0; i < p->operands; i++) {
    const tni_operand *o = &p->launch->operands[i];
    char *const at = s->cursors[i];
    switch (p->access[i]) {
    case DIRECT:
      s->row[o->value] = at;
      break;
    case SPLAT:
      if (at != s->splats[i] && p->length > 0) {
        tni_splat(s->row[o->value], at, o->element_bytes);
        s->splats[i] = at;
      }
      break;
    case PACKED_WHOLE:
      if (o->kind == TN_VALUE_INPUT)
        tni_gather(s->row[o->value], at, o->element_bytes,
                   p->row_strides[i][0], p->length);
      break;
    }
  }
}

static void seek_row(const plan *p, state *s, int64_t row) {
  tni_unflatten(row, p->outer_rank, p->outer_dims, s->index);
  for (int i = 0; i < p->operands; i++)
    s->cursors[i] = p->launch->operands[i].data +
                    tni_offset(p->outer_rank, s->index, p->outer_strides[i]);
  enter_row(p, s);
}

static void next_row(const plan *p, state *s) {
  tni_advance(p->outer_rank, p->outer_dims, s->index, p->operands,
              p->outer_strides, s->cursors);
  enter_row(p, s);
}

/* Results of the row go where they belong. */
static void leave_row(const plan *p, state *s) {
  for (int i = 0; i < p->operands; i++) {
    const tni_operand *o = &p->launch->operands[i];
    if (o->kind == TN_VALUE_ROW_RESULT)
      memcpy(s->cursors[i], s->row[o->value], o->element_bytes);
    else if (p->access[i] == PACKED_WHOLE && o->kind == TN_VALUE_RESULT)
      tni_scatter(s->cursors[i], s->row[o->value], o->element_bytes,
                  p->row_strides[i][0], p->length);
  }
}

/* ---- reductions ---------------------------------------------------------- */

static char *node(const plan *p, const state *s, int reduction, int level) {
  return s->memory + p->nodes_offset +
         (size_t)(reduction * p->levels + level) * NODE_BYTES;
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

static void meet(const plan *p, int r, char *to, const char *from) {
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

/* The mean of the block at hand, for the stages that follow. */
static void put_block_means(const plan *p, state *s, int stage, int64_t n) {
  for (int r = 0; r < p->kernel->reduction_count; r++) {
    const tn_reduction *reduction = &p->kernel->reductions[r];
    if (reduction->kind != TN_REDUCE_MOMENTS || reduction->stage != stage)
      continue;
    uint64_t element;
    char *const mean = (char *)&element;
    p->lanes[r]->total(s->row[reduction->lanes], mean);
    const double sum = number(reduction->dtype, mean);
    put_number(reduction->dtype, mean,
               reduction->dtype == TNI_F32 ? (double)((float)sum / (float)n)
                                           : sum / (double)n);
    tni_splat(s->row[reduction->block_mean], mean,
              p->lanes[r]->element_bytes);
  }
}

/* What a pass gathered on one block becomes the node at `level`. */
static void put_node(const plan *p, state *s, int pass, int level, int64_t n) {
  for (int r = 0; r < p->kernel->reduction_count; r++) {
    const tn_reduction *reduction = &p->kernel->reductions[r];
    if (reduction->pass != pass)
      continue;
    char *const to = node(p, s, r, level);
    if (reduction->kind != TN_REDUCE_MOMENTS) {
      memcpy(to, s->row[reduction->lanes],
             TN_LANES * p->lanes[r]->element_bytes);
      continue;
    }
    uint64_t squares;
    p->lanes[r]->total(s->row[reduction->lanes2], &squares);
    const unsigned dtype = reduction->dtype;
    const moments m = {n, number(dtype, s->row[reduction->block_mean]),
                       number(dtype, (const char *)&squares)};
    memcpy(to, &m, sizeof m);
  }
}

/* A row without elements: one block in which every term is absent. */
static void put_empty_node(const plan *p, state *s) {
  for (int r = 0; r < p->kernel->reduction_count; r++) {
    if (p->kernel->reductions[r].kind == TN_REDUCE_MOMENTS)
      memset(node(p, s, r, 0), 0, sizeof(moments));
    else
      p->lanes[r]->start(node(p, s, r, 0), TN_LANES);
  }
  s->top = 1;
}

static void meet_top(const plan *p, state *s, int pass) {
  s->top--;
  for (int r = 0; r < p->kernel->reduction_count; r++)
    if (p->kernel->reductions[r].pass == pass)
      meet(p, r, node(p, s, r, s->top - 1), node(p, s, r, s->top));
}

/* The node on top is the index-th of equal subtrees: a binary counter. */
static void carry(const plan *p, state *s, int pass, int64_t index) {
  for (; index & 1; index >>= 1)
    meet_top(p, s, pass);
}

static void fold(const plan *p, state *s, int pass) {
  while (s->top > 1)
    meet_top(p, s, pass);
}

/* The one node left of each reduction becomes a slot. */
static void put_slots(const plan *p, state *s, int pass) {
  for (int r = 0; r < p->kernel->reduction_count; r++) {
    const tn_reduction *reduction = &p->kernel->reductions[r];
    if (reduction->pass != pass)
      continue;
    char *const last = node(p, s, r, 0);
    if (reduction->kind == TN_REDUCE_MOMENTS)
      put_number(reduction->dtype, last, ((const moments *)last)->squares);
    else
      p->lanes[r]->halve(last, TN_LANES, 1);
    tni_splat(s->row[reduction->slot], last, p->lanes[r]->element_bytes);
  }
  s->top = 0;
}

/* The same straight from what a pass gathered on the row's only block. */
static void put_slots_of_block(const plan *p, state *s, int pass) {
  for (int r = 0; r < p->kernel->reduction_count; r++) {
    const tn_reduction *reduction = &p->kernel->reductions[r];
    if (reduction->pass != pass)
      continue;
    const int lanes = reduction->kind == TN_REDUCE_MOMENTS ? reduction->lanes2
                                                           : reduction->lanes;
    uint64_t element = 0;
    p->lanes[r]->total(s->row[lanes], &element);
    tni_splat(s->row[reduction->slot], (const char *)&element,
              p->lanes[r]->element_bytes);
  }
}

/* ---- passes -------------------------------------------------------------- */

static inline void call(const plan *p, const state *s, int stage,
                        int64_t offset, int64_t n) {
  const tn_stage *const at = &p->stages[stage];
  char **const data = s->data;
  for (int i = 0; i < at->operand_count; i++) {
    const int value = at->operands[i];
    data[i] = s->row[value] + offset * p->places[value].bytes;
  }
  at->function[p->isa](data, p->steps[stage], n);
}

static void pack_block(const plan *p, state *s, int pass, int64_t offset,
                       int64_t n) {
  for (int i = 0; i < p->operands; i++) {
    const tni_operand *o = &p->launch->operands[i];
    const uint64_t bit = UINT64_C(1) << pass;
    if (p->access[i] == PACKED_BLOCK && (p->used_in[i] & bit) &&
        (o->kind == TN_VALUE_INPUT || (p->used_in[i] & (bit - 1))))
      tni_pack(s->row[o->value], s->cursors[i], o->element_bytes, p->row_rank,
               p->row_dims, p->row_strides[i], offset, n);
  }
}

static void unpack_block(const plan *p, state *s, int pass, int64_t offset,
                         int64_t n) {
  for (int i = 0; i < p->operands; i++) {
    const tni_operand *o = &p->launch->operands[i];
    if (p->access[i] == PACKED_BLOCK && o->kind == TN_VALUE_RESULT &&
        (p->used_in[i] >> pass & 1))
      tni_unpack(s->cursors[i], s->row[o->value], o->element_bytes,
                 p->row_rank, p->row_dims, p->row_strides[i], offset, n);
  }
}

/* The block stages of a pass, from stage `first` on, on one block. Returns the
 * stage behind them. */
static int run_block(const plan *p, state *s, int pass, int first,
                     int64_t offset, int64_t n) {
  if (__builtin_expect(p->packs_blocks, 0))
    pack_block(p, s, pass, offset, n);
  int stage = first;
  for (; stage < p->kernel->stage_count && p->stages[stage].pass == pass &&
         !p->stages[stage].row;
       stage++) {
    call(p, s, stage, offset, n);
    if (p->has_moments)
      put_block_means(p, s, stage, n);
  }
  if (__builtin_expect(p->packs_blocks, 0))
    unpack_block(p, s, pass, offset, n);
  return stage;
}

static int first_stage(const plan *p, int pass) {
  int stage = 0;
  while (stage < p->kernel->stage_count && p->stages[stage].pass < pass)
    stage++;
  return stage;
}

/* Blocks [begin, end) of the row, begin a multiple of a power of two that end -
 * begin is not above; leaves one node. */
static void run_blocks(const plan *p, state *s, int pass, int64_t begin,
                       int64_t end) {
  const int first = first_stage(p, pass);
  s->top = 0;
  for (int64_t block = begin; block < end; block++) {
    const int64_t offset = block * TN_BLOCK, rest = p->length - offset;
    const int64_t n = rest < TN_BLOCK ? rest : TN_BLOCK;
    run_block(p, s, pass, first, offset, n);
    put_node(p, s, pass, s->top++, n);
    carry(p, s, pass, block - begin);
  }
  fold(p, s, pass);
}

/* Row stages of a pass; what they wrote is splat again. */
static int run_row_stages(const plan *p, state *s, int pass, int stage) {
  for (; stage < p->kernel->stage_count && p->stages[stage].pass == pass;
       stage++) {
    call(p, s, stage, 0, 1);
    const tn_stage *at = &p->stages[stage];
    for (int i = 0; i < at->operand_count; i++) {
      const place *to = &p->places[at->operands[i]];
      if (to->rewritten)
        tni_splat(s->row[at->operands[i]], s->row[at->operands[i]],
                  to->element_bytes);
    }
  }
  return stage;
}

static int skip_block_stages(const plan *p, int pass, int stage) {
  while (stage < p->kernel->stage_count && p->stages[stage].pass == pass &&
         !p->stages[stage].row)
    stage++;
  return stage;
}

static void run_row(const plan *p, state *s) {
  int stage = 0;
  for (int pass = 0; pass < p->kernel->pass_count; pass++) {
    if (p->blocks == 1) { /* the common, short row: no tree */
      stage = run_block(p, s, pass, stage, 0, p->length);
      put_slots_of_block(p, s, pass);
    } else {
      if (p->blocks > 1)
        run_blocks(p, s, pass, 0, p->blocks);
      else
        put_empty_node(p, s);
      stage = skip_block_stages(p, pass, stage);
      put_slots(p, s, pass);
    }
    stage = run_row_stages(p, s, pass, stage);
  }
}

/* ---- the ways to walk ---------------------------------------------------- */

typedef struct job {
  const plan *plan;
  state **states; /* of each worker */
  /* Pieces of one row: */
  int pass, run_shift; /* a run is 2^run_shift blocks */
  char *runs;          /* nodes: run by run, reduction by reduction */
} job;

static void rows_body(void *context, int64_t begin, int64_t end) {
  const job *j = context;
  const plan *p = j->plan;
  state *s = j->states[tni_worker()];
  seek_row(p, s, begin);
  for (int64_t row = begin; row < end; row++) {
    run_row(p, s);
    leave_row(p, s);
    if (row + 1 < end)
      next_row(p, s);
  }
}

/* Elementwise: a piece is a block of a row, and runs all passes at once. */
static void pieces_body(void *context, int64_t begin, int64_t end) {
  const job *j = context;
  const plan *p = j->plan;
  state *s = j->states[tni_worker()];
  int64_t block = begin % p->blocks;
  seek_row(p, s, begin / p->blocks);
  for (int64_t piece = begin; piece < end; piece++) {
    const int64_t offset = block * TN_BLOCK, rest = p->length - offset;
    int stage = 0;
    for (int pass = 0; pass < p->kernel->pass_count; pass++)
      stage = run_block(p, s, pass, stage, offset,
                        rest < TN_BLOCK ? rest : TN_BLOCK);
    if (++block == p->blocks) {
      block = 0;
      if (piece + 1 < end)
        next_row(p, s);
    }
  }
}

static void runs_body(void *context, int64_t begin, int64_t end) {
  const job *j = context;
  const plan *p = j->plan;
  state *s = j->states[tni_worker()];
  for (int64_t run = begin; run < end; run++) {
    const int64_t first = run << j->run_shift;
    const int64_t last = (run + 1) << j->run_shift;
    run_blocks(p, s, j->pass, first, last < p->blocks ? last : p->blocks);
    for (int r = 0; r < p->kernel->reduction_count; r++)
      memcpy(j->runs + (size_t)(run * p->kernel->reduction_count + r) *
                           NODE_BYTES,
             node(p, s, r, 0), NODE_BYTES);
  }
}

/* What belongs to the row is the first state's for all. */
static void share_row(const job *j, int threads) {
  const plan *p = j->plan;
  for (int t = 1; t < threads; t++) {
    for (int v = 0; v < p->values; v++) {
      const int kind = p->kernel->values[v].kind;
      if (p->places[v].of_row ||
          ((kind == TN_VALUE_INPUT || kind == TN_VALUE_RESULT) &&
           p->places[v].bytes))
        j->states[t]->row[v] = j->states[0]->row[v];
    }
    memcpy(j->states[t]->cursors, j->states[0]->cursors,
           (size_t)p->operands * sizeof(char *));
  }
}

static void run_row_in_runs(job *j, int threads) {
  const plan *p = j->plan;
  state *s = j->states[0];
  const int64_t runs = ((p->blocks - 1) >> j->run_shift) + 1;
  int stage = 0;
  for (int pass = 0; pass < p->kernel->pass_count; pass++) {
    j->pass = pass;
    tni_parallel_on(threads, runs, 1, runs_body, j);
    s->top = 0;
    for (int64_t run = 0; run < runs; run++) {
      for (int r = 0; r < p->kernel->reduction_count; r++)
        memcpy(node(p, s, r, s->top),
               j->runs + (size_t)(run * p->kernel->reduction_count + r) *
                             NODE_BYTES,
               NODE_BYTES);
      s->top++;
      carry(p, s, pass, run);
    }
    fold(p, s, pass);
    put_slots(p, s, pass);
    stage = skip_block_stages(p, pass, stage);
    stage = run_row_stages(p, s, pass, stage);
  }
}

/* Long rows, one after another, each by all threads. */
static bool run_rows_in_runs(job *j, int threads) {
  const plan *p = j->plan;
  while (((p->blocks - 1) >> j->run_shift) + 1 > MOST_RUNS)
    j->run_shift++;
  j->runs = tni_workspace_take((size_t)MOST_RUNS *
                               (p->kernel->reduction_count + 1) * NODE_BYTES);
  if (!j->runs)
    return false;
  for (int64_t row = 0; row < p->rows; row++) {
    if (row == 0)
      seek_row(p, j->states[0], 0);
    else
      next_row(p, j->states[0]);
    share_row(j, threads);
    run_row_in_runs(j, threads);
    leave_row(p, j->states[0]);
  }
  return true;
}

static void put_row_scalars(const plan *p, const state *s) {
  for (int v = 0; v < p->values; v++) {
    const tn_value *value = &p->kernel->values[v];
    if (value->kind != TN_VALUE_ROW_SCALAR)
      continue;
    uint64_t *to = &p->launch->scalars[value->index];
    *to = 0;
    memcpy(to, s->row[v], p->places[v].element_bytes);
  }
}

/* ---- entry --------------------------------------------------------------- */

/* The plan's arrays, in one piece. Returns where the stages' steps go. */
static int64_t *take_arrays(plan *p) {
  const size_t operands = (size_t)p->operands + 1;
  const size_t values = (size_t)p->values;
  const size_t stages = p->kernel->stage_count;
  const size_t reductions = p->kernel->reduction_count;
  size_t steps = 0;
  p->most_operands = 0;
  for (size_t s = 0; s < stages; s++) {
    const int count = p->stages[s].operand_count;
    steps += (size_t)count;
    if (count > p->most_operands)
      p->most_operands = count;
  }
  p->row_strides = tni_workspace_take(
      operands * (2 * sizeof(tni_strides) + sizeof(uint64_t) + 1) +
      values * sizeof(place) + stages * sizeof *p->steps +
      reductions * sizeof *p->lanes + steps * sizeof(int64_t));
  if (!p->row_strides)
    return NULL;
  p->outer_strides = p->row_strides + operands;
  p->used_in = (uint64_t *)(p->outer_strides + operands);
  p->places = (place *)(p->used_in + operands);
  p->steps = (const int64_t **)(p->places + values);
  p->lanes = (const tni_lanes **)(p->steps + stages);
  int64_t *const all_steps = (int64_t *)(p->lanes + reductions);
  p->access = (uint8_t *)(all_steps + steps);
  for (size_t i = 0; i < operands; i++) {
    p->access[i] = PACKED_BLOCK;
    p->used_in[i] = 0;
  }
  for (size_t r = 0; r < reductions; r++)
    p->lanes[r] = tni_lanes_of(p->kernel->reductions[r].kind,
                               p->kernel->reductions[r].dtype);
  return all_steps;
}

bool tni_run_rows(tni_launch *l) {
  const tn_kernel *kernel = l->kernel;
  plan plan; /* not set to 0 as a whole, which takes longer than a small row */
  plan.launch = l;
  plan.kernel = kernel;
  plan.stages = kernel->stages;
  plan.isa = l->isa;
  plan.values = kernel->value_count;
  plan.operands = l->operand_count;
  plan.has_moments = plan.packs_blocks = false;
  plan.memory_bytes = 64; /* never empty */
  int64_t *const steps = take_arrays(&plan);
  if (kernel->pass_count > MOST_PASSES || !steps)
    return false;
  const bool elementwise = l->axis == TN_AXIS_NONE;
  if (elementwise)
    plan_pieces(&plan, l);
  else if (l->axis == TN_AXIS_ALL)
    plan_one_row(&plan, l);
  else
    plan_axis(&plan, l);
  plan.length = plan.rows = 1;
  for (int d = 0; d < plan.row_rank; d++)
    plan.length *= plan.row_dims[d];
  for (int d = 0; d < plan.outer_rank; d++)
    plan.rows *= plan.outer_dims[d];
  plan.blocks = (plan.length + TN_BLOCK - 1) / TN_BLOCK;
  plan.levels = 1;
  while (plan.blocks >> plan.levels)
    plan.levels++;
  plan.levels++;
  const int64_t pieces = plan.rows * (elementwise ? plan.blocks : 1);
  if (pieces == 0)
    return true;

  int threads = tni_threads_for(l->size, kernel->cost);
  bool in_runs = false;
  if (threads > 1 && !elementwise) {
    in_runs = plan.rows < threads * 4 && plan.blocks >= 4;
    if (!in_runs && plan.rows < threads)
      threads = (int)plan.rows;
  } else if (threads > pieces) {
    threads = (int)pieces;
  }

  if (!place_values(&plan, in_runs))
    return false;
  plan.nodes_offset = reserve(
      &plan, (size_t)kernel->reduction_count * (size_t)plan.levels * NODE_BYTES);
  plan_steps(&plan, steps);

  state *states[TNI_MAX_THREADS];
  job job = {.plan = &plan, .states = states};
  for (int t = 0; t < threads; t++)
    if (!(states[t] = new_state(&plan)))
      return false;
  if (in_runs) {
    if (!run_rows_in_runs(&job, threads))
      return false;
  } else {
    /* About 16384 elements at least between two looks at the common counter. */
    const int64_t piece = elementwise && plan.length > TN_BLOCK ? TN_BLOCK
                          : plan.length > 0                     ? plan.length
                                                                : 1;
    tni_parallel_on(threads, pieces, 4 * TN_BLOCK / piece + 1,
                    elementwise ? pieces_body : rows_body, &job);
  }
  put_row_scalars(&plan, states[0]);
  return true;
}

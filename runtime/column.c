/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * column.c - runs a kernel's column program: the reduced axis is not innermost.
 *
 * The space is [outer, rows, width]. For each outer index the matrix [rows,
 * width] is reduced as docs/numerics.md, section 3, says: in steps of `lanes`
 * neighbouring elements, each of which is combined into its lane. Where width
 * is below 33 a step is a power of two of whole rows (sides), and the sides are
 * halved in the end; else it is a part of one row, a run of columns, and the
 * runs are independent of each other. 64 steps are a block; blocks meet in the
 * tree of sum.
 *
 * Longer than most files: planning and running share nothing with row programs
 * but the idea, and everything with each other.
 */
#include "lanes.h"
#include "program.h"
#include "threads.h"
#include "workspace.h"

#include <string.h>

enum {
  DEPTH = 64,       /* steps of a block */
  RUN = 1024,       /* columns of a run, so that lanes stay in the L1 cache */
  SHORTEST_RUN = 64 /* where runs are cut smaller for the sake of threads */
};

typedef enum access {
  DIRECT,  /* a step's elements are neighbours */
  SPLAT,   /* they are one element */
  PACKED,  /* they are brought together in scratch memory */
  GATHERED /* a row result: a slot until the end */
} access;

typedef struct place { /* of a value, in a thread's memory */
  size_t offset;
  int64_t step_bytes; /* from one step to the next */
  int64_t within; /* a mask of the step: packed blocks begin anew each time */
  uint8_t step;   /* as the stages see it */
  uint8_t element_bytes;
  bool is_slot;
} place;

typedef struct plan {
  const tni_launch *launch;
  const tn_kernel *kernel;
  int values, operands, sides;
  int64_t rows, width, run, lanes; /* lanes: elements of a full step */
  int64_t runs, outer, steps;
  int outer_rank, rank; /* rank: of what operands are packed from */
  int64_t outer_dims[TN_MAX_RANK], dims[TN_MAX_RANK];
  tni_strides *outer_strides, *strides; /* for each operand */
  int64_t *row_stride;                  /* for each operand; sides == 1 only */
  uint8_t *access;
  uint64_t *used_in; /* passes, for each operand */
  place *places;
  const int64_t **stage_steps;
  const tni_lanes **arithmetic; /* for each reduction */
  int levels;
  size_t nodes_offset, node_bytes, memory_bytes;
} plan;

typedef struct state {
  char **base;    /* for each value: at the first step */
  char **cursors; /* for each operand: the matrix, or the run's part of it */
  char **data;
  char *memory;
  int64_t first, columns; /* of the run */
  int top;
} state;

/* ---- the plan ------------------------------------------------------------ */

static size_t reserve(plan *p, size_t bytes) {
  const size_t offset = p->memory_bytes;
  p->memory_bytes += (bytes + 63) & ~(size_t)63;
  return offset;
}

/* Splits the dims: outer ones, and those that a step lies in. With sides the
 * rows are among the latter. */
static void plan_dims(plan *p, tni_launch *l) {
  int outer = 0, inner = 0;
  for (int d = 0; d < l->rank; d++) {
    const bool is_outer = d < l->axis;
    if (d == l->axis && p->sides == 1) {
      for (int i = 0; i < p->operands; i++)
        p->row_stride[i] = l->strides[i][d];
      continue;
    }
    const int to = is_outer ? outer++ : inner++;
    (is_outer ? p->outer_dims : p->dims)[to] = l->dims[d];
    for (int i = 0; i < p->operands; i++)
      (is_outer ? p->outer_strides : p->strides)[i][to] = l->strides[i][d];
  }
  p->outer_rank =
      tni_collapse(outer, p->outer_dims, p->operands, p->outer_strides);
  p->rank = tni_collapse(inner, p->dims, p->operands, p->strides);
}

static access access_of(const plan *p, int operand) {
  const tni_operand *o = &p->launch->operands[operand];
  bool constant = o->kind == TN_VALUE_INPUT, contiguous = true;
  int64_t expected = o->element_bytes;
  if (o->kind == TN_VALUE_ROW_RESULT)
    return GATHERED;
  for (int d = p->rank - 1; d >= 0; d--) {
    constant = constant && p->strides[operand][d] == 0;
    contiguous = contiguous && p->strides[operand][d] == expected;
    expected *= p->dims[d];
  }
  return contiguous ? DIRECT : constant ? SPLAT : PACKED;
}

static uint64_t passes_of(const plan *p, int value) {
  uint64_t passes = 0;
  for (int s = 0; s < p->kernel->column_stage_count; s++) {
    const tn_stage *stage = &p->kernel->column_stages[s];
    for (int i = 0; i < stage->operand_count; i++)
      if (stage->operands[i] == value)
        passes |= UINT64_C(1) << stage->pass;
  }
  return passes;
}

static void place_operands(plan *p) {
  for (int i = 0; i < p->operands; i++) {
    const tni_operand *o = &p->launch->operands[i];
    place *to = &p->places[o->value];
    p->access[i] = (uint8_t)access_of(p, i);
    p->used_in[i] = passes_of(p, o->value);
    switch (p->access[i]) {
    case DIRECT:
      to->step_bytes = p->sides == 1 ? p->row_stride[i]
                                     : p->lanes * (int64_t)o->element_bytes;
      break;
    case SPLAT:
      to->step = 0;
      to->offset = reserve(p, TN_SPLAT_BYTES);
      break;
    case PACKED: /* with sides a block at a time */
      to->step_bytes = p->sides == 1 ? 0 : p->lanes * o->element_bytes;
      to->within = DEPTH - 1;
      to->offset = reserve(p, (size_t)(p->lanes * o->element_bytes) *
                                  (p->sides == 1 ? 1 : DEPTH));
      break;
    }
  }
}

static void place_values(plan *p) {
  for (int v = 0; v < p->values; v++) {
    const tn_value *value = &p->kernel->values[v];
    place *to = &p->places[v];
    *to = (place){.within = -1,
                  .step = 1,
                  .element_bytes = (uint8_t)tni_element_bytes(value->dtype)};
    const size_t bytes = (size_t)p->lanes * to->element_bytes;
    switch (value->kind) {
    case TN_VALUE_SCALAR:
    case TN_VALUE_COUNT:
      to->step = 0;
      to->offset = reserve(p, TN_SPLAT_BYTES);
      break;
    case TN_VALUE_SLOT:
    case TN_VALUE_ROW_RESULT:
      to->is_slot = true;
      to->offset = reserve(p, bytes);
      break;
    case TN_VALUE_LANES:
      to->offset = reserve(p, bytes);
      break;
    case TN_VALUE_TEMPORARY: {
      const uint64_t passes = passes_of(p, v);
      const bool one_step = (passes & (passes - 1)) == 0;
      to->step_bytes = one_step ? 0 : (int64_t)bytes;
      to->offset = reserve(p, one_step ? bytes : bytes * (size_t)p->steps);
      break;
    }
    default: /* an operand */
      break;
    }
  }
  place_operands(p);
}

static bool plan_steps(plan *p) {
  int count = 0;
  const int stages = p->kernel->column_stage_count;
  for (int s = 0; s < stages; s++)
    count += p->kernel->column_stages[s].operand_count;
  p->stage_steps = tni_workspace_take((size_t)stages * sizeof(int64_t *));
  int64_t *steps = tni_workspace_take((size_t)count * sizeof *steps);
  if (!p->stage_steps || !steps)
    return false;
  for (int s = 0; s < stages; s++) {
    const tn_stage *stage = &p->kernel->column_stages[s];
    p->stage_steps[s] = steps;
    for (int i = 0; i < stage->operand_count; i++)
      *steps++ = p->places[stage->operands[i]].step;
  }
  return true;
}

static state *new_state(const plan *p) {
  const size_t pointers = (size_t)(p->values + p->operands + 256);
  state *s = tni_workspace_take(sizeof *s + pointers * sizeof(char *));
  if (!s || !(s->memory = tni_workspace_take(p->memory_bytes)))
    return NULL;
  s->base = (char **)(s + 1);
  s->cursors = s->base + p->values;
  s->data = s->cursors + p->operands;
  for (int v = 0; v < p->values; v++) {
    const tn_value *value = &p->kernel->values[v];
    const place *at = &p->places[v];
    s->base[v] = s->memory + at->offset;
    if (value->kind == TN_VALUE_SCALAR) {
      tni_splat(s->base[v], (const char *)&p->launch->scalars[value->index],
                at->element_bytes);
    } else if (value->kind == TN_VALUE_COUNT) {
      const uint64_t word = tni_count_word(value->dtype, p->rows);
      tni_splat(s->base[v], (const char *)&word, at->element_bytes);
    }
  }
  return s;
}

/* ---- one run of columns of one matrix ------------------------------------ */

static void enter_run(const plan *p, state *s, int64_t unit) {
  int64_t index[TN_MAX_RANK];
  s->first = unit % p->runs * p->run;
  s->columns = p->width - s->first < p->run ? p->width - s->first : p->run;
  tni_unflatten(unit / p->runs, p->outer_rank, p->outer_dims, index);
  for (int i = 0; i < p->operands; i++) {
    const tni_operand *o = &p->launch->operands[i];
    s->cursors[i] =
        o->data + tni_offset(p->outer_rank, index, p->outer_strides[i]);
    if (p->access[i] == DIRECT)
      s->base[o->value] = s->cursors[i] + s->first * o->element_bytes;
    else if (p->access[i] == SPLAT && p->rows > 0)
      tni_splat(s->base[o->value], s->cursors[i], o->element_bytes);
  }
}

/* The elements of a step: fewer in the last one. */
static int64_t step_elements(const plan *p, const state *s, int64_t step) {
  if (p->sides == 1)
    return s->columns;
  const int64_t rest = p->rows * p->width - step * p->lanes;
  return rest < p->lanes ? rest : p->lanes;
}

/* Brings packed operands of a step (with sides: of the block that begins
 * there) to scratch memory, or results back. */
static void move_packed(const plan *p, state *s, int pass, int64_t step,
                        bool back) {
  const uint64_t bit = UINT64_C(1) << pass;
  for (int i = 0; i < p->operands; i++) {
    const tni_operand *o = &p->launch->operands[i];
    const bool result = o->kind == TN_VALUE_RESULT;
    char *const scratch = s->base[o->value];
    if (!(p->used_in[i] & bit))
      continue;
    if (p->sides == 1) {
      char *const row = s->cursors[i] + step * p->row_stride[i];
      if (p->access[i] == SPLAT && !back && p->row_stride[i] != 0)
        tni_splat(scratch, row, o->element_bytes);
      if (p->access[i] != PACKED)
        continue;
      if (back && result)
        tni_unpack(row, scratch, o->element_bytes, p->rank, p->dims,
                   p->strides[i], s->first, s->columns);
      else if (!back && (!result || (p->used_in[i] & (bit - 1))))
        tni_pack(scratch, row, o->element_bytes, p->rank, p->dims,
                 p->strides[i], s->first, s->columns);
    } else if (p->access[i] == PACKED) {
      const int64_t first = step * p->lanes;
      const int64_t rest = p->rows * p->width - first;
      const int64_t n = rest < DEPTH * p->lanes ? rest : DEPTH * p->lanes;
      if (back && result)
        tni_unpack(s->cursors[i], scratch, o->element_bytes, p->rank, p->dims,
                   p->strides[i], first, n);
      else if (!back && (!result || (p->used_in[i] & (bit - 1))))
        tni_pack(scratch, s->cursors[i], o->element_bytes, p->rank, p->dims,
                 p->strides[i], first, n);
    }
  }
}

static inline void call(const plan *p, const state *s, int stage, int64_t step,
                        int64_t n) {
  const tn_stage *at = &p->kernel->column_stages[stage];
  for (int i = 0; i < at->operand_count; i++) {
    const int value = at->operands[i];
    const place *from = &p->places[value];
    s->data[i] = s->base[value] + (step & from->within) * from->step_bytes;
  }
  at->function[p->launch->isa](s->data, p->stage_steps[stage], n);
}

static int behind_block_stages(const plan *p, int pass, int stage) {
  const tn_kernel *k = p->kernel;
  while (stage < k->column_stage_count &&
         k->column_stages[stage].pass == pass && !k->column_stages[stage].row)
    stage++;
  return stage;
}

static void run_block(const plan *p, state *s, int pass, int first, int end,
                      int64_t block) {
  const int64_t begin = block * DEPTH;
  const int64_t last = begin + DEPTH < p->steps ? begin + DEPTH : p->steps;
  if (p->sides > 1)
    move_packed(p, s, pass, begin, false);
  for (int64_t step = begin; step < last; step++) {
    const int64_t n = step_elements(p, s, step);
    if (p->sides == 1)
      move_packed(p, s, pass, step, false);
    for (int stage = first; stage < end; stage++)
      call(p, s, stage, step, n);
    if (p->sides == 1)
      move_packed(p, s, pass, step, true);
  }
  if (p->sides > 1)
    move_packed(p, s, pass, begin, true);
}

static char *node(const plan *p, const state *s, int reduction, int level) {
  return s->memory + p->nodes_offset +
         (size_t)(reduction * p->levels + level) * p->node_bytes;
}

static void start_lanes(const plan *p, const state *s, int pass) {
  for (int r = 0; r < p->kernel->reduction_count; r++) {
    const tn_reduction *reduction = &p->kernel->reductions[r];
    if (reduction->pass == pass)
      p->arithmetic[r]->start(s->base[reduction->lanes], p->lanes);
  }
}

static void meet_top(const plan *p, state *s, int pass, int64_t n) {
  s->top--;
  for (int r = 0; r < p->kernel->reduction_count; r++)
    if (p->kernel->reductions[r].pass == pass)
      p->arithmetic[r]->combine(node(p, s, r, s->top - 1),
                                node(p, s, r, s->top), n);
}

/* Repeats each slot that a stage may have written for every side. */
static void repeat_slot(const plan *p, const state *s, int value) {
  const size_t bytes = (size_t)p->width * p->places[value].element_bytes;
  for (int side = 1; side < p->sides; side++)
    memcpy(s->base[value] + (size_t)side * bytes, s->base[value], bytes);
}

/* The reductions of a pass, block by block, into their slots. */
static void run_pass(const plan *p, state *s, int pass, int first, int end) {
  const tn_kernel *k = p->kernel;
  const int64_t blocks = (p->steps + DEPTH - 1) / DEPTH;
  const int64_t n = p->sides == 1 ? s->columns : p->lanes;
  s->top = 0;
  for (int64_t block = 0; block < blocks || block == 0; block++) {
    start_lanes(p, s, pass);
    if (block < blocks)
      run_block(p, s, pass, first, end, block);
    for (int r = 0; r < k->reduction_count; r++)
      if (k->reductions[r].pass == pass)
        memcpy(node(p, s, r, s->top), s->base[k->reductions[r].lanes],
               (size_t)n * p->arithmetic[r]->element_bytes);
    s->top++;
    for (int64_t carry = block; carry & 1; carry >>= 1)
      meet_top(p, s, pass, n);
  }
  while (s->top > 1)
    meet_top(p, s, pass, n);
  for (int r = 0; r < k->reduction_count; r++) {
    const tn_reduction *reduction = &k->reductions[r];
    if (reduction->pass != pass)
      continue;
    if (p->sides > 1)
      p->arithmetic[r]->halve(node(p, s, r, 0), p->sides, p->width);
    memcpy(s->base[reduction->slot], node(p, s, r, 0),
           (size_t)s->columns * p->arithmetic[r]->element_bytes);
    repeat_slot(p, s, reduction->slot);
  }
}

static int run_row_stages(const plan *p, state *s, int pass, int stage) {
  const tn_kernel *k = p->kernel;
  for (; stage < k->column_stage_count && k->column_stages[stage].pass == pass;
       stage++) {
    call(p, s, stage, 0, s->columns);
    for (int i = 0; i < k->column_stages[stage].operand_count; i++) {
      const int value = k->column_stages[stage].operands[i];
      if (p->places[value].is_slot)
        repeat_slot(p, s, value);
    }
  }
  return stage;
}

static void put_row_results(const plan *p, const state *s) {
  for (int i = 0; i < p->operands; i++) {
    const tni_operand *o = &p->launch->operands[i];
    if (p->access[i] != GATHERED)
      continue;
    /* Along the rows, where they are among the dims, its stride is 0, and what
     * is first in the matrix is all. */
    tni_unpack(s->cursors[i], s->base[o->value], o->element_bytes, p->rank,
               p->dims, p->strides[i], s->first, s->columns);
  }
}

typedef struct job {
  const plan *plan;
  state **states;
} job;

static void body(void *context, int64_t begin, int64_t end) {
  const job *j = context;
  const plan *p = j->plan;
  state *s = j->states[tni_worker()];
  for (int64_t unit = begin; unit < end; unit++) {
    enter_run(p, s, unit);
    int stage = 0;
    for (int pass = 0; pass < p->kernel->pass_count; pass++) {
      const int behind = behind_block_stages(p, pass, stage);
      run_pass(p, s, pass, stage, behind);
      stage = run_row_stages(p, s, pass, behind);
    }
    put_row_results(p, s);
  }
}

/* ---- entry --------------------------------------------------------------- */

static bool take_arrays(plan *p) {
  const size_t operands = (size_t)p->operands + 1;
  const size_t reductions = (size_t)p->kernel->reduction_count + 1;
  p->outer_strides = tni_workspace_take(operands * 2 * sizeof(tni_strides));
  p->row_stride =
      tni_workspace_take(operands * (2 * sizeof(int64_t) + sizeof(uint8_t)));
  p->places = tni_workspace_take(((size_t)p->values + 1) * sizeof(place));
  p->arithmetic = tni_workspace_take(reductions * sizeof *p->arithmetic);
  if (!p->outer_strides || !p->row_stride || !p->places || !p->arithmetic)
    return false;
  p->strides = p->outer_strides + operands;
  p->used_in = (uint64_t *)(p->row_stride + operands);
  p->access = (uint8_t *)(p->used_in + operands);
  for (int r = 0; r < p->kernel->reduction_count; r++) {
    const tn_reduction *reduction = &p->kernel->reductions[r];
    if (reduction->kind == TN_REDUCE_MOMENTS) /* is for lines */
      return false;
    p->arithmetic[r] = tni_lanes_of(reduction->kind, reduction->dtype);
  }
  return true;
}

/* How wide a run of columns is: enough runs for the threads, if there can be.
 */
static int64_t choose_run(const plan *p, int threads) {
  if (p->sides > 1)
    return p->width;
  int64_t run = p->width < RUN ? p->width : RUN;
  if (threads > 1 && p->outer * ((p->width - 1) / run + 1) < 4 * threads) {
    run = p->width * p->outer / (4 * threads);
    run = run / SHORTEST_RUN * SHORTEST_RUN;
    run = run < SHORTEST_RUN ? SHORTEST_RUN : run > RUN ? RUN : run;
  }
  return run < p->width ? run : p->width;
}

bool tni_run_columns(tni_launch *l) {
  plan plan = {.launch = l,
               .kernel = l->kernel,
               .values = l->kernel->value_count,
               .operands = l->operand_count,
               .rows = l->length,
               .width = l->inner,
               .sides = 1,
               .memory_bytes = 64};
  if (l->kernel->pass_count > 64 || !take_arrays(&plan))
    return false;
  while (plan.rows > 0 && plan.sides * 2 * plan.width <= TN_LANES)
    plan.sides *= 2;
  plan_dims(&plan, l);
  plan.outer = 1;
  for (int d = 0; d < plan.outer_rank; d++)
    plan.outer *= plan.outer_dims[d];
  int threads = tni_threads_for(l->size, l->kernel->cost);
  plan.run = choose_run(&plan, threads);
  plan.runs = (plan.width - 1) / plan.run + 1;
  plan.lanes = plan.run * plan.sides;
  plan.steps = (plan.rows + plan.sides - 1) / plan.sides;
  plan.levels = 2;
  while ((plan.steps + DEPTH - 1) / DEPTH >> (plan.levels - 2))
    plan.levels++;
  const int64_t units = plan.outer * plan.runs;
  if (units == 0)
    return true;
  if (threads > units)
    threads = (int)units;

  place_values(&plan);
  plan.node_bytes = ((size_t)plan.lanes * 8 + 63) & ~(size_t)63;
  plan.nodes_offset = reserve(&plan, (size_t)l->kernel->reduction_count *
                                         (size_t)plan.levels * plan.node_bytes);
  if (!plan_steps(&plan))
    return false;
  state *states[TNI_MAX_THREADS];
  for (int t = 0; t < threads; t++)
    if (!(states[t] = new_state(&plan)))
      return false;
  job job = {&plan, states};
  const int64_t unit = plan.rows * plan.run + 1;
  tni_parallel_on(threads, units, 16384 / unit + 1, body, &job);
  return true;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * plan.c - plans the launch of a row program.
 *
 * Decides which dims a row has and which count the rows, and for each value how
 * a stage reaches it: in place, as a splat of one element, or in scratch memory
 * that is packed before the stages and unpacked behind them.
 */
#include "launch.h"
#include "rows.h"
#include "threads.h"
#include "workspace.h"

#include <string.h>

enum {
  SHORT_RUN = 64,       /* inner runs below this are packed into blocks */
  SHORT_REDUCED = 32,   /* the same, of a row in runs */
  PACKED_ROW = 64 << 10 /* rows up to this length are packed as a whole */
};

/* ---- dims ---------------------------------------------------------------- */

/* How an operand's part of a row lies in memory. */
static tni_access access_of(const tni_rows *p, int operand) {
  const tni_operand *o = &p->launch->operands[operand];
  const int64_t *strides = p->row_strides[operand];
  bool constant = o->kind == TN_VALUE_INPUT, contiguous = true;
  int64_t expected = o->element_bytes;
  for (int d = p->row_rank - 1; d >= 0; d--) {
    constant = constant && strides[d] == 0;
    contiguous = contiguous && strides[d] == expected;
    expected *= p->row_dims[d];
  }
  if (contiguous || (p->run && !constant))
    return TNI_DIRECT;
  return constant ? TNI_SPLAT : TNI_PACKED_BLOCK;
}

/* Elementwise: rows are inner runs in place where those are long enough, else
 * the whole space is one row. */
static void plan_pieces(tni_rows *p, tni_launch *l) {
  const int rank = tni_collapse(l->rank, l->dims, l->operand_count, l->strides);
  bool in_place = true;
  for (int i = 0; i < l->operand_count && rank > 0; i++) {
    const int64_t stride = l->strides[i][rank - 1];
    in_place =
        in_place && (stride == l->operands[i].element_bytes ||
                     (stride == 0 && l->operands[i].kind == TN_VALUE_INPUT));
  }
  const bool one_row = rank <= 1 || !in_place || l->dims[rank - 1] < SHORT_RUN;
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

/* A row whose inner runs lie in place is walked run by run, where the order cannot be seen: a block ends with its run. */
static void plan_runs(tni_rows *p, const tni_launch *l) {
  const int last = p->row_rank - 1;
  if (last < 1 || p->row_dims[last] < SHORT_REDUCED || !tni_is_free_of_order(p->kernel))
    return;
  for (int i = 0; i < l->operand_count; i++) {
    if (l->operands[i].kind == TN_VALUE_ROW_RESULT)
      continue;
    bool constant = l->operands[i].kind == TN_VALUE_INPUT;
    for (int d = 0; d <= last; d++)
      constant = constant && p->row_strides[i][d] == 0;
    if (!constant && p->row_strides[i][last] != l->operands[i].element_bytes)
      return;
  }
  p->run = p->row_dims[last];
  p->run_blocks = (p->run + TN_BLOCK - 1) / TN_BLOCK;
}

/* All elements are one row, in logical order. */
static void plan_one_row(tni_rows *p, tni_launch *l) {
  p->row_rank = tni_collapse(l->rank, l->dims, l->operand_count, l->strides);
  p->outer_rank = 0;
  memcpy(p->row_dims, l->dims, sizeof l->dims);
  memcpy(p->row_strides, l->strides,
         (size_t)l->operand_count * sizeof *l->strides);
  plan_runs(p, l);
}

/* Rows along an axis. */
static void plan_axis(tni_rows *p, tni_launch *l) {
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
  p->outer_rank =
      tni_collapse(to, p->outer_dims, l->operand_count, p->outer_strides);
}

/* ---- where values are ------------------------------------------------------
 */

static size_t reserve(tni_rows *p, size_t bytes) {
  const size_t offset = p->memory_bytes;
  p->memory_bytes += (bytes + 63) & ~(size_t)63;
  return offset;
}

/* Passes that use a value, as bits. */
static uint64_t passes_of(const tni_rows *p, int value) {
  uint64_t passes = 0;
  for (int s = 0; s < p->kernel->stage_count; s++)
    for (int i = 0; i < p->stages[s].operand_count; i++)
      if (p->stages[s].operands[i] == value)
        passes |= UINT64_C(1) << p->stages[s].pass;
  return passes;
}

static void place_operand(tni_rows *p, int operand, int64_t block) {
  const tni_operand *o = &p->launch->operands[operand];
  tni_place *to = &p->places[o->value];
  p->used_in[operand] = 0;
  p->access[operand] = TNI_PACKED_BLOCK;
  if (o->kind == TN_VALUE_ROW_RESULT) { /* gathered in a slot */
    p->leaving[p->leaving_count++] = (uint8_t)operand;
    return;
  }
  tni_access how = access_of(p, operand);
  if (how == TNI_PACKED_BLOCK && p->launch->axis < TN_MAX_RANK &&
      p->length <= PACKED_ROW && p->rows > 1)
    how = TNI_PACKED_WHOLE;
  p->access[operand] = (uint8_t)how;
  switch (how) {
  case TNI_DIRECT:
    to->bytes = o->element_bytes;
    p->direct[p->direct_count++] = (uint8_t)operand;
    break;
  case TNI_SPLAT:
    to->step = 0;
    to->of_row = true;
    to->offset = reserve(p, TN_SPLAT_BYTES);
    if (p->length > 0)
      p->entering[p->entering_count++] = (uint8_t)operand;
    break;
  case TNI_PACKED_BLOCK:
    to->offset = reserve(p, (size_t)block * o->element_bytes);
    p->used_in[operand] = passes_of(p, o->value);
    p->packs_blocks = true;
    break;
  case TNI_PACKED_WHOLE:
    to->bytes = o->element_bytes;
    to->offset = reserve(p, (size_t)p->length * o->element_bytes);
    if (o->kind == TN_VALUE_INPUT)
      p->entering[p->entering_count++] = (uint8_t)operand;
    else
      p->leaving[p->leaving_count++] = (uint8_t)operand;
    break;
  }
}

/* Where every value is. False where memory is short. */
static bool place_values(tni_rows *p) {
  const int64_t block = p->length < TN_BLOCK ? p->length : TN_BLOCK;
  for (int v = 0; v < p->values; v++) {
    const tn_value *value = &p->kernel->values[v];
    tni_place *to = &p->places[v];
    *to = (tni_place){
        .step = 1, .element_bytes = (uint8_t)tni_element_bytes(value->dtype)};
    switch (value->kind) {
    case TN_VALUE_SCALAR:
    case TN_VALUE_COUNT:
    case TN_VALUE_SLOT:
    case TN_VALUE_ROW_RESULT:
    case TN_VALUE_ROW_SCALAR:
      to->step = 0;
      to->of_row = true;
      to->rewritten =
          value->kind != TN_VALUE_SCALAR && value->kind != TN_VALUE_COUNT;
      to->offset = reserve(p, TN_SPLAT_BYTES);
      break;
    case TN_VALUE_LANES:
      to->offset = reserve(p, TNI_NODE_BYTES);
      break;
    case TN_VALUE_TEMPORARY: {
      const uint64_t passes = passes_of(p, v);
      if (p->blocks <= 1 || (passes & (passes - 1)) == 0 || p->elementwise) {
        to->offset = reserve(p, (size_t)block * to->element_bytes);
        break;
      }
      to->bytes = to->element_bytes;
      const size_t bytes = (size_t)p->length * to->element_bytes;
      if (!p->shares_row)
        to->offset = reserve(p, bytes);
      else if (!(to->shared = tni_workspace_take(bytes)))
        return false;
      break;
    }
    default: /* an operand */
      break;
    }
  }
  p->direct_count = p->entering_count = p->leaving_count = 0;
  for (int i = 0; i < p->operands; i++)
    place_operand(p, i, block);
  p->nodes_offset = reserve(p, (size_t)p->kernel->reduction_count *
                                   (size_t)p->levels * TNI_NODE_BYTES);
  for (int r = 0; r < p->kernel->reduction_count; r++) {
    const tn_reduction *reduction = &p->kernel->reductions[r];
    if (reduction->kind != TN_REDUCE_MOMENTS)
      continue;
    p->has_moments = true; /* each thread has its own block, and its mean */
    p->places[reduction->block_mean].of_row = false;
  }
  return true;
}

static void plan_passes(tni_rows *p) {
  int stage = 0, listed = 0;
  for (int pass = 0; pass < p->kernel->pass_count; pass++) {
    tni_pass *to = &p->passes[pass];
    to->first = (uint8_t)stage;
    while (stage < p->kernel->stage_count && p->stages[stage].pass == pass &&
           !p->stages[stage].row)
      stage++;
    to->rows = (uint8_t)stage;
    while (stage < p->kernel->stage_count && p->stages[stage].pass == pass)
      stage++;
    to->end = (uint8_t)stage;
    to->reductions = (uint8_t)listed;
    for (int r = 0; r < p->kernel->reduction_count; r++)
      if (p->kernel->reductions[r].pass == pass)
        p->reductions[listed++] = (uint8_t)r;
    to->reductions_end = (uint8_t)listed;
  }
}

static void plan_steps(tni_rows *p, int64_t *steps) {
  for (int s = 0; s < p->kernel->stage_count; s++) {
    const tn_stage *stage = &p->stages[s];
    p->steps[s] = steps;
    for (int i = 0; i < stage->operand_count; i++) {
      const tni_place *at = &p->places[stage->operands[i]];
      *steps++ = stage->row && at->rewritten ? 1 : at->step;
    }
  }
}

/* ---- a staged result ------------------------------------------------------------------------------------------------ */

enum { MOST_RING_BYTES = 256 << 10 };

/* Lowest and one-past-highest byte of an operand, from its first element on. */
static void operand_range(const tni_rows *p, int operand, int64_t *out_begin, int64_t *out_end) {
  *out_begin = 0;
  *out_end = p->launch->operands[operand].element_bytes;
  for (int d = 0; d < p->row_rank; d++) {
    const int64_t reach = (p->row_dims[d] - 1) * p->row_strides[operand][d];
    *(reach < 0 ? out_begin : out_end) += reach;
  }
}

int64_t tni_staged_delay(const tni_rows *p) {
  const tni_operand *to = &p->launch->operands[p->staged];
  const int64_t stride = p->row_strides[p->staged][0], bytes = p->run * to->element_bytes;
  int64_t begin, end, delay = 0;
  operand_range(p, p->staged, &begin, &end);
  if (stride < bytes)
    return -1;
  for (int i = 0; i < p->operands; i++) {
    const tni_operand *from = &p->launch->operands[i];
    if (from->kind != TN_VALUE_INPUT || p->access[i] == TNI_SPLAT) /* that is read before anything is written */
      continue;
    const int64_t ahead = to->data - from->data; /* of the input */
    int64_t from_begin, from_end;
    operand_range(p, i, &from_begin, &from_end);
    if (from_begin >= ahead + end || ahead + begin >= from_end)
      continue;
    if (p->row_strides[i][0] != stride)
      return -1;
    /* Run r of the input meets run q of the result where ahead - its bytes < (r - q) * stride < ahead + bytes. */
    if (ahead + bytes <= stride)
      continue;
    const int64_t runs = (ahead + bytes - 1) / stride;
    if (runs * stride > ahead - p->run * from->element_bytes && runs > delay)
      delay = runs;
  }
  return delay;
}

/* A run of the result for each that is not yet to be written. */
static bool plan_ring(tni_rows *p) {
  for (int i = 0; i < p->operands; i++)
    if (p->launch->operands[i].value == p->launch->staged - 1)
      p->staged = i;
  if (!p->run || p->threads > 1 || p->row_rank != 2 || p->rows != 1 || p->kernel->pass_count != 1)
    return false;
  p->delay = tni_staged_delay(p);
  if (p->delay < 0 || p->delay >= p->row_dims[0] ||
      (p->delay + 1) * p->run * p->launch->operands[p->staged].element_bytes > MOST_RING_BYTES)
    return false;
  p->ring_offset = reserve(p, (size_t)((p->delay + 1) * p->run * p->launch->operands[p->staged].element_bytes));
  int kept = 0;
  for (int k = 0; k < p->direct_count; k++)
    if (p->direct[k] != p->staged)
      p->direct[kept++] = p->direct[k];
  p->direct_count = kept;
  return true;
}

/* ---- the plan ------------------------------------------------------------ */

/* The plan's arrays, in one piece. Returns where the stages' steps go. */
static int64_t *take_arrays(tni_rows *p) {
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
      operands * (2 * sizeof(tni_strides) + sizeof(uint64_t) + 4) + reductions +
      p->kernel->pass_count * sizeof(tni_pass) + values * sizeof(tni_place) +
      stages * sizeof *p->steps + reductions * sizeof *p->lanes +
      steps * sizeof(int64_t));
  if (!p->row_strides)
    return NULL;
  p->outer_strides = p->row_strides + operands;
  p->used_in = (uint64_t *)(p->outer_strides + operands);
  p->places = (tni_place *)(p->used_in + operands);
  p->steps = (const int64_t **)(p->places + values);
  p->lanes = (const tni_lanes **)(p->steps + stages);
  int64_t *const all_steps = (int64_t *)(p->lanes + reductions);
  p->access = (uint8_t *)(all_steps + steps);
  p->direct = p->access + operands;
  p->entering = p->direct + operands;
  p->leaving = p->entering + operands;
  p->reductions = p->leaving + operands;
  p->passes = (tni_pass *)(p->reductions + reductions);
  for (size_t r = 0; r < reductions; r++)
    p->lanes[r] = tni_lanes_of(p->kernel->reductions[r].kind,
                               p->kernel->reductions[r].dtype);
  return all_steps;
}

/* Whether threads share out rows or, where those are few and long, the blocks
 * of each. */
static void plan_threads(tni_rows *p) {
  const int64_t pieces = p->elementwise ? p->rows * p->blocks : p->rows;
  p->threads = tni_threads_for(p->launch->size, p->kernel->cost);
  p->shares_row = false;
  if (p->threads > 1 && !p->elementwise && p->rows < p->threads * 4 &&
      p->blocks >= 4)
    p->shares_row = true;
  else if (p->threads > pieces)
    p->threads = (int)pieces;
}

bool tni_plan_rows(tni_rows *p, tni_launch *l) {
  p->launch = l;
  p->kernel = l->kernel;
  p->stages = l->kernel->stages;
  p->isa = l->isa;
  p->values = l->kernel->value_count;
  p->operands = l->operand_count;
  p->elementwise = l->axis == TN_AXIS_NONE;
  p->has_moments = p->packs_blocks = false;
  p->run = p->run_blocks = 0;
  p->staged = -1;
  p->memory_bytes = 64; /* never empty */
  p->splats = tni_splats();
  int64_t *const steps = take_arrays(p);
  if (l->kernel->pass_count > TNI_MOST_PASSES || !steps)
    return false;
  if (p->elementwise)
    plan_pieces(p, l);
  else if (l->axis == TN_AXIS_ALL)
    plan_one_row(p, l);
  else
    plan_axis(p, l);
  p->length = p->rows = 1;
  for (int d = 0; d < p->row_rank; d++)
    p->length *= p->row_dims[d];
  for (int d = 0; d < p->outer_rank; d++)
    p->rows *= p->outer_dims[d];
  p->blocks = p->run ? p->length / p->run * p->run_blocks : (p->length + TN_BLOCK - 1) / TN_BLOCK;
  if (p->elementwise && p->blocks == 0)
    p->rows = 0;
  p->levels = 2;
  while (p->blocks >> (p->levels - 1))
    p->levels++;
  if (p->rows == 0)
    return !l->staged;
  plan_threads(p);
  if (!place_values(p) || (l->staged && !plan_ring(p)))
    return false;
  plan_steps(p, steps);
  plan_passes(p);
  return true;
}

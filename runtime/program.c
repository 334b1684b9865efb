/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * program.c - runs a kernel's row program.
 *
 * Each thread has a state: one piece of memory with its pointers, slots, lanes
 * and scratch. From row to row only pointers move. Rows are handed out to
 * threads. Where there are too few of them the blocks of one row are: an
 * aligned run of 2^c blocks is a subtree of the order in which blocks meet, so
 * threads gather such runs and the caller puts the runs together, with the same
 * bits as alone.
 */
#include "rows.h"
#include "script.h"
#include "threads.h"
#include "workspace.h"

#include <string.h>

enum {
  MOST_RUNS = 512,
  PIECE = 4 * TN_BLOCK /* elements, between two looks at the common counter */
};

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

/* The launch's own scalars; and nothing of its operands is splat yet. */
static void begin_launch(const tni_rows *p, const tni_row_state *s) {
  for (int v = 0; v < p->values; v++) {
    const tn_value *value = &p->kernel->values[v];
    if (value->kind == TN_VALUE_SCALAR)
      tni_splat(s->row[v], (const char *)&p->launch->scalars[value->index],
                p->places[v].element_bytes);
  }
  for (int i = 0; i < p->operands; i++)
    s->splats[i] = NULL;
}

tni_row_state *tni_new_row_state(const tni_rows *p) {
  const size_t pointers =
      (size_t)(p->values + p->operands * 2 + p->most_operands);
  const size_t own =
      (sizeof(tni_row_state) + pointers * sizeof(char *) + 63) & ~(size_t)63;
  tni_row_state *s = tni_workspace_take(own + p->memory_bytes);
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
    const tni_place *at = &p->places[v];
    s->row[v] = at->shared ? at->shared : s->memory + at->offset;
    if (value->kind == TN_VALUE_COUNT) {
      const uint64_t word = tni_count_word(value->dtype, p->length);
      tni_splat(s->row[v], (const char *)&word, at->element_bytes);
    }
  }
  begin_launch(p, s);
  return s;
}

/* ---- from row to row ----------------------------------------------------- */

/* After the cursors moved. */
static void enter_row(const tni_rows *p, tni_row_state *s) {
  const tni_operand *const operands = p->launch->operands;
  for (int k = 0; k < p->direct_count; k++) {
    const int i = p->direct[k];
    s->row[operands[i].value] = s->cursors[i];
  }
  for (int k = 0; k < p->entering_count; k++) {
    const int i = p->entering[k];
    const tni_operand *o = &operands[i];
    char *const at = s->cursors[i];
    if (p->access[i] == TNI_PACKED_WHOLE) {
      tni_gather(s->row[o->value], at, o->element_bytes, p->row_strides[i][0],
                 p->length);
    } else if (at != s->splats[i]) {
      p->splats[o->element_bytes](s->row[o->value], at);
      s->splats[i] = at;
    }
  }
}

static void seek_row(const tni_rows *p, tni_row_state *s, int64_t row) {
  tni_unflatten(row, p->outer_rank, p->outer_dims, s->index);
  for (int i = 0; i < p->operands; i++)
    s->cursors[i] = p->launch->operands[i].data +
                    tni_offset(p->outer_rank, s->index, p->outer_strides[i]);
  enter_row(p, s);
}

static void next_row(const tni_rows *p, tni_row_state *s) {
  tni_advance(p->outer_rank, p->outer_dims, s->index, p->operands,
              p->outer_strides, s->cursors);
  enter_row(p, s);
}

/* Results of the row go where they belong. */
static void leave_row(const tni_rows *p, const tni_row_state *s) {
  for (int k = 0; k < p->leaving_count; k++) {
    const int i = p->leaving[k];
    const tni_operand *o = &p->launch->operands[i];
    if (o->kind == TN_VALUE_RESULT)
      tni_scatter(s->cursors[i], s->row[o->value], o->element_bytes,
                  p->row_strides[i][0], p->length);
    else if (o->element_bytes == 4)
      memcpy(s->cursors[i], s->row[o->value], 4);
    else
      memcpy(s->cursors[i], s->row[o->value], o->element_bytes);
  }
}

/* ---- passes -------------------------------------------------------------- */

static inline void call(const tni_rows *p, const tni_row_state *s, int stage,
                        int64_t offset, int64_t n) {
  const tn_stage *const at = &p->stages[stage];
  const int count = at->operand_count;
  char **const data = s->data;
  if (offset == 0) {
    for (int i = 0; i < count; i++)
      data[i] = s->row[at->operands[i]];
  } else {
    for (int i = 0; i < count; i++)
      data[i] =
          s->row[at->operands[i]] + offset * p->places[at->operands[i]].bytes;
  }
  at->function[p->isa](data, p->steps[stage], n);
}

static void pack_block(const tni_rows *p, tni_row_state *s, int pass,
                       int64_t offset, int64_t n) {
  for (int i = 0; i < p->operands; i++) {
    const tni_operand *o = &p->launch->operands[i];
    const uint64_t bit = UINT64_C(1) << pass;
    if (p->access[i] == TNI_PACKED_BLOCK && (p->used_in[i] & bit) &&
        (o->kind == TN_VALUE_INPUT || (p->used_in[i] & (bit - 1))))
      tni_pack(s->row[o->value], s->cursors[i], o->element_bytes, p->row_rank,
               p->row_dims, p->row_strides[i], offset, n);
  }
}

static void unpack_block(const tni_rows *p, tni_row_state *s, int pass,
                         int64_t offset, int64_t n) {
  for (int i = 0; i < p->operands; i++) {
    const tni_operand *o = &p->launch->operands[i];
    if (p->access[i] == TNI_PACKED_BLOCK && o->kind == TN_VALUE_RESULT &&
        (p->used_in[i] >> pass & 1))
      tni_unpack(s->cursors[i], s->row[o->value], o->element_bytes, p->row_rank,
                 p->row_dims, p->row_strides[i], offset, n);
  }
}

/* The block stages of a pass, on one block. */
static inline void run_block(const tni_rows *p, tni_row_state *s, int pass,
                             int64_t offset, int64_t n) {
  const int end = p->passes[pass].rows;
  if (__builtin_expect(p->packs_blocks, 0))
    pack_block(p, s, pass, offset, n);
  for (int stage = p->passes[pass].first; stage < end; stage++) {
    call(p, s, stage, offset, n);
    if (p->has_moments)
      tni_put_block_means(p, s, stage, n);
  }
  if (__builtin_expect(p->packs_blocks, 0))
    unpack_block(p, s, pass, offset, n);
}

/* A row in runs: pointers move to the block, and to the one behind that. */
static void seek_block(const tni_rows *p, tni_row_state *s, int64_t block) {
  s->run_block = block % p->run_blocks;
  tni_unflatten(block / p->run_blocks, p->row_rank - 1, p->row_dims, s->index);
  for (int k = 0; k < p->direct_count; k++) {
    const int i = p->direct[k];
    const tni_operand *o = &p->launch->operands[i];
    s->row[o->value] = s->cursors[i] + tni_offset(p->row_rank - 1, s->index, p->row_strides[i]) +
                       s->run_block * TN_BLOCK * o->element_bytes;
  }
}

static void next_block(const tni_rows *p, tni_row_state *s) {
  int d = p->row_rank - 2; /* the innermost dim that goes on; those within it begin again */
  const bool same_run = ++s->run_block < p->run_blocks;
  if (!same_run) {
    s->run_block = 0;
    for (; d > 0 && s->index[d] + 1 == p->row_dims[d]; d--)
      s->index[d] = 0;
    s->index[d]++;
  }
  for (int k = 0; k < p->direct_count; k++) {
    const int i = p->direct[k];
    const int64_t *strides = p->row_strides[i];
    const tni_operand *o = &p->launch->operands[i];
    int64_t bytes = TN_BLOCK * o->element_bytes;
    if (!same_run) {
      bytes = strides[d] - (p->run_blocks - 1) * bytes;
      for (int within = p->row_rank - 2; within > d; within--)
        bytes -= (p->row_dims[within] - 1) * strides[within];
    }
    s->row[o->value] += bytes;
  }
}

static int64_t block_elements(const tni_rows *p, const tni_row_state *s) {
  const int64_t rest = p->run - s->run_block * TN_BLOCK;
  return rest < TN_BLOCK ? rest : TN_BLOCK;
}

/* A run of the staged result: where it is made, and then its place. */
static char *ring_run(const tni_rows *p, const tni_row_state *s, int64_t run) {
  const tni_operand *o = &p->launch->operands[p->staged];
  return s->memory + p->ring_offset + (size_t)(run % (p->delay + 1) * p->run * o->element_bytes);
}

static void put_run(const tni_rows *p, const tni_row_state *s, int64_t run) {
  memcpy(s->cursors[p->staged] + run * p->row_strides[p->staged][0], ring_run(p, s, run),
         (size_t)(p->run * p->launch->operands[p->staged].element_bytes));
}

static void enter_staged(const tni_rows *p, const tni_row_state *s, int64_t block) {
  const tni_operand *o = &p->launch->operands[p->staged];
  s->row[o->value] = ring_run(p, s, block / p->run_blocks) + s->run_block * TN_BLOCK * o->element_bytes;
}

static void leave_staged(const tni_rows *p, const tni_row_state *s, int64_t block) {
  const int64_t run = block / p->run_blocks;
  if (s->run_block + 1 < p->run_blocks)
    return;
  if (run >= p->delay)
    put_run(p, s, run - p->delay);
  if (run + 1 == p->row_dims[0])
    for (int64_t left = run + 1 - p->delay; left <= run; left++)
      put_run(p, s, left);
}

/* Blocks [begin, end) of the row, begin a multiple of the least power of two
 * that is not below end - begin; leaves one node. */
static void run_blocks(const tni_rows *p, tni_row_state *s, int pass,
                       int64_t begin, int64_t end) {
  s->top = 0;
  if (p->run)
    seek_block(p, s, begin);
  for (int64_t block = begin; block < end; block++) {
    const int64_t offset = p->run ? 0 : block * TN_BLOCK, rest = p->length - offset;
    const int64_t n = p->run ? block_elements(p, s) : rest < TN_BLOCK ? rest : TN_BLOCK;
    if (p->staged >= 0)
      enter_staged(p, s, block);
    run_block(p, s, pass, offset, n);
    if (p->staged >= 0)
      leave_staged(p, s, block);
    if (p->run && s->top > 0) {
      tni_meet_last_node(p, s, pass);
    } else {
      tni_put_node(p, s, pass, n);
      tni_carry(p, s, pass, block - begin);
    }
    if (p->run && block + 1 < end)
      next_block(p, s);
  }
  tni_fold(p, s, pass);
}

/* Row stages of a pass; what they wrote is splat again. */
static inline void run_row_stages(const tni_rows *p, const tni_row_state *s,
                                  int pass) {
  const int end = p->passes[pass].end;
  for (int stage = p->passes[pass].rows; stage < end; stage++) {
    call(p, s, stage, 0, 1);
    const tn_stage *at = &p->stages[stage];
    for (int i = 0; i < at->operand_count; i++) {
      const tni_place *to = &p->places[at->operands[i]];
      if (to->rewritten)
        p->splats[to->element_bytes](s->row[at->operands[i]],
                                     s->row[at->operands[i]]);
    }
  }
}

static void run_row(const tni_rows *p, tni_row_state *s) {
  for (int pass = 0; pass < p->kernel->pass_count; pass++) {
    if (p->blocks == 1) { /* the common, short row: no tree */
      run_block(p, s, pass, 0, p->length);
      tni_put_slots_of_block(p, s, pass);
    } else {
      if (p->blocks > 1)
        run_blocks(p, s, pass, 0, p->blocks);
      else
        tni_put_empty_node(p, s);
      tni_put_slots(p, s, pass);
    }
    run_row_stages(p, s, pass);
  }
}

/* ---- the ways to walk ---------------------------------------------------- */

typedef struct job {
  tni_job base;
  tni_rows plan;
  tni_row_state **states; /* of each worker */
  /* Pieces of one row: */
  int pass, run_shift; /* a run is 2^run_shift blocks */
  char *runs;          /* the nodes of each run */
} job;

static void rows_body(void *context, int64_t begin, int64_t end) {
  const job *j = context;
  const tni_rows *p = &j->plan;
  tni_row_state *s = j->states[tni_worker()];
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
  const tni_rows *p = &j->plan;
  tni_row_state *s = j->states[tni_worker()];
  int64_t block = begin % p->blocks;
  seek_row(p, s, begin / p->blocks);
  for (int64_t piece = begin; piece < end; piece++) {
    const int64_t offset = block * TN_BLOCK, rest = p->length - offset;
    for (int pass = 0; pass < p->kernel->pass_count; pass++)
      run_block(p, s, pass, offset, rest < TN_BLOCK ? rest : TN_BLOCK);
    if (++block == p->blocks) {
      block = 0;
      if (piece + 1 < end)
        next_row(p, s);
    }
  }
}

static char *run_nodes(const job *j, int64_t run) {
  return j->runs +
         (size_t)run * j->plan.kernel->reduction_count * TNI_NODE_BYTES;
}

static void runs_body(void *context, int64_t begin, int64_t end) {
  const job *j = context;
  const tni_rows *p = &j->plan;
  tni_row_state *s = j->states[tni_worker()];
  for (int64_t run = begin; run < end; run++) {
    const int64_t first = run << j->run_shift;
    const int64_t last = (run + 1) << j->run_shift;
    run_blocks(p, s, j->pass, first, last < p->blocks ? last : p->blocks);
    tni_save_node(p, s, run_nodes(j, run));
  }
}

/* What belongs to the row is the first state's for all. */
static void share_row(const job *j) {
  const tni_rows *p = &j->plan;
  for (int t = 1; t < p->threads; t++) {
    for (int v = 0; v < p->values; v++) {
      const int kind = p->kernel->values[v].kind;
      const bool in_row = (kind == TN_VALUE_INPUT || kind == TN_VALUE_RESULT) &&
                          p->places[v].bytes;
      if (p->places[v].of_row || in_row)
        j->states[t]->row[v] = j->states[0]->row[v];
    }
    memcpy(j->states[t]->cursors, j->states[0]->cursors,
           (size_t)p->operands * sizeof(char *));
  }
}

static void run_row_in_runs(job *j) {
  const tni_rows *p = &j->plan;
  tni_row_state *s = j->states[0];
  const int64_t runs = ((p->blocks - 1) >> j->run_shift) + 1;
  for (int pass = 0; pass < p->kernel->pass_count; pass++) {
    j->pass = pass;
    tni_parallel_on(p->threads, runs, 1, runs_body, j);
    s->top = 0;
    for (int64_t run = 0; run < runs; run++) {
      tni_load_node(p, s, run_nodes(j, run));
      tni_carry(p, s, pass, run);
    }
    tni_fold(p, s, pass);
    tni_put_slots(p, s, pass);
    run_row_stages(p, s, pass);
  }
}

/* Long rows, one after another, each by all threads. */
static void run_rows_in_runs(job *j) {
  const tni_rows *p = &j->plan;
  for (int64_t row = 0; row < p->rows; row++) {
    if (row == 0)
      seek_row(p, j->states[0], 0);
    else
      next_row(p, j->states[0]);
    share_row(j);
    run_row_in_runs(j);
    leave_row(p, j->states[0]);
  }
}

static bool take_runs(job *j) {
  const size_t nodes = (size_t)j->plan.kernel->reduction_count + 1;
  j->run_shift = 0;
  while ((j->plan.blocks - 1) >> j->run_shift >= MOST_RUNS)
    j->run_shift++;
  j->runs = tni_workspace_take(MOST_RUNS * nodes * TNI_NODE_BYTES);
  return j->runs != NULL;
}

static void put_row_scalars(const tni_rows *p, const tni_row_state *s) {
  for (int v = 0; v < p->values; v++) {
    const tn_value *value = &p->kernel->values[v];
    if (value->kind != TN_VALUE_ROW_SCALAR)
      continue;
    uint64_t *to = &p->launch->scalars[value->index];
    *to = 0;
    memcpy(to, s->row[v], p->places[v].element_bytes);
  }
}

static void run_job(tni_job *base) {
  job *j = (job *)base;
  const tni_rows *p = &j->plan;
  if (p->rows == 0)
    return;
  if (p->shares_row) {
    run_rows_in_runs(j);
  } else if (p->elementwise) {
    const int64_t n = p->length < TN_BLOCK ? p->length : TN_BLOCK;
    tni_parallel_on(p->threads, p->rows * p->blocks, PIECE / n + 1, pieces_body,
                    j);
  } else {
    tni_parallel_on(p->threads, p->rows, PIECE / (p->length + 1) + 1, rows_body,
                    j);
  }
  put_row_scalars(p, j->states[0]);
}

static bool renew_job(tni_job *base, tn_tensor *tensors) {
  (void)tensors;
  const job *j = (const job *)base;
  if (j->plan.staged >= 0) {
    const int64_t delay = tni_staged_delay(&j->plan);
    if (delay < 0 || delay > j->plan.delay)
      return false;
  }
  begin_launch(&j->plan, j->states[0]);
  return true;
}

/* A pass of the one row, which is one block. */
static void write_pass(tni_script *script, const tni_rows *p, const tni_row_state *s, const tni_pass *pass) {
  for (int stage = pass->first; stage < pass->rows; stage++)
    tni_script_stage(script, &p->stages[stage], p->isa, s->row, p->steps[stage], p->length);
  for (int i = pass->reductions; i < pass->reductions_end; i++) {
    const int r = p->reductions[i];
    const tn_reduction *reduction = &p->kernel->reductions[r];
    tni_script_total(script, p->lanes[r]->total, s->row[reduction->lanes], s->row[reduction->slot]);
  }
  for (int stage = pass->rows; stage < pass->end; stage++) {
    const tn_stage *at = &p->stages[stage];
    tni_script_stage(script, at, p->isa, s->row, p->steps[stage], 1);
    for (int i = 0; i < at->operand_count; i++)
      if (p->places[at->operands[i]].rewritten)
        tni_script_fill(script, p->places[at->operands[i]].element_bytes, s->row[at->operands[i]]);
  }
}

static tni_script *write_job(tni_job *base) {
  const job *j = (const job *)base;
  const tni_rows *p = &j->plan;
  if (p->rows != 1 || p->blocks != 1 || p->run || p->shares_row || p->packs_blocks || p->has_moments)
    return NULL;
  const tni_row_state *s = j->states[0];
  const tn_value *values = p->kernel->values;
  tni_script *script = tni_new_script(p->kernel);
  if (!script)
    return NULL;
  for (int k = 0; k < p->direct_count; k++)
    s->row[p->launch->operands[p->direct[k]].value] = NULL;
  for (int k = 0; k < p->entering_count; k++) { /* of one row: splats */
    const int v = p->launch->operands[p->entering[k]].value;
    tni_script_splat(script, &values[v], s->row[v]);
  }
  for (int v = 0; v < p->values; v++)
    if (values[v].kind == TN_VALUE_SCALAR)
      tni_script_splat(script, &values[v], s->row[v]);
  for (int pass = 0; pass < p->kernel->pass_count; pass++)
    write_pass(script, p, s, &p->passes[pass]);
  for (int v = 0; v < p->values; v++)
    if (values[v].kind == TN_VALUE_ROW_RESULT || values[v].kind == TN_VALUE_ROW_SCALAR)
      tni_script_put(script, &values[v], s->row[v]);
  return script;
}

tni_job *tni_prepare_rows(tni_launch *l) {
  job *j = tni_workspace_take(sizeof *j);
  if (!j || !tni_plan_rows(&j->plan, l))
    return NULL;
  j->base = (tni_job){.run = run_job, .renew = renew_job, .write = write_job};
  if (j->plan.rows == 0)
    return &j->base;
  const size_t threads = (size_t)j->plan.threads;
  j->base.alone = threads == 1;
  j->states = tni_workspace_take(threads * sizeof *j->states);
  for (size_t t = 0; t < threads; t++)
    if (!j->states || !(j->states[t] = tni_new_row_state(&j->plan)))
      return NULL;
  if (j->plan.shares_row && !take_runs(j))
    return NULL;
  return &j->base;
}

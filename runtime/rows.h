/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * rows.h - what a row program's launch is planned as (plan.c), what its
 * reductions come to (tree.c), and the memory of a thread that runs it
 * (program.c).
 */
#ifndef TENON_ROWS_H
#define TENON_ROWS_H

#include "lanes.h"
#include "program.h"

enum {
  TNI_NODE_BYTES = TN_LANES * 8,
  TNI_MOST_PASSES = 64 /* a launch of a kernel with more is refused */
};

/* How an operand's part of a row is reached. */
typedef enum tni_access {
  TNI_DIRECT,       /* in place */
  TNI_SPLAT,        /* one element for the whole row */
  TNI_PACKED_BLOCK, /* copied block by block, in each pass that uses it */
  TNI_PACKED_WHOLE  /* copied once for the row */
} tni_access;

/* Where stages find a value: in the memory of the thread, from `offset` on, or
 * where a pointer that changes from row to row says. */
typedef struct tni_place {
  size_t offset;
  char *shared;  /* not NULL: the same memory for all threads */
  int32_t bytes; /* from an element of the row to the next; 0: one block only */
  uint8_t step;  /* as the block stages see it */
  uint8_t element_bytes;
  bool of_row;    /* the same for all threads on one row: slots and splats */
  bool rewritten; /* a slot that row stages may write */
} tni_place;

/* Its stages are [first, rows) on blocks and [rows, end) once a row; its
 * reductions are this part of the plan's list. */
typedef struct tni_pass {
  uint8_t first, rows, end;
  uint8_t reductions, reductions_end;
} tni_pass;

typedef struct tni_rows {
  const tni_launch *launch;
  const tn_kernel *kernel;
  const tn_stage *stages;
  int isa, values, operands, most_operands; /* the last: of a stage */
  bool elementwise,
      shares_row; /* shares_row: threads work on one row at once */
  bool has_moments, packs_blocks;
  int row_rank, outer_rank, threads;
  int levels;                   /* of the tree that blocks meet in */
  int64_t length, blocks, rows; /* of a row, of a row, of all */
  int64_t run, run_blocks;      /* a row in runs: elements and blocks of one; else 0 */
  /* The operand of the launch's staged result, or -1: a run of it goes to a ring of `delay` + 1 runs, and to its place when the
   * inputs there were read. */
  int staged;
  int64_t delay;
  size_t ring_offset;
  int64_t row_dims[TN_MAX_RANK], outer_dims[TN_MAX_RANK];
  tni_strides *row_strides, *outer_strides; /* for each operand, as are */
  uint8_t *access, *direct, *entering, *leaving;
  uint64_t *used_in;       /* passes, as bits */
  tni_place *places;       /* for each value */
  const int64_t **steps;   /* for each stage */
  const tni_lanes **lanes; /* for each reduction */
  const tni_splat_function *splats;
  tni_pass *passes;
  uint8_t *reductions; /* by pass */
  /* Operands by what a new row means for them: a pointer moves; elements are
   * copied in; elements are copied out when the row is done. */
  int direct_count, entering_count, leaving_count;
  size_t nodes_offset, memory_bytes;
} tni_rows;

/* A thread's memory. */
typedef struct tni_row_state {
  char **row;  /* for each value: its first element of the row at hand */
  char **data; /* of the stage at hand */
  char **cursors, **splats; /* for each operand: its row; what is splat */
  char *memory;
  int64_t index[TN_MAX_RANK]; /* of the row; of the run in a row of runs, */
  int64_t run_block;          /* and of the block in that */
  int top; /* nodes in use; the same for every reduction of the pass */
} tni_row_state;

/* The runs that a staged result has to be behind what is read, for where operands are now; -1: it cannot be staged so. */
int64_t tni_staged_delay(const tni_rows *p);

/* Plans a launch, for at most so many threads. False where memory is short, or a staged result cannot be.
 * Rows or blocks may be none: then `rows` is 0. */
bool tni_plan_rows(tni_rows *p, tni_launch *launch);
tni_row_state *tni_new_row_state(const tni_rows *p);

/* ---- the tree (docs/numerics.md, section 3) -------------------------------
 */

/* The mean of the block at hand, for the stages behind `stage`. */
void tni_put_block_means(const tni_rows *p, const tni_row_state *s, int stage,
                         int64_t n);
/* What a pass gathered on a block of n elements becomes the next node; then it
 * meets those before it as the block's index says. */
void tni_put_node(const tni_rows *p, tni_row_state *s, int pass, int64_t n);
/* The same where the order cannot be seen: what was gathered meets the last node. */
void tni_meet_last_node(const tni_rows *p, const tni_row_state *s, int pass);
void tni_put_empty_node(const tni_rows *p, tni_row_state *s);
void tni_carry(const tni_rows *p, tni_row_state *s, int pass, int64_t index);
/* All nodes meet; one is left. */
void tni_fold(const tni_rows *p, tni_row_state *s, int pass);
/* The last node of each reduction, or what was gathered on the only block,
 * becomes a slot. */
void tni_put_slots(const tni_rows *p, tni_row_state *s, int pass);
void tni_put_slots_of_block(const tni_rows *p, const tni_row_state *s,
                            int pass);
/* Nodes of all reductions, to carry from one state to another. */
void tni_save_node(const tni_rows *p, const tni_row_state *s, char *to);
void tni_load_node(const tni_rows *p, tni_row_state *s, const char *from);

#endif

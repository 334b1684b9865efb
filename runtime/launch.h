/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * launch.h - what the checks of a launch share: launch.c, results.c, element.c.
 */
#ifndef TENON_LAUNCH_H
#define TENON_LAUNCH_H

#include "program.h"

#include <string.h>

/* Flags that an operand of a kernel may have. */
enum {
  TNI_OPERAND_FLAGS = TN_FLAG_VIEW | TN_FLAG_EXPOSED | TN_FLAG_READONLY |
                      TN_FLAG_STRIDED | TN_FLAG_WORKSPACE
};

typedef struct tni_shape {
  int rank;
  int64_t dims[TN_MAX_RANK];
} tni_shape;

/* A live tensor of the dtype with no other flags than these, whose elements
 * stand where stages may load them. */
static inline bool tni_is_operand(tn_tensor t, unsigned dtype,
                                  unsigned allowed) {
  const uint64_t ignored = TN_HEADER(0, 0xff, allowed) & ~(TN_MAGIC << 32);
  return t && (t->header & ~ignored) == TN_HEADER(dtype, 0, 0) &&
         ((uintptr_t)t->data & (tni_element_bytes(dtype) - 1)) == 0;
}

static inline bool tni_same_dims(int rank, const int64_t *x, const int64_t *y) {
  for (int d = 0; d < rank; d++)
    if (x[d] != y[d])
      return false;
  return true;
}

static inline bool tni_same_shape(const tni_shape *x, const tni_shape *y) {
  return x->rank == y->rank && tni_same_dims(x->rank, x->dims, y->dims);
}

static inline bool tni_has_shape(tn_tensor t, const tni_shape *s) {
  return tni_rank(t) == s->rank && tni_same_dims(s->rank, t->dims, s->dims);
}

/* The results of a kernel that are tensors. */
static inline bool tni_is_result(const tn_value *value) {
  return value->kind == TN_VALUE_RESULT || value->kind == TN_VALUE_ROW_RESULT;
}

/* Whether all reductions come to the same in whatever order and grouping their terms are, in one pass. */
static inline bool tni_is_free_of_order(const tn_kernel *kernel) {
  for (int r = 0; r < kernel->reduction_count; r++) {
    const int kind = kernel->reductions[r].kind;
    if (kind != TN_REDUCE_MAX && kind != TN_REDUCE_MIN)
      return false;
  }
  return kernel->pass_count == 1;
}

/* The result, as an index of values, whose place overlaps inputs, or -1. */
int tni_staged_result(const tni_launch *l, tn_tensor *tensors);

/* Whether a result that was made is a tensor that was there before. */
static inline bool tni_is_reused(const tn_value *value, tn_tensor *tensors) {
  return (value->mode == TN_RESULT_REUSE || value->mode == TN_RESULT_REPLACE) &&
         tensors[value->index] == tensors[value->reuse];
}

/* Checks everything that a kernel relies on but its results, and finds its
 * iteration space. kernel is set in *out; what it does not set is for the
 * caller: scalars, isa. */
bool tni_check_launch(const tn_kernel *kernel, tn_tensor *tensors,
                      tni_launch *out);
/* Gathers operands, once results are in tensors[]; plans a launch that is not by columns; and runs the kernel. */
bool tni_gather_operands(tni_launch *l, tn_tensor *tensors);
tni_job *tni_prepare_launch(tni_launch *l, tn_tensor *tensors);
bool tni_run_launch(tni_launch *l, tn_tensor *tensors);
/* All of a launch: checks, makes results, runs. On failure nothing is left. */
bool tni_launch_kernel(const tn_kernel *kernel, tn_tensor *tensors,
                       uint64_t *scalars);

/* What all inputs of a kernel broadcast to; false where they do not, or where
 * one is no operand. */
bool tni_space_of_inputs(const tn_kernel *kernel, tn_tensor *tensors,
                         tni_shape *out_space);
/* Whether values whose own shape is known by their inputs have the space's. */
bool tni_values_fit(const tn_kernel *kernel, tn_tensor *tensors,
                    const tni_shape *space);
/* Rows lie across each other and are not defined one by one. */
static inline bool tni_needs_columns(const tni_launch *l) {
  return l->inner > 1 && !l->kernel->line;
}

/* The shape of a result, and a temporary of a shape. */
tni_shape tni_result_shape(const tni_launch *l, const tn_value *value);
tn_tensor tni_new_in_workspace(unsigned dtype, const tni_shape *s);
/* Whether no stage reads the kernel's tensor `input` after one that wrote value
 * `result`. */
bool tni_can_be_in_place(const tni_launch *l, int result, int input);

/* Puts a tensor for each result into tensors[]: made, reused, or the
 * destination of a store. False, with everything given back, where one cannot
 * be. */
bool tni_make_results(const tni_launch *l, tn_tensor *tensors);
/* The same for a launch that is known: what is known of its results beforehand, in the workspace, NULL where memory is short;
 * and the results. */
typedef struct tni_results tni_results;
tni_results *tni_plan_results(const tni_launch *l, tn_tensor *tensors);
bool tni_make_planned_results(const tni_results *p, const tni_launch *l, tn_tensor *tensors);
void tni_unmake_results(const tn_kernel *kernel, tn_tensor *tensors);

#endif

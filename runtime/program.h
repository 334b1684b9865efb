/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * program.h - a checked launch, and the ways to run it.
 */
#ifndef TENON_PROGRAM_H
#define TENON_PROGRAM_H

#include "internal.h"
#include "iterate.h"

/* A value of the kernel whose elements are in a tensor. */
typedef struct tni_operand {
  char *data;
  uint8_t value; /* index in the kernel's values */
  uint8_t element_bytes;
  uint8_t kind; /* tn_value_kind: INPUT, RESULT, ROW_RESULT or PRODUCT */
} tni_operand;

/* A launch after its checks: nothing but memory can make it fail any more. */
typedef struct tni_launch {
  const tn_kernel *kernel;
  uint64_t *scalars;
  int isa;
  int rank; /* of the iteration space */
  int64_t dims[TN_MAX_RANK];
  int64_t size;
  int axis;       /* 0 .. rank-1, TN_AXIS_ALL or TN_AXIS_NONE */
  int64_t length; /* of the axis; of everything; 1 */
  int64_t inner;  /* product of the dims behind the axis */
  int staged;     /* 1 + the result that lies over inputs which are read as they were, or 0: what runs sees to that */
  int operand_count;
  tni_operand *operands;
  tni_strides *strides; /* of each operand on the iteration space, in bytes */
} tni_launch;

/* The factors of a product that is summed up part by part along k: a and b are
 * then those of the first part, which has `depth` of `total` columns or rows. */
typedef struct tni_parts {
  int64_t total, depth;
  /* Computes the part and says where it is, or returns false. */
  bool (*next)(void *context, int64_t first, int64_t count, const char **out_a,
               const char **out_b);
  void *context;
} tni_parts;

/* A launch that is planned, in the workspace. It may be run again on tensors of the same shapes and layouts: once the
 * launch's operands say where those are, and its scalars are set, `renew` follows them. */
typedef struct tni_job {
  void (*run)(struct tni_job *job);
  /* False: what the plan relies on does not hold for these. Only where `alone`. */
  bool (*renew)(struct tni_job *job, tn_tensor *tensors);
  /* The same as a list of calls, in the workspace, where it is one; else NULL. Only where `alone`. */
  struct tni_script *(*write)(struct tni_job *job);
  bool alone; /* runs in the calling thread */
} tni_job;

/* NULL where memory is short. They may change dims and strides. */
tni_job *tni_prepare_rows(tni_launch *launch);
tni_job *tni_prepare_product(tni_launch *launch, tn_tensor a, tn_tensor b);

/* Return false where memory is short, with no element written but for those of a product in parts. They may change dims
 * and strides. */
bool tni_run_columns(tni_launch *launch);
bool tni_run_product_in_parts(tni_launch *launch, tn_tensor a, tn_tensor b, const struct tni_parts *parts);

/* Small elementwise launches over contiguous operands: whether this is one, and
 * what the launch's shape is; and the run. */
bool tni_fits_flat(const tn_kernel *kernel, tn_tensor *tensors,
                   tni_launch *out);
bool tni_run_flat(tni_launch *launch, tn_tensor *tensors);

/* A count as an element of a dtype. */
uint64_t tni_count_word(unsigned dtype, int64_t count);

#endif

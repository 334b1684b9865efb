/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * rows.h - what the test programs of the elementwise rows share: an operand as a place in memory, and the table of
 * functions that rows.c makes of ops.def, twice: without the plugin (eager_) and with it (compiled_).
 */
#ifndef TENON_TEST_ROWS_H
#define TENON_TEST_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include <tenon.h>

/* An operand: elements in the test's own memory. */
typedef struct operand {
  char *data; /* element 0, ..., 0 */
  int rank;
  int64_t dims[8], strides[8];
} operand;

typedef tn_tensor row_function(const operand *x, const operand *y);

/* A row of ops.def with one dtype. */
typedef struct row {
  const char *name;
  int arity;
  tn_dtype dtype;
  row_function *alone; /* the op and nothing else */
  row_function *fused; /* the op between two others, which compiled becomes one kernel */
  bool kernel;         /* compiled, `fused` has to be a kernel */
} row;

extern const row eager_rows[], compiled_rows[];
extern const int eager_row_count, compiled_row_count;

#endif

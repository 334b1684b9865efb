/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reduction_rows.h - the table of functions that reduction_rows.c makes of the reductions in ops.def.
 */
#ifndef TENON_TEST_REDUCTION_ROWS_H
#define TENON_TEST_REDUCTION_ROWS_H

#include "rows.h"

/* Which axes: ALL, 0, 1, -1, 0 and -1 together. */
enum { OVER_ALL, OVER_FIRST, OVER_SECOND, OVER_LAST, OVER_ENDS, FORMS };

typedef struct reduction_row {
  const char *name, *kind; /* EAGER: never a kernel */
  tn_dtype dtype;
  row_function *plain[FORMS], *kept[FORMS]; /* of -x, so that the compiled forms are kernels; keepdims: some */
  row_function *used;                       /* the result of a keepdims form in arithmetic with x */
} reduction_row;

extern const reduction_row eager_reductions[], compiled_reductions[];
extern const int eager_reduction_count, compiled_reduction_count;

#endif

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * structural_rows.h - the calls that structural_rows.c makes of each structural row of ops.def.
 */
#ifndef TENON_TEST_STRUCTURAL_ROWS_H
#define TENON_TEST_STRUCTURAL_ROWS_H

#include "rows.h"

typedef struct structural_row {
  const char *name;
  int number; /* of the row's calls */
  row_function *call_on;
} structural_row;

extern const structural_row eager_structural[], compiled_structural[];
extern const int eager_structural_count, compiled_structural_count;

#endif

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * table.c - holds the headers to ops.def: each row has a function of the type that its class has. A row without one
 * does not compile; a prototype without a function does not link.
 */
#include "internal.h"

typedef tn_tensor unary_op(tn_tensor);
typedef tn_tensor binary_op(tn_tensor, tn_tensor);
typedef tn_tensor reduction_op(tn_tensor, TN_DIMS8);
typedef tn_tensor reduction_n_op(tn_tensor, int, const int64_t *);
typedef void any_op(void);

/* Initialised with a function of another type, a pointer does not compile (-Werror=incompatible-pointer-types). */
#pragma GCC diagnostic error "-Wincompatible-pointer-types"

#define LOGICAL_1 unary_op
#define LOGICAL_2 binary_op
#define TN_UNARY(name, ...) unary_op *name;
#define TN_BINARY(name, ...) binary_op *name;
#define TN_COMPARE(name, ...) binary_op *name;
#define TN_LOGICAL(name, arity, value) LOGICAL_##arity *name##_;
#define TN_REDUCTION(name, ...)                                                                                        \
  reduction_op *name, *name##_keepdims;                                                                                \
  reduction_n_op *name##_n, *name##_keepdims_n;
#define TN_STRUCTURAL(name, symbol, ...) any_op *name##_at;
typedef struct rows {
#include "tenon/ops.def"
} rows;

#define TN_UNARY(name, ...) .name = tn_##name,
#define TN_BINARY(name, ...) .name = tn_##name,
#define TN_COMPARE(name, ...) .name = tn_##name,
#define TN_LOGICAL(name, arity, value) .name##_ = tn_##name,
#define TN_REDUCTION(name, ...)                                                                                        \
  .name = tn_##name##_, .name##_keepdims = tn_##name##_keepdims_, .name##_n = tn_##name##_n,                           \
  .name##_keepdims_n = tn_##name##_keepdims_n,
#define TN_STRUCTURAL(name, symbol, ...) .name##_at = (any_op *)symbol,
extern const rows tni_table;
const rows tni_table __attribute__((used)) = {
#include "tenon/ops.def"
};

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * script.h - a small launch as a list of calls.
 *
 * What a planned launch does with one short row, or with one small product, is the same each time but for where operands
 * are and what scalars hold. A script is that written down: which pointers to set, which elements to splat, and then one
 * call after another.
 */
#ifndef TENON_SCRIPT_H
#define TENON_SCRIPT_H

#include "launch.h"
#include "product.h"

typedef struct tni_script tni_script;

/* An empty one, in the workspace. NULL where memory is short. */
tni_script *tni_new_script(const tn_kernel *kernel);

/* Before the calls: where a splat of a value goes that is one scalar, or one element of an operand. */
void tni_script_splat(tni_script *s, const tn_value *value, char *to);

/* A call of a stage on n elements. places: where each value is; NULL for what stands in a tensor. */
void tni_script_stage(tni_script *s, const tn_stage *stage, int isa, char *const *places, const int64_t *steps, int64_t n);
/* A reduction of 64 lanes to a slot. */
void tni_script_total(tni_script *s, void (*total)(const void *, void *), char *lanes, char *slot);
/* What a slot's first element is becomes all of it. */
void tni_script_fill(tni_script *s, size_t element_bytes, char *slot);
/* The product of tensors[0] and tensors[1]. c is where the product goes; NULL for the tensor of `holder`, which must then not
 * be where an input is. The plan has nothing to finish. */
void tni_script_product(tni_script *s, const tni_product_plan *plan, char *c, const tn_value *holder);

/* Behind the calls: an element that becomes a scalar of the launch, or a tensor's only one. */
void tni_script_put(tni_script *s, const tn_value *value, const char *from);

/* Runs it. False, with nothing done, where the product's place is an input's. */
bool tni_run_script(const tni_script *s, tn_tensor *tensors, uint64_t *scalars);

#endif

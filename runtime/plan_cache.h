/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * plan_cache.h - plans of small launches, kept for the next one.
 */
#ifndef TENON_PLAN_CACHE_H
#define TENON_PLAN_CACHE_H

#include "launch.h"

typedef struct tni_cached_plan tni_cached_plan;

/* What this thread knows of a kernel; NULL if that is nothing, or if it is in use. */
tni_cached_plan *tni_cached_plan_of(const tn_kernel *kernel);
/* The checked launch of the plan, where it is one for tensors that look like these; else NULL. */
const tni_launch *tni_fits_cached_plan(const tni_cached_plan *plan, tn_tensor *tensors);

/* The rest of a launch, once results are in tensors[]: with the plan, which fits; and without one, where the next launch like
 * this may find it. False where memory is short. */
bool tni_run_cached_plan(tni_cached_plan *plan, tn_tensor *tensors, uint64_t *scalars);
bool tni_run_and_cache_plan(tni_launch *l, tn_tensor *tensors);

/* Gives back what this thread keeps, but for plans that are running. */
void tni_forget_cached_plans(void);

#endif

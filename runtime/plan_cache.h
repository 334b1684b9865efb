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
/* Whether it is a plan for tensors that look like these. */
bool tni_fits_cached_plan(const tni_cached_plan *plan, tn_tensor *tensors);

/* A launch with the plan, which fits: makes results, and runs. False where memory is short, with nothing left. */
bool tni_launch_cached_plan(tni_cached_plan *plan, tn_tensor *tensors, uint64_t *scalars);
/* The rest of a launch without one, once results are in tensors[]: by `run`, or where the next launch like this may find its
 * plan. False where memory is short. */
bool tni_run_and_cache_plan(tni_launch *l, tn_tensor *tensors, bool (*run)(tni_launch *l, tn_tensor *tensors));

/* Gives back what this thread keeps, but for plans that are running. */
void tni_forget_cached_plans(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * plan_cache.h - plans of small launches, kept for the next one.
 */
#ifndef TENON_PLAN_CACHE_H
#define TENON_PLAN_CACHE_H

#include "launch.h"

/* A launch for which there is a plan. False, with nothing done, where there is none. */
bool tni_launch_known(const tn_kernel *kernel, tn_tensor *tensors, uint64_t *scalars);
/* The rest of a launch without a plan, once results are in tensors[]: by `run`, or where the next launch like this may find its
 * plan. False where memory is short. */
bool tni_run_and_cache_plan(tni_launch *l, tn_tensor *tensors, bool (*run)(tni_launch *l, tn_tensor *tensors));

/* Gives back what this thread keeps, but for plans that are running. */
void tni_forget_cached_plans(void);

#endif

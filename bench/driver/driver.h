/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * driver.h - measures several ways of doing the same work against each other.
 */
#ifndef TENON_BENCH_DRIVER_H
#define TENON_BENCH_DRIVER_H

#include "bench.h"

enum { WAYS = 3 };

/* The ways take turns, round by round, in one process, so that what disturbs the machine disturbs all of them alike.
 * A turn repeats its function for at least a millisecond, after one run that is not counted. Fills in the median over
 * the rounds, in seconds for one run; 0 for a way that is NULL. */
void driver_measure(bench_function *const way[WAYS], bench_case *c, double out_seconds[WAYS]);

#endif

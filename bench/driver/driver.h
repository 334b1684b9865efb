/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * driver.h - measures several ways of doing the same work against each other.
 */
#ifndef TENON_BENCH_DRIVER_H
#define TENON_BENCH_DRIVER_H

#include "bench.h"

enum { WAYS = 5 };

/* The ways take turns, round by round, in one process, so that what disturbs the machine disturbs all of them alike.
 * A turn repeats its function for at least a millisecond, after one run that is not counted. Fills in the median over
 * the rounds, in seconds for one run; 0 for a way that is NULL. */
void driver_measure(bench_function *const way[WAYS], bench_case *c, double out_seconds[WAYS]);

/* n floats, each in [low, high), that lie on cache lines of their own. Ends the program where there is no memory. */
float *driver_memory(int64_t n, uint32_t seed, float low, float high);

/* In a unit that fits; "-" for 0. */
const char *driver_duration(double seconds, char text[16]);

/* The second table: programs whose tensor code spans loops and branches (loops.c). */
void driver_loops(void);

#endif

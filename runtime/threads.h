/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * threads.h - loops over the runtime's own pool of threads.
 */
#ifndef TENON_THREADS_H
#define TENON_THREADS_H

#include <stdint.h>

enum { TNI_MAX_THREADS = 256 };

/* Threads that a loop may run on, the caller's included: TENON_NUM_THREADS, or
 * the processors that this process may use. At least 1. */
int tni_thread_count(void);

/* The same, but 1 where work of so many elements, each of `cost` quarter
 * nanoseconds, is not worth waking others for. */
int tni_threads_for(int64_t elements, int64_t cost);

/* Calls body for pieces [begin, end) that together are [0, count), in any
 * order, on up to `threads` threads; returns when all are done. A piece is a
 * multiple of `grain` long, but for the last. What the caller wrote before is
 * seen by every piece, and what they wrote by the caller afterwards.
 *
 * A loop inside a loop, or beside one of another thread, runs on its caller
 * alone, as does everything when no thread can be had. */
void tni_parallel_on(int threads, int64_t count, int64_t grain,
                     void (*body)(void *context, int64_t begin, int64_t end),
                     void *context);
void tni_parallel(int64_t count, int64_t grain,
                  void (*body)(void *context, int64_t begin, int64_t end),
                  void *context);

/* Inside body: a number that no other thread of this loop has, below the
 * loop's number of threads. The caller's is 0. */
int tni_worker(void);

#endif

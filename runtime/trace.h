/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * trace.h - the timeline that TENON_TRACE asks for. Where it does not, each of these places costs one branch.
 */
#ifndef TENON_TRACE_H
#define TENON_TRACE_H

#include "internal.h"

static inline bool tni_traces(void) { return __builtin_expect(tn_rt_traces, 0); }

/* Nanoseconds on the trace's clock. */
uint64_t tni_trace_now(void);

/* A kernel that ran since `begin`; one element of it; a chain of kernels that ran by blocks of rows. */
void tni_trace_kernel(const tn_kernel *kernel, tn_tensor *tensors, uint64_t begin);
void tni_trace_element(const tn_kernel *kernel, uint64_t begin);
void tni_trace_chain(const tn_chain *chain, uint64_t begin);

/* A guard that failed; kernel NULL: not a launch. */
void tni_trace_refusal(const tn_kernel *kernel, const char *why);

/* The kernel that this thread is about to run, for its slices; NULL afterwards. */
void tni_trace_enter(const tn_kernel *kernel);
const tn_kernel *tni_trace_current(void);

/* This thread's part of a loop: pieces taken since `begin`. `threads`: that the loop may run on. */
void tni_trace_slice(const tn_kernel *kernel, uint64_t begin, int64_t pieces, int64_t elements);
void tni_trace_threads(int threads);

/* Memory taken from or given back to the allocator. */
void tni_trace_bytes(int64_t more);

/* ---- why (refusal.c) ---- */

extern const char tni_told_to_fail[];

/* Why a launch of these tensors, which left them as they were, was refused. The text is the thread's until the next
 * call. */
const char *tni_why_refused(const tn_kernel *kernel, tn_tensor *tensors);

#endif

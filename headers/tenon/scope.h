/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * scope.h - how long tensors live.
 *
 *   tn_tensor train(tn_tensor x, tn_tensor y, int steps) {
 *     tn_tensor w = tn_zeros(TN_F32, 16);
 *     for (int i = 0; i < steps; i++) {
 *       TN_SCOPE;                                  all that this turn makes ends at its brace
 *       tn_replace(&w, tn_sub(w, step(x, y, w)));  but for what w becomes
 *     }
 *     return w;
 *   }
 *
 * A result belongs to the innermost open scope of the thread that made it. Outside any scope that is the thread's
 * root scope, which ends with the thread. Using a handle after its scope is an error (a runtime built with
 * TENON_TOMBSTONES reports it). Results made in one thread may be read by others; to give one away, tn_own it.
 */
#ifndef TENON_SCOPE_H
#define TENON_SCOPE_H

#include "tenon/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* { TN_SCOPE; ... } is a declaration that opens a scope and closes it where the block is left: at its brace, by break,
 * continue, return or goto. Where it is not available: mark = tn_scope_begin(); ... tn_scope_end(mark). Ending a
 * scope ends those opened within it. A number that is no open scope's mark is an error, and ends nothing. */
TN_OP("scope_begin") int64_t tn_scope_begin(void) TN_NOTHROW;
TN_OP("scope_end") void tn_scope_end(int64_t mark) TN_NOTHROW;

/* Lets t outlive the innermost scope, and returns it: t then belongs one scope further out. Does nothing for what
 * lives further out already, so that it may be called on a parameter, or twice. */
TN_OP("keep") tn_tensor tn_keep(tn_tensor t) TN_NOTHROW;
/* The same out to the scope that mark names. */
TN_OP("keep_in") tn_tensor tn_keep_in(int64_t mark, tn_tensor t) TN_NOTHROW;

/* Takes t out of all scopes, and returns it: for globals, struct fields that outlive functions, and other threads.
 * tn_free ends it. */
TN_OP("own") tn_tensor tn_own(tn_tensor t) TN_NOTHROW;
/* Ends t now, whatever it belongs to. NULL is nothing. */
TN_OP("free") void tn_free(tn_tensor t) TN_NOTHROW;

/* The value form of tn_replace, below: what the variable that holds `old` is to hold. */
TN_OP("replaced") TN_RESULT tn_tensor tn_replaced_(tn_tensor old, tn_tensor v) TN_NOTHROW;

/* Memory: tensors come from free lists, which keep what ended for the next one. tn_trim gives that back to the system.
 * tn_init, called before anything else, lets Tenon live in the given buffer and never ask the system for memory or
 * threads (it must be of at least 4096 bytes, and stay); false if it is too late or too small. */
void tn_trim(void) TN_NOTHROW;
TN_OP("init") bool tn_init(void *buffer, size_t bytes) TN_NOTHROW;

#ifdef __cplusplus
}
#endif

/* w becomes v: tn_replace(&w, tn_sub(w, g)). v moves to the scope of w's tensor if it lives in the innermost one, else
 * it is copied there. The old tensor takes v's place in the inner scope, so that `old = w` before it stays readable
 * until that scope ends; where both live in one scope it is freed at once. w must hold a tensor (tn_none() to begin
 * with). False, with w as it was, if v or w is NULL. */
#ifdef __cplusplus
inline
#else
static inline TN_ATTR(always_inline, unused)
#endif
bool tn_replace(tn_tensor *w, tn_tensor v) {
  tn_tensor next = tn_replaced_(*w, v);
  *w = next;
  return v != NULL && next != NULL;
}

#ifdef __cplusplus
struct tn_scope_guard {
  int64_t mark = tn_scope_begin();
  TN_ATTR(always_inline) tn_scope_guard() {}
  TN_ATTR(always_inline) ~tn_scope_guard() { tn_scope_end(mark); }
  tn_scope_guard(const tn_scope_guard &) = delete;
};
#define TN_SCOPE tn_scope_guard TN_JOIN(tn_scope_, __LINE__)
#elif defined(__GNUC__)
static inline TN_ATTR(always_inline, unused) void tn_scope_close_(const int64_t *mark) { tn_scope_end(*mark); }
#define TN_SCOPE int64_t TN_JOIN(tn_scope_, __LINE__) TN_ATTR(cleanup(tn_scope_close_), unused) = tn_scope_begin()
#else /* better no scope than one that stays open */
#define TN_SCOPE _Static_assert(0, "Tenon: TN_SCOPE needs the cleanup attribute; use tn_scope_begin and tn_scope_end")
#endif

#endif

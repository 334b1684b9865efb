/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * scope.h - which scope a tensor is in.
 */
#ifndef TENON_RUNTIME_SCOPE_H
#define TENON_RUNTIME_SCOPE_H

#include "internal.h"

/* Puts a tensor that is in no scope into the calling thread's innermost one. */
void tni_scope_add(tni_tensor *t);
/* Takes it out of its scope; false, with an error, if that is another thread's. */
bool tni_scope_remove(const char *function, tni_tensor *t);

/* Whether t belongs to the calling thread's innermost scope, or, with `outwards`, to any of its scopes or to none. */
bool tni_scope_has(const tni_tensor *t, bool outwards);

/* Opens a scope that is closed by one of the others, in which none is open by then. NULL where memory is short. */
tni_scope *tni_scope_open(void);
/* Closes the innermost scope: its tensors go to the one around it. */
void tni_scope_merge(tni_scope *scope);
/* Closes it, with its tensors alive until it is dropped. */
void tni_scope_leave(tni_scope *scope);
void tni_scope_drop(tni_scope *scope);

#endif

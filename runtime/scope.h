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

#endif

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * guard.h - guards that are told to fail.
 */
#ifndef TENON_GUARD_H
#define TENON_GUARD_H

#include <stdbool.h>

/* Counts a guard; true if TENON_FAIL_GUARD says that this one fails. */
bool tni_guard_fails(void);

/* A guard that is not a launch; `why` is what a timeline says if it fails. */
bool tni_guard(bool ok, const char *why);

/* The same behind calls that were tried, perhaps because a launch refused. */
bool tni_guard_of_try(bool ok, const char *why);

#endif

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * workspace.h - the calling thread's stack of scratch memory.
 */
#ifndef TENON_WORKSPACE_H
#define TENON_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The top of the stack, to go back to. */
uint64_t tni_workspace_mark(void);
/* 64-byte aligned memory that lasts until the stack goes back below it. NULL if
 * there is none. */
void *tni_workspace_take(size_t bytes);
void tni_workspace_release(uint64_t mark);
/* Until it is taken back, what is taken comes from this memory, which is the caller's, 64-byte aligned and a multiple of
 * that; NULL where it does not suffice, and then false, when it is taken back. */
void tni_workspace_lend(void *memory, size_t bytes);
bool tni_workspace_take_back(void);

#endif

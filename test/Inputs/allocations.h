/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * allocations.h - see allocations.c. All in bytes but the number of calls; since allocations_start but the first two.
 */
#ifndef TENON_TEST_ALLOCATIONS_H
#define TENON_TEST_ALLOCATIONS_H

#include <stdint.h>

int64_t allocations_now(void);
int64_t allocations_peak(void);
int64_t allocations_taken(void);
int64_t allocations_large(void); /* of taken, what was in blocks of 64 KiB and more, */
void allocations_are_large_from(int64_t bytes); /* or of so many */
int64_t allocations_calls(void);
void allocations_start(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * launches.h - see launches.c.
 */
#ifndef TENON_TEST_LAUNCHES_H
#define TENON_TEST_LAUNCHES_H

#include <stdint.h>

/* Kernels and elements that compiled code has had from the runtime, in this process. */
uint64_t launches(void);

#endif

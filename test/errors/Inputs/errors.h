/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * errors.h - SHOW(call) prints the call and what came of it: the tensor or NULL, and the message. What is given to calls
 * comes out of volatile variables where a compiler must not know it.
 */
#ifndef TENON_TEST_ERRORS_H
#define TENON_TEST_ERRORS_H

#include "../../exec/Inputs/show.h"

#define SHOW(call) show(#call ":", call)
#define SHOW_NUMBER(call) show_number(#call ":", (double)(call))

/* A number that no compiler knows. */
static inline int64_t unknown(int64_t v) {
  volatile int64_t hidden = v;
  return hidden;
}

#endif

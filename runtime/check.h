/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * check.h - what the rest of the runtime tells a region that is being checked.
 */
#ifndef TENON_RUNTIME_CHECK_H
#define TENON_RUNTIME_CHECK_H

#include "internal.h"

/* The elements of dst are about to be written. */
void tni_check_write(const struct tn_tensor_impl *dst);

/* An error is about to be recorded. */
void tni_check_error(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * error.h - what went wrong. The first error of a thread stays until tn_clear_error.
 */
#ifndef TENON_ERROR_H
#define TENON_ERROR_H

#include "tenon/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* True as long as no call of this thread failed. */
TN_OP("ok") TN_RESULT bool tn_ok(void) TN_NOTHROW;

/* The message of the first error, "tn_add: ...", without a line end; "" if there is none. The text is the thread's own
 * and stays until tn_clear_error. */
TN_OP("error") TN_RESULT const char *tn_error(void) TN_NOTHROW;

TN_OP("clear_error") void tn_clear_error(void) TN_NOTHROW;

/* What else an error does, in all threads: nothing (as the library starts), print to stderr, or print and abort. */
typedef enum tn_error_mode { TN_ERRORS_RECORD, TN_ERRORS_PRINT, TN_ERRORS_ABORT } tn_error_mode;
TN_OP("on_error") void tn_on_error(tn_error_mode mode) TN_NOTHROW;

#ifdef __cplusplus
}
#endif
#endif

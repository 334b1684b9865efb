/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * error.c - the thread's first error, and how tensors are named in messages.
 */
#include "check.h"
#include "guard.h"
#include "internal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local struct {
  bool failed;
  bool trying, tried_in_vain;
  char text[512];
} error;
static _Atomic int mode = TN_ERRORS_RECORD;

bool tn_ok(void) { return !error.failed; }
const char *tn_error(void) { return error.failed ? error.text : ""; }
void tn_clear_error(void) { error.failed = false; }
void tn_on_error(tn_error_mode wanted) { atomic_store_explicit(&mode, (int)wanted, memory_order_relaxed); }

void tni_fail(const char *function, const char *format, ...) {
  if (error.trying) {
    error.tried_in_vain = true;
    return;
  }
  tni_check_error();
  const int what = atomic_load_explicit(&mode, memory_order_relaxed);
  if (error.failed && what == TN_ERRORS_RECORD) return;
  char text[sizeof error.text];
  const int length = snprintf(text, sizeof text, "%s: ", function);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text + length, sizeof text - (size_t)length, format, arguments);
  va_end(arguments);
  if (!error.failed) memcpy(error.text, text, sizeof text);
  error.failed = true;
  if (what != TN_ERRORS_RECORD) fprintf(stderr, "tenon: %s\n", text);
  if (what == TN_ERRORS_ABORT) abort();
}

void tn_rt_try(void) {
  error.trying = true;
  error.tried_in_vain = false;
}

bool tn_rt_tried(void) {
  error.trying = false;
  return tni_guard_of_try(!error.tried_in_vain, "a call failed that ops before it were delayed past");
}

bool tn_rt_only_records(void) {
  return tni_guard(atomic_load_explicit(&mode, memory_order_relaxed) == TN_ERRORS_RECORD, "errors are shown at once");
}

void tni_fail_operand(const char *function, const struct tn_tensor_impl *t) {
  if (t) tni_fail(function, "the tensor was freed, its scope is closed, or it is no tensor");
  else if (!error.failed) tni_fail(function, "an operand is NULL");
}

void tni_fail_new(const char *function, unsigned dtype, int rank, const int64_t *dims) {
  int64_t size;
  for (int i = 0; i < rank; i++)
    if (dims[i] < 0) {
      tni_fail(function, "dim %d is negative: %s", i, tni_dims_text(rank, dims).text);
      return;
    }
  if (rank > TN_MAX_RANK) {
    tni_fail(function, "rank %d is above 8", rank);
    return;
  }
  tni_fail(function, tni_checked_size(rank, dims, dtype, &size) ? "out of memory for %s%s" : "too many elements: %s%s",
           tni_dtype_name(dtype), tni_dims_text(rank, dims).text);
}

static void append_dims(tni_text *text, int rank, const int64_t *dims) {
  size_t length = strlen(text->text);
  const size_t space = sizeof text->text;
  length += (size_t)snprintf(text->text + length, space - length, "[");
  for (int i = 0; i < rank && i <= TN_MAX_RANK && length < space; i++)
    length += (size_t)snprintf(text->text + length, space - length, i ? ", %" PRId64 : "%" PRId64, dims[i]);
  if (length < space) snprintf(text->text + length, space - length, "]");
}

tni_text tni_dims_text(int rank, const int64_t *dims) {
  tni_text text = {""};
  append_dims(&text, rank, dims);
  return text;
}

tni_text tni_tensor_text(const struct tn_tensor_impl *t) {
  tni_text text = {""};
  snprintf(text.text, sizeof text.text, "%s", tni_dtype_name(tni_dtype(t)));
  append_dims(&text, tni_rank(t), t->dims);
  return text;
}

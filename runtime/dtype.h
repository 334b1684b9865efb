/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dtype.h - numbers of C as elements, and which dtype operands agree on.
 */
#ifndef TENON_DTYPE_H
#define TENON_DTYPE_H

#include "internal.h"

/* The code of a dtype constant; false, with an error, if it is none. */
bool tni_check_dtype(const char *function, tn_dtype dtype, unsigned *out_code);

/* Is there a C type for it (not f16, bf16)? */
bool tni_is_native(unsigned dtype);

/* One element, which may be misaligned, of a native dtype. */
tn_number tni_read(unsigned dtype, const void *element);
double tni_number_as_f64(tn_number n);
int64_t tni_number_as_i64(tn_number n); /* truncated, saturated, NaN is 0 */

/* Writes a number as an element. False, with an error, if the dtype does not hold it: a floating number with an integer
 * dtype, an integer out of range. Rounding to a floating dtype is no error. */
bool tni_write(const char *function, unsigned dtype, tn_number n, void *out_element);

/* The dtype of all operands that are not weak; if all are, f64 or i64. False, with an error, if they differ. */
bool tni_common_dtype(const char *function, int count, const tn_tensor *operands, unsigned *out_dtype);

/* The value of a weak operand in the dtype that it takes. False, with an error, if it does not fit. */
bool tni_weak_element(const char *function, const struct tn_tensor_impl *scalar, unsigned dtype, void *out_element);

/* Shortest text that reads back to the same number; decimal point whatever the locale; nan, inf, -inf, -0. */
enum { TNI_NUMBER_CHARS = 40 };
void tni_format_f64(double v, char *out_text);
void tni_format_f32(float v, char *out_text);

#endif

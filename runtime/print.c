/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * print.c - numbers as text, and tensors on stdout.
 */
#include "dtype.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers ---- */

/* A locale's decimal point may be any text; all else in a number is known. */
static void use_point(char *text) {
  const size_t before = strspn(text, "+-0123456789");
  const size_t other = strcspn(text + before, "+-0123456789e");
  if (other == 0) return;
  text[before] = '.';
  memmove(text + before + 1, text + before + other, strlen(text + before + other) + 1);
}

/* True if the text is done: a number that has no digits to choose, or an integer that all digits can show. */
static bool format_plain(double v, double most, char *text) {
  if (v != v) strcpy(text, "nan");
  else if (isinf(v)) strcpy(text, v < 0 ? "-inf" : "inf");
  else if (fabs(v) < most && v == trunc(v)) snprintf(text, TNI_NUMBER_CHARS, "%.0f", v);
  else return false;
  return true;
}

void tni_format_f64(double v, char *out_text) {
  if (format_plain(v, 1e15, out_text)) return;
  for (int digits = 1; digits <= 17; digits++) {
    snprintf(out_text, TNI_NUMBER_CHARS, "%.*g", digits, v);
    if (strtod(out_text, NULL) == v) break;
  }
  use_point(out_text);
}

void tni_format_f32(float v, char *out_text) {
  if (format_plain(v, 1e7, out_text)) return;
  for (int digits = 1; digits <= 9; digits++) {
    snprintf(out_text, TNI_NUMBER_CHARS, "%.*g", digits, (double)v);
    if (strtof(out_text, NULL) == v) break;
  }
  use_point(out_text);
}

static void format_element(unsigned dtype, const char *element, char *out_text) {
  const tn_number n = tni_read(dtype, element);
  if (dtype == TNI_F32) tni_format_f32((float)n.value.f64, out_text);
  else if (dtype == TNI_F64) tni_format_f64(n.value.f64, out_text);
  else if (dtype == TNI_BOOL) strcpy(out_text, n.value.i64 ? "true" : "false");
  else if (dtype == TNI_U64) snprintf(out_text, TNI_NUMBER_CHARS, "%llu", (unsigned long long)n.value.u64);
  else snprintf(out_text, TNI_NUMBER_CHARS, "%lld", (long long)n.value.i64);
}

/* ---- tensors ---- */

enum { SHOWN_WHOLE = 1000, EDGE = 3 };

/* Axis `axis` of what stands at `place`. */
static void print_axis(const tni_layout *layout, int axis, const char *place) {
  if (axis == layout->rank) {
    char text[TNI_NUMBER_CHARS];
    format_element(layout->dtype, place, text);
    fputs(text, stdout);
    return;
  }
  const int64_t n = layout->dims[axis];
  const bool whole = layout->size <= SHOWN_WHOLE || n <= 2 * EDGE;
  putchar('[');
  for (int64_t i = 0; i < n; i++) {
    if (i > 0 && axis == layout->rank - 1) fputs(", ", stdout);
    else if (i > 0) printf(",\n%*s", axis + 1, "");
    if (!whole && i == EDGE) {
      fputs("...", stdout);
      i = n - EDGE - 1;
    } else {
      print_axis(layout, axis + 1, place + i * layout->strides[axis]);
    }
  }
  putchar(']');
}

void tn_print(tn_tensor t) {
  if (!tni_operand_ok("tn_print", t)) return;
  if (!tni_is_native(tni_dtype(t))) {
    tni_fail("tn_print", "does not support dtype %s yet", tni_dtype_name(tni_dtype(t)));
    return;
  }
  const tni_layout layout = tni_layout_of(t);
  flockfile(stdout);
  puts(tni_tensor_text(t).text);
  if (t->size > 0) { /* of an empty tensor the shape says all; its other dims may be huge */
    print_axis(&layout, 0, layout.data);
    putchar('\n');
  }
  funlockfile(stdout);
}

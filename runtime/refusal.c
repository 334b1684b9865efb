/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * refusal.c - why a launch was refused, for people. A launch only says no; here its checks are gone through again.
 */
#include "launch.h"
#include "trace.h"

#include <stdarg.h>
#include <stdio.h>

const char tni_told_to_fail[] = "told to fail by TENON_FAIL_GUARD";

static _Thread_local char reason[512];

static const char *because(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *because(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(reason, sizeof reason, format, arguments);
  va_end(arguments);
  return reason;
}

/* What is wrong with one tensor, or NULL. */
static const char *wrong_tensor(const char *what, int index, tn_tensor t, unsigned dtype, unsigned allowed) {
  if (!t)
    return because("%s %d is NULL: an earlier call failed", what, index);
  if (!tni_is_live(t))
    return because("%s %d is no live tensor", what, index);
  if (tni_dtype(t) != dtype)
    return because("%s %d is %s; the kernel is for %s", what, index, tni_tensor_text(t).text, tni_dtype_name(dtype));
  if (tni_flags(t) & TN_FLAG_READONLY & ~allowed)
    return because("%s %d is read-only", what, index);
  if (tni_flags(t) & TN_FLAG_RECORDED)
    return because("%s %d is on a gradient record", what, index);
  if (!tni_is_operand(t, dtype, allowed))
    return because("%s %d has elements that are not aligned, or is a number", what, index);
  return NULL;
}

static const char *wrong_shapes(const tn_kernel *kernel, tn_tensor *tensors) {
  char list[400];
  size_t used = 0;
  list[0] = 0;
  for (int i = 0; i < kernel->tensor_count && used < sizeof list - 80; i++) {
    bool input = kernel->product && i < 2;
    for (int v = 0; v < kernel->value_count; v++)
      input = input || (kernel->values[v].kind == TN_VALUE_INPUT && kernel->values[v].index == i);
    if (input)
      used += (size_t)snprintf(list + used, sizeof list - used, "%s%.70s", used ? ", " : "",
                               tni_tensor_text(tensors[i]).text);
  }
  return because("shapes do not go together: %s", list);
}

static bool overlap(tn_tensor x, tn_tensor y) {
  const char *begin_x, *end_x, *begin_y, *end_y;
  tni_byte_range(x, &begin_x, &end_x);
  tni_byte_range(y, &begin_y, &end_y);
  return begin_x < end_y && begin_y < end_x;
}

/* The checks passed, so results could not be had. */
static const char *no_results(const tn_kernel *kernel, tn_tensor *tensors) {
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    if (!tni_is_result(value) || value->mode != TN_RESULT_STORE)
      continue;
    for (int i = 0; i < kernel->tensor_count; i++)
      if (i != value->index && tensors[i] && overlap(tensors[i], tensors[value->index]))
        return because("the store's destination overlaps what is read, and not element for element");
  }
  return because("memory is short, or a store's destination has another shape");
}

const char *tni_why_refused(const tn_kernel *kernel, tn_tensor *tensors) {
  if (kernel->abi != TN_ABI)
    return because("the kernel is of ABI %u, the library of %d", (unsigned)kernel->abi, TN_ABI);
  unsigned product = 0;
  for (int v = 0; v < kernel->value_count; v++)
    if (kernel->values[v].kind == TN_VALUE_PRODUCT)
      product = kernel->values[v].dtype;
  const char *why = NULL;
  for (int i = 0; i < 2 * kernel->product && !why; i++)
    why = wrong_tensor("operand", i, tensors[i], product, TNI_OPERAND_FLAGS);
  for (int v = 0; v < kernel->value_count && !why; v++) {
    const tn_value *value = &kernel->values[v];
    if (value->kind == TN_VALUE_INPUT)
      why = wrong_tensor("operand", value->index, tensors[value->index], value->dtype, TNI_OPERAND_FLAGS);
    else if (tni_is_result(value) && value->mode == TN_RESULT_STORE)
      why = wrong_tensor("destination", value->index, tensors[value->index], value->dtype,
                         TNI_OPERAND_FLAGS & ~(unsigned)TN_FLAG_READONLY);
  }
  if (why)
    return why;
  tni_shape space;
  if (!tni_space_of_inputs(kernel, tensors, &space))
    return wrong_shapes(kernel, tensors);
  if (!tni_values_fit(kernel, tensors, &space))
    return because("a tensor is smaller than what its op was fused with");
  tni_launch l;
  if (!tni_check_launch(kernel, tensors, &l))
    return because("the axis is out of range, or a store's destination has another shape");
  return no_results(kernel, tensors);
}

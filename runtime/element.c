/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * element.c - one element of what a kernel would compute.
 */
#include "launch.h"

#include "guard.h"
#include "trace.h"
#include "workspace.h"

/* The byte offset of a point in a broadcast operand. */
static int64_t offset_at(tn_tensor t, const tni_shape *space,
                         const int64_t *index) {
  int64_t strides[TN_MAX_RANK];
  tni_broadcast_strides(t, space->rank, space->dims, strides);
  return tni_offset(space->rank, index, strides) *
         (int64_t)tni_element_bytes(tni_dtype(t));
}

static bool find_point(const tni_shape *space, int count, const int64_t *index,
                       int64_t *out_index) {
  if (count == -2) { /* the only element */
    for (int d = 0; d < space->rank; d++) {
      if (space->dims[d] != 1)
        return false;
      out_index[d] = 0;
    }
    return true;
  }
  if (count != -1) {
    if (count != space->rank)
      return false;
    for (int d = 0; d < count; d++) {
      out_index[d] = index[d] < 0 ? index[d] + space->dims[d] : index[d];
      if (out_index[d] < 0 || out_index[d] >= space->dims[d])
        return false;
    }
    return true;
  }
  int64_t size = 1;
  for (int d = 0; d < space->rank; d++)
    if (__builtin_mul_overflow(size, space->dims[d], &size))
      return false;
  const int64_t flat = index[0] < 0 ? index[0] + size : index[0];
  if (flat < 0 || flat >= size)
    return false;
  tni_unflatten(flat, space->rank, space->dims, out_index);
  return true;
}

/* Points each value to its element at a point. */
static void place_element(const tn_kernel *kernel, const tn_tensor *tensors,
                          const uint64_t *scalars, const tni_shape *space,
                          const int64_t *point, uint64_t *out_element,
                          char (*scratch)[TN_SPLAT_BYTES], char **out_places) {
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    out_places[v] = scratch[v];
    if (value->kind == TN_VALUE_INPUT) {
      tn_tensor t = tensors[value->index];
      out_places[v] = (char *)t->data + offset_at(t, space, point);
    } else if (value->kind == TN_VALUE_RESULT) {
      out_places[v] = (char *)out_element;
    } else if (value->kind == TN_VALUE_SCALAR) {
      tni_splat(scratch[v], (const char *)&scalars[value->index],
                tni_element_bytes(value->dtype));
    }
  }
}

static bool evaluate(const tn_kernel *kernel, const tn_tensor *tensors,
                     const uint64_t *scalars, int index_count,
                     const int64_t *index, uint64_t *out_element) {
  tni_shape space;
  int64_t point[TN_MAX_RANK];
  if (kernel->abi != TN_ABI || kernel->product ||
      kernel->reduction_count ||
      !tni_space_of_inputs(kernel, (tn_tensor *)tensors, &space) ||
      !tni_values_fit(kernel, (tn_tensor *)tensors, &space) ||
      !find_point(&space, index_count, index, point))
    return false;
  const uint64_t mark = tni_workspace_mark();
  const size_t values = (size_t)kernel->value_count + 1;
  char (*scratch)[TN_SPLAT_BYTES] =
      tni_workspace_take(values * (TN_SPLAT_BYTES + sizeof(char *)));
  if (!scratch)
    return false;
  char **const places = (char **)(scratch + values);
  *out_element = 0;
  place_element(kernel, tensors, scalars, &space, point, out_element, scratch,
                places);
  const int isa = tn_rt_isa();
  char *data[UINT8_MAX];
  int64_t steps[UINT8_MAX];
  for (int s = 0; s < kernel->stage_count; s++) {
    const tn_stage *stage = &kernel->stages[s];
    for (int i = 0; i < stage->operand_count; i++) {
      const int value = stage->operands[i];
      data[i] = places[value];
      steps[i] = kernel->values[value].kind != TN_VALUE_SCALAR;
    }
    stage->function[isa](data, steps, 1);
  }
  tni_workspace_release(mark);
  return true;
}

/* Why an element could not be had, of which the operands are not to blame. */
static const char *why_not(const tn_kernel *kernel, const tn_tensor *tensors) {
  tni_shape space;
  if (kernel->abi == TN_ABI &&
      tni_space_of_inputs(kernel, (tn_tensor *)tensors, &space) &&
      tni_values_fit(kernel, (tn_tensor *)tensors, &space))
    return "there is no such element, or memory is short";
  return tni_why_refused(kernel, (tn_tensor *)tensors);
}

bool tn_rt_element(const tn_kernel *kernel, const tn_tensor *tensors,
                   const uint64_t *scalars, int index_count,
                   const int64_t *index, uint64_t *out_element) {
  const bool told = tni_guard_fails();
  const uint64_t begin = tni_traces() ? tni_trace_now() : 0;
  const bool done = !told && evaluate(kernel, tensors, scalars, index_count,
                                      index, out_element);
  if (__builtin_expect(begin != 0, 0)) {
    if (done)
      tni_trace_element(kernel, begin);
    else
      tni_trace_refusal(kernel,
                        told ? tni_told_to_fail : why_not(kernel, tensors));
  }
  return done;
}

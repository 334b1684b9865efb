/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * flat.c - the short way of small elementwise launches.
 *
 * Where all operands are contiguous, of one shape or of one element, there are
 * no dims to walk and nothing to plan; and where there is no work for several
 * threads, planning is what a launch costs. Everything else takes the way of
 * program.c, with the same result.
 */
#include "launch.h"
#include "threads.h"
#include "workspace.h"

#include <string.h>

enum { MOST_VALUES = 32, MOST_STAGE_OPERANDS = 128 };

/* Flags of contiguous operands. */
enum { FLAGS = TNI_OPERAND_FLAGS & ~TN_FLAG_STRIDED };

static bool same_dims(tn_tensor x, tn_tensor y) {
  return tni_rank(x) == tni_rank(y) &&
         tni_same_dims(tni_rank(x), x->dims, y->dims);
}

bool tni_fits_flat(const tn_kernel *kernel, tn_tensor *tensors,
                   tni_launch *out) {
  tn_tensor shape = NULL, one = NULL; /* one: of a single element, most dims */
  if (kernel->abi != TN_ABI || kernel->axis != TN_AXIS_NONE ||
      kernel->product || kernel->value_count > MOST_VALUES)
    return false;
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    if (value->kind == TN_VALUE_RESULT && value->mode == TN_RESULT_PLACE)
      return false; /* it may be over an input */
    const bool store =
        value->kind == TN_VALUE_RESULT && value->mode == TN_RESULT_STORE;
    if (value->kind != TN_VALUE_INPUT && !store)
      continue;
    tn_tensor t = tensors[value->index];
    if (!tni_is_operand(t, value->dtype,
                        store ? FLAGS & ~TN_FLAG_READONLY : FLAGS))
      return false;
    if (t->size == 1 && !store) {
      if (!one || tni_rank(t) > tni_rank(one))
        one = t;
    } else if (!shape) {
      shape = t;
    } else if (!same_dims(shape, t)) {
      return false;
    }
  }
  if (!shape)
    shape = one;
  if (!shape || shape->size == 0 || (one && tni_rank(shape) < tni_rank(one)))
    return false;
  /* A result's own shape is the space's only if it has an input of that shape.
   */
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    if (value->kind != TN_VALUE_RESULT || value->mode == TN_RESULT_STORE)
      continue;
    bool fits = value->shape == 0;
    for (int i = 0; !fits && i < 16; i++)
      fits = value->shape >> i & 1 && same_dims(tensors[i], shape);
    if (!fits)
      return false;
  }
  int operands = 0;
  for (int s = 0; s < kernel->stage_count; s++)
    operands += kernel->stages[s].operand_count;
  if (operands > MOST_STAGE_OPERANDS ||
      tni_threads_for(shape->size, kernel->cost) > 1)
    return false;
  out->rank = tni_rank(shape);
  memcpy(out->dims, shape->dims, sizeof out->dims);
  out->size = shape->size;
  out->staged = 0;
  out->axis = TN_AXIS_NONE;
  out->length = out->inner = 1;
  return true;
}

bool tni_run_flat(tni_launch *l, tn_tensor *tensors) {
  const tn_kernel *kernel = l->kernel;
  char *at[MOST_VALUES];
  int64_t
      bytes[MOST_VALUES]; /* from an element to the next; 0: splat, scratch */
  int64_t step[MOST_VALUES], steps[MOST_STAGE_OPERANDS];
  char *data[MOST_STAGE_OPERANDS];
  char splats[MOST_VALUES][TN_SPLAT_BYTES] __attribute__((aligned(64)));
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    const size_t element = tni_element_bytes(value->dtype);
    bytes[v] = 0;
    step[v] = 1;
    switch (value->kind) {
    case TN_VALUE_INPUT:
      if (tensors[value->index]->size == 1 && l->size != 1) {
        tni_splat(splats[v], tensors[value->index]->data, element);
        at[v] = splats[v];
        step[v] = 0;
        break;
      } /* fall through */
    case TN_VALUE_RESULT:
      at[v] = tensors[value->index]->data;
      bytes[v] = (int64_t)element;
      break;
    case TN_VALUE_SCALAR:
      tni_splat(splats[v], (const char *)&l->scalars[value->index], element);
      at[v] = splats[v];
      step[v] = 0;
      break;
    case TN_VALUE_TEMPORARY: {
      const int64_t n = l->size < TN_BLOCK ? l->size : TN_BLOCK;
      at[v] = tni_workspace_take((size_t)n * element);
      if (!at[v])
        return false;
      break;
    }
    default:
      return false;
    }
  }
  for (int s = 0, to = 0; s < kernel->stage_count; s++)
    for (int i = 0; i < kernel->stages[s].operand_count; i++)
      steps[to++] = step[kernel->stages[s].operands[i]];

  for (int64_t offset = 0; offset < l->size; offset += TN_BLOCK) {
    const int64_t rest = l->size - offset;
    const int64_t *stage_steps = steps;
    for (int s = 0; s < kernel->stage_count; s++) {
      const tn_stage *stage = &kernel->stages[s];
      for (int i = 0; i < stage->operand_count; i++) {
        const int value = stage->operands[i];
        data[i] = at[value] + offset * bytes[value];
      }
      stage->function[l->isa](data, stage_steps,
                              rest < TN_BLOCK ? rest : TN_BLOCK);
      stage_steps += stage->operand_count;
    }
  }
  return true;
}

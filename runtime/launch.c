/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * launch.c - checks a kernel's tensors, makes its results, and runs it.
 *
 * Everything that can fail happens before the first element is written; then
 * the results made so far are given back and the caller runs the user's
 * original calls.
 */
#include "launch.h"

#include "guard.h"
#include "lanes.h"
#include "plan_cache.h"
#include "trace.h"
#include "workspace.h"

/* s becomes the shape that s and t broadcast to. */
static bool broadcast_with(tni_shape *s, tn_tensor t) {
  if (tni_has_shape(t, s) || tni_rank(t) == 0)
    return true;
  return tni_broadcast(s->rank, s->dims, tni_rank(t), t->dims, &s->rank,
                       s->dims);
}

/* ---- the iteration space ------------------------------------------------- */

static unsigned product_dtype(const tn_kernel *kernel) {
  for (int v = 0; v < kernel->value_count; v++)
    if (kernel->values[v].kind == TN_VALUE_PRODUCT)
      return kernel->values[v].dtype;
  return 0;
}

/* The shape of tn_matmul(x, y), by NumPy's rules. */
static bool product_shape(tn_tensor x, tn_tensor y, tni_shape *out) {
  const int rank_x = tni_rank(x), rank_y = tni_rank(y);
  if (rank_x == 0 || rank_y == 0)
    return false;
  const int64_t k = x->dims[rank_x - 1];
  if (y->dims[rank_y > 1 ? rank_y - 2 : 0] != k)
    return false;
  const int batch_x = rank_x > 2 ? rank_x - 2 : 0;
  const int batch_y = rank_y > 2 ? rank_y - 2 : 0;
  if (!tni_broadcast(batch_x, x->dims, batch_y, y->dims, &out->rank, out->dims))
    return false;
  if (rank_x > 1)
    out->dims[out->rank++] = x->dims[rank_x - 2];
  if (rank_y > 1)
    out->dims[out->rank++] = y->dims[rank_y - 1];
  return true;
}

/* What all inputs broadcast to together. */
bool tni_space_of_inputs(const tn_kernel *kernel, tn_tensor *tensors,
                         tni_shape *out) {
  *out = (tni_shape){0};
  if (kernel->product) {
    const unsigned dtype = product_dtype(kernel);
    if (!tni_is_operand(tensors[0], dtype, TNI_OPERAND_FLAGS) ||
        !tni_is_operand(tensors[1], dtype, TNI_OPERAND_FLAGS) ||
        !product_shape(tensors[0], tensors[1], out))
      return false;
  }
  const tni_shape product = *out;
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    if (value->kind != TN_VALUE_INPUT)
      continue;
    tn_tensor t = tensors[value->index];
    if (!tni_is_operand(t, value->dtype, TNI_OPERAND_FLAGS) ||
        !broadcast_with(out, t))
      return false;
  }
  return !kernel->product || tni_same_shape(&product, out);
}

/* Destinations of stores have the space's shape, or, where nothing else hangs
 * on it, are what the space is broadcast to. */
static bool fit_stores(const tn_kernel *kernel, tn_tensor *tensors,
                       tni_shape *space) {
  tn_tensor wider = NULL;
  bool only_stores = kernel->reduction_count == 0 && !kernel->product;
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    if (!tni_is_result(value))
      continue;
    if (value->mode != TN_RESULT_STORE) {
      only_stores = false;
      continue;
    }
    tn_tensor t = tensors[value->index];
    if (!tni_is_operand(t, value->dtype, TNI_OPERAND_FLAGS & ~TN_FLAG_READONLY))
      return false;
    int64_t span;
    if (tni_flags(t) & TN_FLAG_STRIDED && !tni_elements_are_apart(t, &span))
      return false;
    if (value->kind == TN_VALUE_RESULT && !tni_has_shape(t, space))
      wider = t;
  }
  if (!wider)
    return true;
  tni_shape both = *space;
  if (!only_stores || !broadcast_with(&both, wider) ||
      !tni_has_shape(wider, &both))
    return false;
  *space = both;
  for (int v = 0; v < kernel->value_count; v++)
    if (kernel->values[v].kind == TN_VALUE_RESULT &&
        !tni_has_shape(tensors[kernel->values[v].index], space))
      return false;
  return true;
}

/* Where a value's own shape is known by its inputs, it must be the space's. */
bool tni_values_fit(const tn_kernel *kernel, tn_tensor *tensors,
                    const tni_shape *space) {
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    const bool counts =
        value->kind == TN_VALUE_LANES ||
        (value->kind == TN_VALUE_RESULT && value->mode != TN_RESULT_STORE);
    if (value->shape == 0 || !counts || (kernel->product && value->shape & 3))
      continue;
    tni_shape own = {0};
    for (int i = 0; i < 16; i++)
      if (value->shape >> i & 1 && !broadcast_with(&own, tensors[i]))
        return false;
    if (!tni_same_shape(&own, space))
      return false;
  }
  return true;
}

/* Splits the space at the kernel's axis. */
static bool fit_axis(const tn_kernel *kernel, tni_launch *l) {
  l->axis = kernel->axis;
  l->length = l->inner = 1;
  if (kernel->axis == TN_AXIS_ALL) {
    l->length = l->size;
  } else if (kernel->axis != TN_AXIS_NONE) {
    if (!tni_axis(l->rank, kernel->axis, &l->axis))
      return false;
    l->length = l->dims[l->axis];
    for (int d = l->axis + 1; d < l->rank; d++)
      l->inner *= l->dims[d];
  }
  for (int r = 0; r < kernel->reduction_count; r++) {
    const tn_reduction *reduction = &kernel->reductions[r];
    if (!tni_lanes_of(reduction->kind, reduction->dtype))
      return false;
    if (l->length == 0 &&
        (reduction->kind == TN_REDUCE_MAX || reduction->kind == TN_REDUCE_MIN))
      return false;
  }
  for (int v = 0; v < kernel->value_count; v++)
    if (kernel->values[v].kind == TN_VALUE_ROW_SCALAR &&
        l->axis != TN_AXIS_ALL &&
        (l->axis == TN_AXIS_NONE || l->size != l->length ||
         (l->size == 0 && l->rank > 1)))
      return false;
  return true;
}

/* ---- operands ------------------------------------------------------------ */

/* A row result's strides on the space: 0 along what is reduced. */
static void row_result_strides(const tni_launch *l, const tn_value *value,
                               tn_tensor t, int64_t *out) {
  for (int d = 0, from = 0; d < l->rank; d++) {
    const bool reduced = l->axis == TN_AXIS_ALL || l->axis == d;
    out[d] = reduced ? 0 : t->strides[from];
    from += !reduced || value->keepdims;
  }
}

bool tni_gather_operands(tni_launch *l, tn_tensor *tensors) {
  const tn_kernel *kernel = l->kernel;
  const size_t most = (size_t)kernel->value_count + 1;
  l->strides =
      tni_workspace_take(most * (sizeof *l->strides + sizeof *l->operands));
  if (!l->strides)
    return false;
  l->operands = (tni_operand *)(l->strides + most);
  l->operand_count = 0;
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    if (value->kind != TN_VALUE_INPUT && !tni_is_result(value))
      continue;
    tn_tensor t = tensors[value->index];
    const uint8_t bytes = (uint8_t)tni_element_bytes(value->dtype);
    int64_t *strides = l->strides[l->operand_count];
    if (value->kind == TN_VALUE_ROW_RESULT)
      row_result_strides(l, value, t, strides);
    else
      tni_broadcast_strides(t, l->rank, l->dims, strides);
    for (int d = 0; d < l->rank; d++)
      strides[d] *= bytes;
    l->operands[l->operand_count++] =
        (tni_operand){t->data, (uint8_t)v, bytes, value->kind};
  }
  return true;
}

/* ---- the launch ---------------------------------------------------------- */

bool tni_check_launch(const tn_kernel *kernel, tn_tensor *tensors,
                      tni_launch *out) {
  tni_shape space;
  out->kernel = kernel;
  out->staged = 0;
  if (kernel->abi != TN_ABI || !tni_space_of_inputs(kernel, tensors, &space) ||
      !fit_stores(kernel, tensors, &space) ||
      !tni_values_fit(kernel, tensors, &space))
    return false;
  out->rank = space.rank;
  memcpy(out->dims, space.dims, sizeof space.dims);
  out->size = 1;
  for (int d = 0; d < space.rank; d++)
    if (__builtin_mul_overflow(out->size, space.dims[d], &out->size))
      return false;
  return fit_axis(kernel, out) &&
         (!tni_needs_columns(out) || kernel->column_stage_count > 0);
}

tni_job *tni_prepare_launch(tni_launch *l, tn_tensor *tensors) {
  if ((l->staged && l->kernel->product) || !tni_gather_operands(l, tensors))
    return NULL;
  return l->kernel->product ? tni_prepare_product(l, tensors[0], tensors[1])
                            : tni_prepare_rows(l);
}

/* The staged result is made somewhere else, and then brought to its place. */
static bool run_aside(tni_launch *l, tn_tensor *tensors) {
  const tn_value *value = &l->kernel->values[l->staged - 1];
  const tn_tensor place = tensors[value->index];
  tni_shape s = {.rank = tni_rank(place)};
  memcpy(s.dims, place->dims, (size_t)s.rank * sizeof s.dims[0]);
  tn_tensor aside = tni_new_in_workspace(value->dtype, &s);
  if (!aside)
    return false;
  l->staged = 0;
  tensors[value->index] = aside;
  const bool done = tni_run_launch(l, tensors);
  tensors[value->index] = place;
  if (done) {
    tni_layout to = tni_layout_of(place);
    tni_layout_simplify(&to);
    tni_layout_write(&to, 0, to.size, aside->data);
  }
  return done;
}

/* Row by row, where that can be. */
static bool run_staged(const tni_launch *l, tn_tensor *tensors) {
  tni_launch staged = *l;
  if (tni_needs_columns(l))
    return run_aside(&staged, tensors);
  tni_job *job = tni_prepare_launch(&staged, tensors);
  if (job) {
    job->run(job);
    return true;
  }
  staged = *l;
  return run_aside(&staged, tensors);
}

bool tni_run_launch(tni_launch *l, tn_tensor *tensors) {
  if (!l->staged && (l->staged = tni_staged_result(l, tensors) + 1))
    return run_staged(l, tensors);
  if (tni_needs_columns(l))
    return tni_gather_operands(l, tensors) && tni_run_columns(l);
  tni_job *job = tni_prepare_launch(l, tensors);
  if (job)
    job->run(job);
  return job;
}

const char TN_ABI_SYMBOL(TN_ABI) = 1;

/* No plan is known. */
__attribute__((noinline)) static bool
launch_anew(const tn_kernel *kernel, tn_tensor *tensors, uint64_t *scalars) {
  tni_launch l;
  l.kernel = kernel;
  l.scalars = scalars;
  l.isa = tn_rt_isa();
  const bool flat = tni_fits_flat(kernel, tensors, &l);
  if (!flat && !tni_check_launch(kernel, tensors, &l))
    return false;
  const uint64_t mark = tni_workspace_mark();
  if (!tni_make_results(&l, tensors)) {
    tni_workspace_release(mark);
    return false;
  }
  const uint64_t scratch = tni_workspace_mark();
  const bool done = tni_run_and_cache_plan(
      &l, tensors, flat ? tni_run_flat : tni_run_launch);
  if (!done)
    tni_unmake_results(kernel, tensors);
  tni_workspace_release(done ? scratch : mark);
  return done;
}

static inline bool launch(const tn_kernel *kernel, tn_tensor *tensors,
                          uint64_t *scalars) {
  return tni_launch_known(kernel, tensors, scalars) ||
         launch_anew(kernel, tensors, scalars);
}

/* Out of the way of launches that nobody watches. */
__attribute__((noinline, cold)) static bool
launch_traced(const tn_kernel *kernel, tn_tensor *tensors, uint64_t *scalars) {
  const uint64_t begin = tni_trace_now();
  tni_trace_enter(kernel);
  const bool done = launch(kernel, tensors, scalars);
  if (done)
    tni_trace_kernel(kernel, tensors, begin);
  tni_trace_enter(NULL);
  return done;
}

bool tni_launch_kernel(const tn_kernel *kernel, tn_tensor *tensors,
                       uint64_t *scalars) {
  return tni_traces() ? launch_traced(kernel, tensors, scalars)
                      : launch(kernel, tensors, scalars);
}

bool tn_rt_launch(const tn_kernel *kernel, tn_tensor *tensors,
                  uint64_t *scalars) {
  const bool told = tni_guard_fails();
  if (!told && tni_launch_kernel(kernel, tensors, scalars))
    return true;
  if (tni_traces())
    tni_trace_refusal(kernel, told ? tni_told_to_fail
                                   : tni_why_refused(kernel, tensors));
  return false;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * launch.c - checks a kernel's tensors, makes its results, and runs it.
 *
 * Everything that can fail happens before the first element is written; then
 * the results made so far are given back and the caller runs the user's
 * original calls.
 */
#include "guard.h"
#include "internal.h"
#include "lanes.h"
#include "program.h"
#include "workspace.h"

#include <string.h>

/* Flags that an operand of a kernel may have. */
enum {
  ALLOWED = TN_FLAG_VIEW | TN_FLAG_EXPOSED | TN_FLAG_READONLY |
            TN_FLAG_STRIDED | TN_FLAG_WORKSPACE
};

typedef struct shape {
  int rank;
  int64_t dims[TN_MAX_RANK];
} shape;

/* A live tensor of the dtype, whose elements stand where stages may load them. */
static bool is_operand(tn_tensor t, unsigned dtype, unsigned allowed) {
  const uint64_t ignored = TN_HEADER(0, 0xff, allowed) & ~(TN_MAGIC << 32);
  return t && (t->header & ~ignored) == TN_HEADER(dtype, 0, 0) &&
         ((uintptr_t)t->data & (tni_element_bytes(dtype) - 1)) == 0;
}

static bool same_shape(const shape *x, const shape *y) {
  return x->rank == y->rank &&
         memcmp(x->dims, y->dims, (size_t)x->rank * sizeof x->dims[0]) == 0;
}

static bool has_shape(tn_tensor t, const shape *s) {
  return tni_rank(t) == s->rank &&
         memcmp(t->dims, s->dims, (size_t)s->rank * sizeof s->dims[0]) == 0;
}

/* s becomes the shape that s and t broadcast to. */
static bool broadcast_with(shape *s, tn_tensor t) {
  if (has_shape(t, s) || tni_rank(t) == 0)
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
static bool product_shape(tn_tensor x, tn_tensor y, shape *out) {
  const int rank_x = tni_rank(x), rank_y = tni_rank(y);
  if (rank_x == 0 || rank_y == 0)
    return false;
  const int64_t k = x->dims[rank_x - 1];
  if (y->dims[rank_y > 1 ? rank_y - 2 : 0] != k)
    return false;
  const int batch_x = rank_x > 2 ? rank_x - 2 : 0;
  const int batch_y = rank_y > 2 ? rank_y - 2 : 0;
  if (!tni_broadcast(batch_x, x->dims, batch_y, y->dims, &out->rank,
                     out->dims))
    return false;
  if (rank_x > 1)
    out->dims[out->rank++] = x->dims[rank_x - 2];
  if (rank_y > 1)
    out->dims[out->rank++] = y->dims[rank_y - 1];
  return true;
}

/* What all inputs broadcast to together. */
static bool space_of_inputs(const tn_kernel *kernel, tn_tensor *tensors,
                            shape *out) {
  *out = (shape){0};
  if (kernel->product) {
    const unsigned dtype = product_dtype(kernel);
    if (!is_operand(tensors[0], dtype, ALLOWED) ||
        !is_operand(tensors[1], dtype, ALLOWED) ||
        !product_shape(tensors[0], tensors[1], out))
      return false;
  }
  const shape product = *out;
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    if (value->kind != TN_VALUE_INPUT)
      continue;
    tn_tensor t = tensors[value->index];
    if (!is_operand(t, value->dtype, ALLOWED) || !broadcast_with(out, t))
      return false;
  }
  return !kernel->product || same_shape(&product, out);
}

/* Destinations of stores have the space's shape, or, where nothing else hangs
 * on it, are what the space is broadcast to. */
static bool fit_stores(const tn_kernel *kernel, tn_tensor *tensors,
                       shape *space) {
  const tn_tensor first = NULL;
  tn_tensor wider = first;
  bool only_stores = kernel->reduction_count == 0 && !kernel->product;
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    if (value->kind != TN_VALUE_RESULT && value->kind != TN_VALUE_ROW_RESULT)
      continue;
    if (value->mode != TN_RESULT_STORE) {
      only_stores = false;
      continue;
    }
    tn_tensor t = tensors[value->index];
    if (!is_operand(t, value->dtype, ALLOWED & ~TN_FLAG_READONLY))
      return false;
    for (int d = 0; d < tni_rank(t); d++)
      if (t->strides[d] == 0 && t->dims[d] > 1)
        return false;
    if (value->kind == TN_VALUE_RESULT && !has_shape(t, space))
      wider = t;
  }
  if (!wider)
    return true;
  shape both = *space;
  if (!only_stores || !broadcast_with(&both, wider) ||
      !has_shape(wider, &both))
    return false;
  *space = both;
  for (int v = 0; v < kernel->value_count; v++)
    if (kernel->values[v].kind == TN_VALUE_RESULT &&
        !has_shape(tensors[kernel->values[v].index], space))
      return false;
  return true;
}

/* Where a value's own shape is known by its inputs, it must be the space's. */
static bool fit_values(const tn_kernel *kernel, tn_tensor *tensors,
                       const shape *space) {
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    const bool counts =
        value->kind == TN_VALUE_LANES ||
        (value->kind == TN_VALUE_RESULT && value->mode != TN_RESULT_STORE);
    if (value->shape == 0 || !counts || (kernel->product && value->shape & 3))
      continue;
    shape own = {0};
    for (int i = 0; i < 16; i++)
      if (value->shape >> i & 1 && !broadcast_with(&own, tensors[i]))
        return false;
    if (!same_shape(&own, space))
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
    if (l->length == 0 && (reduction->kind == TN_REDUCE_MAX ||
                           reduction->kind == TN_REDUCE_MIN))
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

/* Rows lie across each other and are not defined one by one. */
static bool needs_columns(const tni_launch *l) {
  return l->inner > 1 && !l->kernel->line;
}

/* ---- overlap ------------------------------------------------------------- */

static inline void byte_range(tn_tensor t, const char **out_begin,
                              const char **out_end) {
  if (tni_flags(t) & TN_FLAG_STRIDED) {
    tni_byte_range(t, out_begin, out_end);
  } else {
    *out_begin = t->data;
    *out_end =
        *out_begin + t->size * (int64_t)tni_element_bytes(tni_dtype(t));
  }
}

static bool overlap(tn_tensor x, tn_tensor y) {
  const char *begin_x, *end_x, *begin_y, *end_y;
  byte_range(x, &begin_x, &end_x);
  byte_range(y, &begin_y, &end_y);
  return begin_x < end_y && begin_y < end_x;
}

/* Element for element the same memory at each point of the space. */
static bool coincide(const tni_launch *l, tn_tensor x, tn_tensor y) {
  int64_t strides_x[TN_MAX_RANK], strides_y[TN_MAX_RANK];
  if (x->data != y->data)
    return false;
  tni_broadcast_strides(x, l->rank, l->dims, strides_x);
  tni_broadcast_strides(y, l->rank, l->dims, strides_y);
  for (int d = 0; d < l->rank; d++)
    if (l->dims[d] > 1 && strides_x[d] != strides_y[d])
      return false;
  return true;
}

/* Whether a stage reads `input` after one that wrote `result`. */
static bool read_after(const tni_launch *l, int result, int input) {
  const bool columns = needs_columns(l);
  const tn_stage *stages =
      columns ? l->kernel->column_stages : l->kernel->stages;
  const int count =
      columns ? l->kernel->column_stage_count : l->kernel->stage_count;
  bool written = false;
  for (int s = 0; s < count; s++) {
    bool writes = false;
    for (int i = 0; i < stages[s].operand_count; i++) {
      writes = writes || stages[s].operands[i] == result;
      if (written && stages[s].operands[i] == input)
        return true;
    }
    written = written || writes;
  }
  return false;
}

/* Whether value `written` may be put into t although the kernel reads inputs. */
static bool may_write(const tni_launch *l, tn_tensor *tensors, int written,
                      tn_tensor t) {
  const tn_kernel *kernel = l->kernel;
  if (kernel->product && (overlap(t, tensors[0]) || overlap(t, tensors[1])))
    return false;
  for (int v = 0; v < kernel->value_count; v++) {
    if (kernel->values[v].kind != TN_VALUE_INPUT)
      continue;
    tn_tensor input = tensors[kernel->values[v].index];
    if (overlap(t, input) &&
        (kernel->values[written].kind != TN_VALUE_RESULT ||
         !coincide(l, t, input) || read_after(l, written, v)))
      return false;
  }
  return true;
}

/* ---- results ------------------------------------------------------------- */

static shape result_shape(const tni_launch *l, const tn_value *value) {
  shape s = {.rank = l->rank};
  memcpy(s.dims, l->dims, sizeof s.dims);
  if (value->kind == TN_VALUE_RESULT)
    return s;
  if (value->keepdims) {
    for (int d = 0; d < s.rank; d++)
      if (l->axis == TN_AXIS_ALL || l->axis == d)
        s.dims[d] = 1;
  } else if (l->axis == TN_AXIS_ALL) {
    s.rank = 0;
  } else {
    s.rank--;
    for (int d = l->axis; d < s.rank; d++)
      s.dims[d] = s.dims[d + 1];
  }
  return s;
}

static tn_tensor new_in_workspace(unsigned dtype, const shape *s) {
  int64_t size;
  if (!tni_checked_size(s->rank, s->dims, dtype, &size))
    return NULL;
  tni_tensor *t = tni_workspace_take(
      TNI_HEADER_BYTES + (size_t)size * tni_element_bytes(dtype));
  if (!t)
    return NULL;
  *t = (tni_tensor){
      .head = {.header = TN_HEADER(dtype, s->rank, TN_FLAG_WORKSPACE),
               .data = (char *)t + TNI_HEADER_BYTES,
               .size = size}};
  memcpy(t->head.dims, s->dims, (size_t)s->rank * sizeof s->dims[0]);
  tni_row_major(s->rank, s->dims, t->head.strides);
  return &t->head;
}

/* Whether the input's own tensor can be the result. */
static bool can_reuse(const tni_launch *l, tn_tensor *tensors, int v,
                      const shape *s) {
  const tn_value *value = &l->kernel->values[v];
  tn_tensor t = tensors[value->reuse];
  if (value->kind != TN_VALUE_RESULT ||
      !is_operand(t, value->dtype, TN_FLAG_WORKSPACE) || !has_shape(t, s) ||
      !may_write(l, tensors, v, t))
    return false;
  for (int w = 0; w < l->kernel->value_count; w++) {
    const tn_value *other = &l->kernel->values[w];
    const bool made =
        other->kind == TN_VALUE_RESULT || other->kind == TN_VALUE_ROW_RESULT;
    if (made && w != v && (w < v || other->mode == TN_RESULT_STORE) &&
        overlap(tensors[other->index], t))
      return false;
  }
  return true;
}

/* The tensor of one result; NULL if there is none. */
static tn_tensor make_result(const tni_launch *l, tn_tensor *tensors, int v) {
  const tn_value *value = &l->kernel->values[v];
  const shape s = result_shape(l, value);
  int mode = value->mode;
  if (mode == TN_RESULT_STORE) {
    tn_tensor t = tensors[value->index];
    if (!has_shape(t, &s) || !may_write(l, tensors, v, t))
      return NULL;
    for (int w = 0; w < v; w++)
      if (l->kernel->values[w].mode == TN_RESULT_STORE &&
          (l->kernel->values[w].kind == TN_VALUE_RESULT ||
           l->kernel->values[w].kind == TN_VALUE_ROW_RESULT) &&
          overlap(t, tensors[l->kernel->values[w].index]))
        return NULL;
    return t;
  }
  if (mode == TN_RESULT_REUSE) {
    tn_tensor t = tensors[value->reuse];
    if (can_reuse(l, tensors, v, &s))
      return t;
    mode = tni_flags(t) & TN_FLAG_WORKSPACE ? TN_RESULT_WORKSPACE
                                            : TN_RESULT_NEW;
  }
  return mode == TN_RESULT_WORKSPACE
             ? new_in_workspace(value->dtype, &s)
             : tni_new(value->dtype, s.rank, s.dims);
}

/* The tensors that make_result made for values before `end` go again. What is in
 * the workspace goes with it. */
static void unmake_results(const tn_kernel *kernel, tn_tensor *tensors,
                           int end) {
  for (int v = 0; v < end; v++) {
    const tn_value *value = &kernel->values[v];
    if ((value->kind != TN_VALUE_RESULT &&
         value->kind != TN_VALUE_ROW_RESULT) ||
        value->mode == TN_RESULT_STORE)
      continue;
    tn_tensor t = tensors[value->index];
    const bool reused =
        value->mode == TN_RESULT_REUSE && t == tensors[value->reuse];
    if (!reused && !(tni_flags(t) & TN_FLAG_WORKSPACE))
      tn_free(t);
    tensors[value->index] = NULL;
  }
}

static bool make_results(const tni_launch *l, tn_tensor *tensors) {
  for (int v = 0; v < l->kernel->value_count; v++) {
    const tn_value *value = &l->kernel->values[v];
    if (value->kind != TN_VALUE_RESULT && value->kind != TN_VALUE_ROW_RESULT)
      continue;
    tn_tensor t = make_result(l, tensors, v);
    if (!t) {
      unmake_results(l->kernel, tensors, v);
      return false;
    }
    tensors[value->index] = t;
  }
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

static bool gather_operands(tni_launch *l, tn_tensor *tensors) {
  const tn_kernel *kernel = l->kernel;
  const size_t most = (size_t)kernel->value_count + 1;
  l->strides = tni_workspace_take(most *
                                  (sizeof *l->strides + sizeof *l->operands));
  if (!l->strides)
    return false;
  l->operands = (tni_operand *)(l->strides + most);
  l->operand_count = 0;
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    if (value->kind != TN_VALUE_INPUT && value->kind != TN_VALUE_RESULT &&
        value->kind != TN_VALUE_ROW_RESULT)
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

static bool check(const tn_kernel *kernel, tn_tensor *tensors,
                  tni_launch *out) {
  shape space;
  if (kernel->abi != TN_ABI || !space_of_inputs(kernel, tensors, &space) ||
      !fit_stores(kernel, tensors, &space) ||
      !fit_values(kernel, tensors, &space))
    return false;
  out->rank = space.rank;
  memcpy(out->dims, space.dims, sizeof space.dims);
  out->size = 1;
  for (int d = 0; d < space.rank; d++)
    if (__builtin_mul_overflow(out->size, space.dims[d], &out->size))
      return false;
  return fit_axis(kernel, out) &&
         (!needs_columns(out) || kernel->column_stage_count > 0);
}

static bool run(tni_launch *l, tn_tensor *tensors) {
  if (!gather_operands(l, tensors))
    return false;
  if (l->kernel->product)
    return tni_run_product(l, tensors[0], tensors[1]);
  return needs_columns(l) ? tni_run_columns(l) : tni_run_rows(l);
}

bool tn_rt_launch(const tn_kernel *kernel, tn_tensor *tensors,
                  uint64_t *scalars) {
  if (tni_guard_fails())
    return false;
  tni_launch l;
  l.kernel = kernel;
  l.scalars = scalars;
  l.isa = tn_rt_isa();
  const bool flat = tni_fits_flat(kernel, tensors, &l);
  if (!flat && !check(kernel, tensors, &l))
    return false;
  const uint64_t mark = tni_workspace_mark();
  if (!make_results(&l, tensors)) {
    tni_workspace_release(mark);
    return false;
  }
  const uint64_t scratch = tni_workspace_mark();
  const bool done = flat ? tni_run_flat(&l, tensors) : run(&l, tensors);
  if (!done)
    unmake_results(kernel, tensors, kernel->value_count);
  tni_workspace_release(done ? scratch : mark);
  return done;
}

/* ---- one element --------------------------------------------------------- */

/* The byte offset of a point in a broadcast operand. */
static int64_t offset_at(tn_tensor t, const shape *space,
                         const int64_t *index) {
  int64_t strides[TN_MAX_RANK];
  tni_broadcast_strides(t, space->rank, space->dims, strides);
  return tni_offset(space->rank, index, strides) *
         (int64_t)tni_element_bytes(tni_dtype(t));
}

static bool find_point(const shape *space, int count, const int64_t *index,
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
                          const uint64_t *scalars, const shape *space,
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

bool tn_rt_element(const tn_kernel *kernel, const tn_tensor *tensors,
                   const uint64_t *scalars, int index_count,
                   const int64_t *index, uint64_t *out_element) {
  shape space;
  int64_t point[TN_MAX_RANK];
  if (tni_guard_fails() || kernel->abi != TN_ABI || kernel->product ||
      kernel->reduction_count ||
      !space_of_inputs(kernel, (tn_tensor *)tensors, &space) ||
      !fit_values(kernel, (tn_tensor *)tensors, &space) ||
      !find_point(&space, index_count, index, point))
    return false;
  const uint64_t mark = tni_workspace_mark();
  const size_t values = (size_t)kernel->value_count + 1;
  char(*scratch)[TN_SPLAT_BYTES] =
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

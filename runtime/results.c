/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * results.c - the tensors that a launch writes, and what they may overlap.
 *
 * Stages run on one block after another, so a result may be the same memory as
 * an input only element for element, and only if no stage reads the input
 * after one that wrote the result.
 */
#include "launch.h"

#include "check.h"
#include "scope.h"
#include "workspace.h"

/* ---- overlap ------------------------------------------------------------- */

static inline void byte_range(tn_tensor t, const char **out_begin,
                              const char **out_end) {
  if (tni_flags(t) & TN_FLAG_STRIDED) {
    tni_byte_range(t, out_begin, out_end);
  } else {
    *out_begin = t->data;
    *out_end = *out_begin + t->size * (int64_t)tni_element_bytes(tni_dtype(t));
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
  if (x->data != y->data ||
      tni_element_bytes(tni_dtype(x)) != tni_element_bytes(tni_dtype(y)))
    return false;
  if (!((tni_flags(x) | tni_flags(y)) & TN_FLAG_STRIDED) &&
      tni_rank(x) == l->rank && tni_rank(y) == l->rank &&
      tni_same_dims(l->rank, x->dims, y->dims))
    return true;
  tni_broadcast_strides(x, l->rank, l->dims, strides_x);
  tni_broadcast_strides(y, l->rank, l->dims, strides_y);
  for (int d = 0; d < l->rank; d++)
    if (l->dims[d] > 1 && strides_x[d] != strides_y[d])
      return false;
  return true;
}

/* Whether a stage reads `input` after one that wrote `result`. */
static bool read_after(const tni_launch *l, int result, int input) {
  const bool columns = tni_needs_columns(l);
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

bool tni_can_be_in_place(const tni_launch *l, int result, int input) {
  const tn_kernel *kernel = l->kernel;
  for (int v = 0; v < kernel->value_count; v++)
    if (kernel->values[v].kind == TN_VALUE_INPUT &&
        kernel->values[v].index == input && read_after(l, result, v))
      return false;
  return kernel->values[result].kind == TN_VALUE_RESULT;
}

/* Whether value `written` may be put into t although the kernel reads inputs.
 */
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

tni_shape tni_result_shape(const tni_launch *l, const tn_value *value) {
  tni_shape s = {.rank = l->rank};
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

/* A temporary that is as the model says, but for its elements. */
static tn_tensor new_like(const struct tn_tensor_impl *model, size_t bytes) {
  tni_tensor *t = tni_workspace_take(sizeof *t);
  /* The elements by themselves: the remarks count them, and with the header 2^k
   * bytes would be a block of the next size. */
  void *data = t ? tni_workspace_take(bytes) : NULL;
  if (!data)
    return NULL;
  t->head.header = model->header;
  t->head.data = data;
  t->head.size = model->size;
  for (int d = 0, rank = tni_rank(model); d < rank; d++) {
    t->head.dims[d] = model->dims[d];
    t->head.strides[d] = model->strides[d];
  }
  t->scope = NULL;
  tni_add_flags(&t->head, TN_FLAG_WORKSPACE);
  return &t->head;
}

tn_tensor tni_new_in_workspace(unsigned dtype, const tni_shape *s) {
  struct tn_tensor_impl model = {.header = TN_HEADER(dtype, s->rank, 0)};
  if (!tni_checked_size(s->rank, s->dims, dtype, &model.size))
    return NULL;
  memcpy(model.dims, s->dims, (size_t)s->rank * sizeof s->dims[0]);
  tni_row_major(s->rank, s->dims, model.strides);
  return new_like(&model, (size_t)model.size * tni_element_bytes(dtype));
}

tn_tensor tn_rt_replaceable(tn_tensor old, int32_t scoped, int32_t count,
                            const tn_tensor *others) {
#ifdef TENON_TOMBSTONES
  return NULL; /* a use of the old name is to be found out */
#endif
  if (!tni_is_live(old) || !tni_scope_has((const tni_tensor *)old, scoped))
    return NULL;
  for (int32_t i = 0; i < count; i++)
    if (tni_is_live(others[i]) && overlap(old, others[i]))
      return NULL;
  return old;
}

void tn_rt_release(tn_tensor old, tn_tensor made) {
  if (old && old != made)
    tn_free(old);
}

/* Whether the tensor that the table names can be the result: an input's, which
 * is a temporary, or one that is replaced, whose elements nobody has the address of. */
static bool can_reuse(const tni_launch *l, tn_tensor *tensors, int v,
                      const tni_shape *s) {
  const tn_value *value = &l->kernel->values[v];
  tn_tensor t = tensors[value->reuse];
  const unsigned allowed =
      value->mode == TN_RESULT_REUSE ? TN_FLAG_WORKSPACE : 0;
  if (!tni_is_operand(t, value->dtype, allowed) || !tni_has_shape(t, s) ||
      !may_write(l, tensors, v, t))
    return false;
  for (int w = 0; w < l->kernel->value_count; w++) {
    const tn_value *other = &l->kernel->values[w];
    if (tni_is_result(other) && w != v &&
        (w < v || other->mode == TN_RESULT_STORE) &&
        overlap(tensors[other->index], t))
      return false;
  }
  return true;
}

/* The elements of the place that the result is; NULL where they are not as many, or are read and the result would have to be
 * made aside. */
static tn_tensor cut_place(const tni_launch *l, tn_tensor *tensors, int v, const tni_shape *s) {
  const tn_value *value = &l->kernel->values[v];
  tn_tensor place = tensors[value->reuse];
  const int missing = place ? tni_rank(place) - s->rank : -1;
  if (missing < 0 || value->kind != TN_VALUE_RESULT ||
      !tni_is_operand(place, value->dtype, TNI_OPERAND_FLAGS & ~TN_FLAG_READONLY))
    return NULL;
  for (int w = 0; w < l->kernel->value_count; w++)
    if (w != v && tni_is_result(&l->kernel->values[w]))
      return NULL;
  for (int d = 0; d < tni_rank(place); d++)
    if (place->dims[d] < (d < missing ? 1 : s->dims[d - missing]))
      return NULL;
  tni_tensor *t = tni_workspace_take(sizeof *t);
  if (!t)
    return NULL;
  t->scope = NULL;
  t->head.header = TN_HEADER(value->dtype, s->rank, tni_flags(place) & ~TN_FLAG_STRIDED);
  t->head.data = place->data;
  t->head.size = l->size;
  for (int d = 0; d < s->rank; d++) {
    t->head.dims[d] = s->dims[d];
    t->head.strides[d] = place->strides[missing + d];
  }
  tni_note_strides(&t->head);
  const tn_kernel *kernel = l->kernel;
  const bool by_rows = kernel->axis == TN_AXIS_ALL && tni_is_free_of_order(kernel);
  return by_rows || may_write(l, tensors, v, &t->head) ? &t->head : NULL;
}

static bool is_placed(const tn_value *value, tn_tensor *tensors) {
  return tni_is_result(value) && value->mode == TN_RESULT_PLACE && tensors[value->reuse] &&
         tensors[value->index]->data == tensors[value->reuse]->data;
}

int tni_staged_result(const tni_launch *l, tn_tensor *tensors) {
  for (int v = 0; v < l->kernel->value_count; v++) {
    const tn_value *value = &l->kernel->values[v];
    if (is_placed(value, tensors))
      return may_write(l, tensors, v, tensors[value->index]) ? -1 : v;
  }
  return -1;
}

/* The tensor of one result; NULL if there is none. */
static tn_tensor make_result(const tni_launch *l, tn_tensor *tensors, int v) {
  const tn_value *value = &l->kernel->values[v];
  const tni_shape s = tni_result_shape(l, value);
  int mode = value->mode;
  if (mode == TN_RESULT_STORE) {
    tn_tensor t = tensors[value->index];
    if (!tni_has_shape(t, &s) || !may_write(l, tensors, v, t))
      return NULL;
    for (int w = 0; w < v; w++) {
      const tn_value *other = &l->kernel->values[w];
      if (tni_is_result(other) && other->mode == TN_RESULT_STORE &&
          overlap(t, tensors[other->index]))
        return NULL;
    }
    tni_check_write(t);
    return t;
  }
  if (mode == TN_RESULT_PLACE) {
    tn_tensor t = cut_place(l, tensors, v, &s);
    if (t)
      return t;
    mode = TN_RESULT_NEW;
  }
  if (mode == TN_RESULT_REUSE || mode == TN_RESULT_REPLACE) {
    tn_tensor t = tensors[value->reuse];
    if (can_reuse(l, tensors, v, &s))
      return t;
    const bool temporary =
        mode == TN_RESULT_REUSE && tni_flags(t) & TN_FLAG_WORKSPACE;
    mode = temporary ? TN_RESULT_WORKSPACE : TN_RESULT_NEW;
  }
  return mode == TN_RESULT_WORKSPACE ? tni_new_in_workspace(value->dtype, &s)
                                     : tni_new(value->dtype, s.rank, s.dims);
}

/* What make_result made for values before `end` goes again. What is in the
 * workspace goes with it. */
static void unmake_before(const tn_kernel *kernel, tn_tensor *tensors,
                          int end) {
  for (int v = 0; v < end; v++) {
    const tn_value *value = &kernel->values[v];
    if (!tni_is_result(value) || value->mode == TN_RESULT_STORE)
      continue;
    tn_tensor t = tensors[value->index];
    if (!tni_is_reused(value, tensors) && !(tni_flags(t) & TN_FLAG_WORKSPACE))
      tn_free(t);
    tensors[value->index] = NULL;
  }
}

void tni_unmake_results(const tn_kernel *kernel, tn_tensor *tensors) {
  unmake_before(kernel, tensors, kernel->value_count);
}

bool tni_make_results(const tni_launch *l, tn_tensor *tensors) {
  for (int v = 0; v < l->kernel->value_count; v++) {
    const tn_value *value = &l->kernel->values[v];
    if (!tni_is_result(value))
      continue;
    tn_tensor t = make_result(l, tensors, v);
    if (!t) {
      unmake_before(l->kernel, tensors, v);
      return false;
    }
    tensors[value->index] = t;
  }
  return true;
}

/* ---- results that are known beforehand ----------------------------------- */

enum { MOST_INPUTS = 32 };

typedef struct planned {
  uint8_t mode, value;
  bool placed; /* PLACE: the plan is for a result that is there */
  uint32_t in_place; /* inputs that may be the result, element for element: bits */
  size_t bytes;
  struct tn_tensor_impl model;
} planned;

struct tni_results {
  bool alone; /* the launch's one result */
  int inputs; /* -1: not all known to be arrays */
  uint8_t input[MOST_INPUTS];
  size_t input_bytes[MOST_INPUTS];
  int count;
  planned result[]; /* in the order of values */
};

static void plan_inputs(tni_results *p, const tn_kernel *kernel, tn_tensor *tensors) {
  for (int v = -2 * kernel->product; v < kernel->value_count; v++) {
    const int index = v < 0 ? v + 2 : kernel->values[v].index;
    if (v >= 0 && kernel->values[v].kind != TN_VALUE_INPUT)
      continue;
    if (p->inputs == MOST_INPUTS || tni_flags(tensors[index]) & TN_FLAG_STRIDED) {
      p->inputs = -1;
      return;
    }
    p->input[p->inputs] = (uint8_t)index;
    p->input_bytes[p->inputs++] = (size_t)tensors[index]->size * tni_element_bytes(tni_dtype(tensors[index]));
  }
}

tni_results *tni_plan_results(const tni_launch *l, tn_tensor *tensors) {
  const tn_kernel *kernel = l->kernel;
  int count = 0;
  for (int v = 0; v < kernel->value_count; v++)
    count += tni_is_result(&kernel->values[v]);
  tni_results *p = tni_workspace_take(sizeof *p + (size_t)count * sizeof p->result[0]);
  if (!p)
    return NULL;
  p->alone = count == 1;
  p->inputs = p->count = 0;
  plan_inputs(p, kernel, tensors);
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    if (!tni_is_result(value))
      continue;
    const tni_shape s = tni_result_shape(l, value);
    planned *r = &p->result[p->count++];
    *r = (planned){.mode = value->mode, .value = (uint8_t)v, .placed = is_placed(value, tensors)};
    if (!tni_checked_size(s.rank, s.dims, value->dtype, &r->model.size))
      return NULL;
    r->bytes = (size_t)r->model.size * tni_element_bytes(value->dtype);
    r->model.header = TN_HEADER(value->dtype, s.rank, 0);
    memcpy(r->model.dims, s.dims, sizeof s.dims);
    tni_row_major(s.rank, s.dims, r->model.strides);
    for (int i = 0; i < p->inputs; i++) {
      tn_tensor input = tensors[p->input[i]];
      const bool alike = tni_has_shape(input, &s) && tni_element_bytes(tni_dtype(input)) == tni_element_bytes(value->dtype);
      const bool factor = kernel->product && p->input[i] < 2;
      if (alike && !factor && tni_can_be_in_place(l, v, p->input[i]))
        r->in_place |= UINT32_C(1) << i;
    }
  }
  return p;
}

/* Whether t can be the result, as far as that is known without looking further. */
static bool clearly_fits(const tni_results *p, const planned *r, tn_tensor t, unsigned flags, tn_tensor *tensors) {
  const uint64_t ignored = (uint64_t)flags << 16;
  if (!p->alone || p->inputs < 0 || !t || (t->header & ~ignored) != r->model.header ||
      (uintptr_t)t->data & (tni_element_bytes(tni_dtype(t)) - 1) ||
      !tni_same_dims(tni_rank(t), t->dims, r->model.dims))
    return false;
  const char *const begin = t->data, *const end = begin + r->bytes;
  for (int i = 0; i < p->inputs; i++) {
    const char *const from = tensors[p->input[i]]->data;
    const bool same = from == begin && r->in_place >> i & 1;
    if (!same && from < end && begin < from + p->input_bytes[i])
      return false;
  }
  return true;
}

static tn_tensor make_planned(const tni_results *p, const planned *r, const tni_launch *l, tn_tensor *tensors) {
  const tn_value *value = &l->kernel->values[r->value];
  tn_tensor t;
  switch (r->mode) {
  case TN_RESULT_NEW:
    return tni_new(value->dtype, tni_rank(&r->model), r->model.dims);
  case TN_RESULT_WORKSPACE:
    return new_like(&r->model, r->bytes);
  case TN_RESULT_STORE:
    t = tensors[value->index];
    if (!clearly_fits(p, r, t, TNI_OPERAND_FLAGS & ~(TN_FLAG_READONLY | TN_FLAG_STRIDED), tensors))
      break;
    tni_check_write(t);
    return t;
  case TN_RESULT_PLACE:
    t = make_result(l, tensors, r->value);
    if (!t || r->placed == (t->data == tensors[value->reuse]->data))
      return t;
    if (!(tni_flags(t) & TN_FLAG_WORKSPACE))
      tn_free(t);
    return NULL;
  default: /* in place */
    t = tensors[value->reuse];
    if (clearly_fits(p, r, t, r->mode == TN_RESULT_REUSE ? TN_FLAG_WORKSPACE : 0, tensors))
      return t;
  }
  return make_result(l, tensors, r->value);
}

bool tni_make_planned_results(const tni_results *p, const tni_launch *l, tn_tensor *tensors) {
  for (int i = 0; i < p->count; i++) {
    const planned *r = &p->result[i];
    tn_tensor t = make_planned(p, r, l, tensors);
    if (!t) {
      unmake_before(l->kernel, tensors, r->value);
      return false;
    }
    tensors[l->kernel->values[r->value].index] = t;
  }
  return true;
}

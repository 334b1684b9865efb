/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * reduce.c - tn_sum and its kin, tn_softmax: what is checked, how axes become groups or lines, and the loops over these.
 */
#include "dtype.h"
#include "kernels.h"

#include <math.h>
#include <string.h>

typedef enum reducer { SUM, PROD, MEAN, VAR, REDUCE_MAX, REDUCE_MIN, ARGMAX, ARGMIN, ANY, ALL } reducer;

/* One call. */
typedef struct reduction {
  const char *function;
  reducer kind;
  tn_tensor t;
  unsigned axes; /* bit i: axis i is reduced */
  int64_t count; /* elements that each result is made of */
  tn_tensor result;
} reduction;

enum {
  STRIP = 1024, /* columns that are met at a time, so that their lanes stay in the first cache */
  LINES = 4096  /* elements of lines that are packed at a time */
};

size_t tni_meet_scratch(int64_t rows, int64_t lanes, size_t element_bytes) {
  int levels = 2;
  for (int64_t blocks = rows / 64; blocks; blocks /= 2) levels++;
  return (size_t)levels * (size_t)(lanes > 64 ? lanes : 64) * element_bytes;
}

static void fail_memory(const char *function, const struct tn_tensor_impl *t) {
  tni_fail(function, "out of memory for %s", tni_tensor_text(t).text);
}

/* ---- by groups: sum, prod, mean, max, min (the order is isa/meet.h's) ---- */

typedef void (*meet_loop)(const void *, int64_t, int64_t, int64_t, int64_t, void *, void *);

/* One group: x is [outer, rows, width], out is [outer, width]. */
static bool meet_group(meet_loop loop, const char *x, int64_t outer, int64_t rows, int64_t width, char *out,
                       size_t element_bytes) {
  int64_t sides = 64;
  while (sides > 1 && sides * width > 64) sides /= 2;
  /* Sides without a row would add the start value, which changes no bit: +0 to a lane that began at +0, times 1. */
  while (sides > 1 && sides / 2 >= rows) sides /= 2;
  const int64_t strip = width < STRIP ? width : STRIP, bytes = (int64_t)element_bytes;
  const size_t scratch_bytes = tni_meet_scratch(rows, strip, element_bytes);
  void *scratch = tni_allocate(scratch_bytes);
  if (!scratch) return false;
  for (int64_t i = 0; i < outer; i++)
    for (int64_t j = 0; j < width; j += strip) {
      const int64_t columns = width - j < strip ? width - j : strip;
      loop(x + (i * rows * width + j) * bytes, rows, columns, width, sides, out + (i * width + j) * bytes, scratch);
    }
  tni_release(scratch, scratch_bytes);
  return true;
}

/* Neighbouring axes that are all reduced, or all kept; dims of 1 are neither. A reduction over dims of 1 only is one
 * over a group of one row. */
typedef struct groups {
  int count;
  int64_t extent[TN_MAX_RANK + 1];
  bool reduced[TN_MAX_RANK + 1];
} groups;

static groups groups_of(const struct tn_tensor_impl *t, unsigned axes) {
  groups g = {0};
  bool any = false;
  for (int i = 0; i < tni_rank(t); i++) {
    const bool reduced = axes >> i & 1;
    if (t->dims[i] == 1) continue;
    any |= reduced;
    if (g.count && g.reduced[g.count - 1] == reduced) {
      g.extent[g.count - 1] *= t->dims[i];
    } else {
      g.extent[g.count] = t->dims[i];
      g.reduced[g.count++] = reduced;
    }
  }
  if (!any) {
    g = (groups){.count = 2, .extent = {1, t->size}, .reduced = {true, false}};
  }
  return g;
}

static bool meet_all(const reduction *r, meet_loop loop) {
  const size_t element_bytes = tni_element_bytes(tni_dtype(r->t));
  const tni_layout layout = tni_layout_of(r->t);
  const groups g = groups_of(r->t, r->axes);
  size_t owned; /* bytes of x, if it is ours to release */
  const char *x = tni_layout_array(&layout, &owned);
  bool done = x != NULL;
  int left = 0; /* groups still to be reduced */
  for (int i = 0; i < g.count; i++) left += g.reduced[i];
  int64_t width = 1;
  for (int i = g.count - 1; done && i >= 0; i--) {
    if (!g.reduced[i]) {
      width *= g.extent[i];
      continue;
    }
    int64_t outer = 1;
    for (int j = 0; j < i; j++) outer *= g.extent[j];
    const size_t out_bytes = (size_t)(outer * width) * element_bytes;
    const bool last = --left == 0;
    char *out = last ? r->result->data : tni_allocate(out_bytes);
    done = out && meet_group(loop, x, outer, g.extent[i], width, out, element_bytes);
    if (owned) tni_release((void *)(uintptr_t)x, owned);
    owned = last ? 0 : out_bytes;
    x = out;
  }
  if (owned) tni_release((void *)(uintptr_t)x, owned);
  return done;
}

/* What nothing is reduced to. */
static bool fill_empty(const reduction *r) {
  tn_tensor out = r->result;
  const double value = r->kind == PROD || r->kind == ALL ? 1 : r->kind == MEAN || r->kind == VAR ? (double)NAN : 0;
  for (int64_t i = 0; i < out->size; i++) switch (tni_dtype(out)) {
    case TNI_F32: ((float *)out->data)[i] = (float)value; break;
    case TNI_F64: ((double *)out->data)[i] = value; break;
    case TNI_I64: case TNI_U64: ((int64_t *)out->data)[i] = (int64_t)value; break;
    default: ((uint8_t *)out->data)[i] = (uint8_t)value; break; /* bool */
    }
  return true;
}

static void divide(tn_tensor out, int64_t count) {
  if (tni_dtype(out) == TNI_F32)
    for (int64_t i = 0; i < out->size; i++) ((float *)out->data)[i] /= (float)count;
  else
    for (int64_t i = 0; i < out->size; i++) ((double *)out->data)[i] /= (double)count;
}

/* ---- by lines: var, argmax, argmin, any, all, softmax ---- */

/* Lines one behind the other; their results from place `index` on. */
static void reduce_some(const reduction *r, int slot, const char *line, int64_t index, int64_t lines) {
  const tni_reduce_kernels *kernels = TNI_CHOOSE(reduce);
  tn_tensor out = r->result;
  const int64_t bytes = (int64_t)tni_element_bytes(tni_dtype(out));
  const int64_t line_bytes = r->count * (int64_t)tni_element_bytes(tni_dtype(r->t));
  char *place = (char *)out->data + index * bytes;
  switch (r->kind) {
  case ARGMAX: kernels->argmax[slot](line, lines, r->count, (int64_t *)place); return;
  case ARGMIN: kernels->argmin[slot](line, lines, r->count, (int64_t *)place); return;
  default: break;
  }
  for (int64_t i = 0; i < lines; i++, line += line_bytes, place += bytes) {
    switch (r->kind) {
    case VAR: TNI_CHOOSE(line)->var[slot](line, r->count, place); break;
    case ANY: *(uint8_t *)place = kernels->any[slot](line, r->count); break;
    default: *(uint8_t *)place = !kernels->any_zero[slot](line, r->count); break; /* ALL */
    }
  }
}

static bool reduce_lines(const reduction *r, int slot) {
  const tni_layout lines = tni_layout_lines(r->t, r->axes);
  if (tni_layout_is_array(&lines)) {
    reduce_some(r, slot, lines.data, 0, r->result->size);
    return true;
  }
  const int64_t bytes = (int64_t)tni_element_bytes(lines.dtype), at_once = r->count < LINES / 2 ? LINES / r->count : 1;
  const size_t buffer_bytes = (size_t)(at_once * r->count * bytes);
  char *buffer = tni_allocate(buffer_bytes);
  if (!buffer) return false;
  for (int64_t i = 0; i < r->result->size; i += at_once) {
    const int64_t rest = r->result->size - i, count = rest < at_once ? rest : at_once;
    tni_layout_read(&lines, i * r->count, count * r->count, buffer);
    reduce_some(r, slot, buffer, i, count);
  }
  tni_release(buffer, buffer_bytes);
  return true;
}

tn_tensor tn_softmax(tn_tensor x, int64_t axis) {
  const char *const function = "tn_softmax";
  int i;
  if (!tni_operand_ok(function, x)) return NULL;
  const int slot = tni_slot(tni_dtype(x));
  if (slot != TNI_SLOT_F32 && slot != TNI_SLOT_F64) {
    tni_fail(function, "does not support dtype %s yet", tni_dtype_name(tni_dtype(x)));
    return NULL;
  }
  if (!tni_axis(tni_rank(x), axis, &i)) {
    tni_fail(function, "axis %lld of %s is out of range", (long long)axis, tni_tensor_text(x).text);
    return NULL;
  }
  const int64_t n = x->dims[i];
  const size_t element_bytes = tni_element_bytes(tni_dtype(x)), line_bytes = (size_t)n * element_bytes;
  const size_t scratch_bytes = tni_meet_scratch(n, 64, element_bytes);
  tn_tensor result = tni_new(tni_dtype(x), tni_rank(x), x->dims);
  char *line = tni_allocate(2 * line_bytes + scratch_bytes); /* the line, its softmax, scratch */
  if (!result || !line) {
    fail_memory(function, x);
    tn_free(result);
    tni_release(line, 2 * line_bytes + scratch_bytes);
    return NULL;
  }
  char *const out = line + line_bytes, *const scratch = line + 2 * line_bytes;
  const tni_layout from = tni_layout_lines(x, 1u << i), to = tni_layout_lines(result, 1u << i);
  for (int64_t first = 0; first < result->size; first += n) {
    tni_layout_read(&from, first, n, line);
    TNI_CHOOSE(line)->softmax[slot](line, n, out, scratch);
    tni_layout_write(&to, first, n, out);
  }
  tni_release(line, 2 * line_bytes + scratch_bytes);
  return result;
}

/* ---- the call ---- */

static bool read_axes(reduction *r, int count, const int64_t *axes) {
  const int rank = tni_rank(r->t);
  r->axes = count == 0 ? (1u << rank) - 1 : 0;
  for (int i = 0; i < count; i++) {
    int axis;
    if (!tni_axis(rank, axes[i], &axis)) {
      tni_fail(r->function, "axis %lld of %s is out of range", (long long)axes[i], tni_tensor_text(r->t).text);
      return false;
    }
    if (r->axes >> axis & 1) {
      tni_fail(r->function, "axis %lld of %s is named twice", (long long)axes[i], tni_tensor_text(r->t).text);
      return false;
    }
    r->axes |= 1u << axis;
  }
  return true;
}

static unsigned result_dtype(reducer kind, unsigned dtype) {
  switch (kind) {
  case ARGMAX: case ARGMIN: return TNI_I64;
  case ANY: case ALL: return TNI_BOOL;
  default: return dtype;
  }
}

static bool new_result(reduction *r, bool keepdims) {
  int64_t dims[TN_MAX_RANK];
  int rank = 0;
  r->count = 1;
  for (int i = 0; i < tni_rank(r->t); i++) {
    const bool reduced = r->axes >> i & 1;
    if (reduced) r->count *= r->t->dims[i];
    if (!reduced || keepdims) dims[rank++] = reduced ? 1 : r->t->dims[i];
  }
  const unsigned dtype = result_dtype(r->kind, tni_dtype(r->t));
  r->result = tni_new(dtype, rank, dims);
  if (!r->result) tni_fail_new(r->function, dtype, rank, dims);
  return r->result != NULL;
}

static meet_loop loop_of(reducer kind, int slot) {
  const tni_reduce_kernels *kernels = TNI_CHOOSE(reduce);
  switch (kind) {
  case SUM: case MEAN: return kernels->meet[TNI_MEET_SUM][slot];
  case PROD: return kernels->meet[TNI_MEET_PROD][slot];
  case REDUCE_MAX: return kernels->meet[TNI_MEET_MAX][slot];
  case REDUCE_MIN: return kernels->meet[TNI_MEET_MIN][slot];
  default: return NULL;
  }
}

static bool supports(reducer kind, int slot) {
  if (slot < 0) return false;
  const bool is_float = slot == TNI_SLOT_F32 || slot == TNI_SLOT_F64;
  switch (kind) {
  case MEAN: case VAR: return is_float;
  case ARGMAX: case ARGMIN: return TNI_CHOOSE(reduce)->argmax[slot] != NULL;
  case ANY: case ALL: return true;
  default: return loop_of(kind, slot) != NULL;
  }
}

static tn_tensor reduce(const char *function, reducer kind, bool keepdims, tn_tensor t, int count, const int64_t *axes) {
  if (!tni_operand_ok(function, t)) return NULL;
  reduction r = {.function = function, .kind = kind, .t = t};
  tn_tensor widened = NULL;
  if (!read_axes(&r, count, axes)) return NULL;
  const bool wide = kind == SUM || kind == PROD;
  if (wide && !tni_is_float(tni_dtype(t)) && tni_element_bytes(tni_dtype(t)) < 8) {
    r.t = widened = tn_cast(t, TN_I64);
    if (!widened) return NULL;
  }
  const int slot = tni_slot(tni_dtype(r.t));
  bool done = supports(kind, slot);
  if (!done) tni_fail(function, "does not support dtype %s yet", tni_dtype_name(tni_dtype(t)));
  done = done && new_result(&r, keepdims);
  if (done && r.count == 0 && (kind == REDUCE_MAX || kind == REDUCE_MIN || kind == ARGMAX || kind == ARGMIN)) {
    tni_fail(function, "nothing to choose from: an axis of %s is empty", tni_tensor_text(t).text);
    done = false;
  } else if (done) {
    const meet_loop loop = loop_of(kind, slot);
    done = r.t->size == 0 ? fill_empty(&r) : loop ? meet_all(&r, loop) : reduce_lines(&r, slot);
    if (!done) fail_memory(function, t);
    else if (kind == MEAN && r.t->size > 0) divide(r.result, r.count);
  }
  tn_free(widened);
  if (done) return r.result;
  tn_free(r.result);
  return NULL;
}

#define REDUCTION(name, kind)                                                                                          \
  tn_tensor tn_##name##_n(tn_tensor t, int count, const int64_t *axes) {                                               \
    return reduce("tn_" #name, kind, false, t, count, axes);                                                           \
  }                                                                                                                    \
  tn_tensor tn_##name##_keepdims_n(tn_tensor t, int count, const int64_t *axes) {                                      \
    return reduce("tn_" #name "_keepdims", kind, true, t, count, axes);                                                \
  }                                                                                                                    \
  tn_tensor tn_##name##_(tn_tensor t, TNI_DIMS8) {                                                                     \
    const int64_t axes[] = TNI_DIMS8_ARRAY;                                                                            \
    return tn_##name##_n(t, tni_count(axes, 8), axes);                                                                 \
  }                                                                                                                    \
  tn_tensor tn_##name##_keepdims_(tn_tensor t, TNI_DIMS8) {                                                            \
    const int64_t axes[] = TNI_DIMS8_ARRAY;                                                                            \
    return tn_##name##_keepdims_n(t, tni_count(axes, 8), axes);                                                        \
  }
REDUCTION(sum, SUM)
REDUCTION(prod, PROD)
REDUCTION(mean, MEAN)
REDUCTION(var, VAR)
REDUCTION(reduce_max, REDUCE_MAX)
REDUCTION(reduce_min, REDUCE_MIN)
REDUCTION(argmax, ARGMAX)
REDUCTION(argmin, ARGMIN)
REDUCTION(any, ANY)
REDUCTION(all, ALL)

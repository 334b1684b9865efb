/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * chain.c - runs kernels one behind the other, a block of rows at a time.
 *
 * What a kernel leaves for the next one is then a block that stays in the cache, and never there as a whole: the scores
 * of attention, the centred data of a covariance. Where that buys nothing, or where the shapes do not allow it, the
 * kernels are launched as ever. The results are the same: a row's elements do not depend on other rows, and a product
 * that is summed up block by block goes on from what it has (docs/numerics.md, section 7).
 */
#include "launch.h"

#include "guard.h"
#include "product.h"
#include "threads.h"
#include "trace.h"
#include "workspace.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { MOST_OPERANDS = 48 /* of one kernel */ };

/* What is done by blocks, and how large they are. TENON_BLOCK_ROWS=n does everything in blocks of n rows: results must
 * be the same. */
static struct {
  size_t worth_bytes; /* of local tensors: what less they are stays in the cache anyhow */
  size_t block_bytes; /* of local tensors in a block of rows */
  int64_t least_rows; /* in a block */
} limits = {1 << 20, 512 << 10, 64};

static void read_environment(void) {
  const char *wish = getenv("TENON_BLOCK_ROWS");
  char *end;
  const long long rows = wish ? strtoll(wish, &end, 10) : 0;
  if (rows < 1 || *end)
    return;
  limits.worth_bytes = limits.block_bytes = 0;
  limits.least_rows = rows;
}

/* A kernel's tensors: headers, and pointers to them. */
typedef struct operands {
  struct tn_tensor_impl headers[MOST_OPERANDS];
  tn_tensor tensors[MOST_OPERANDS];
} operands;

typedef struct run {
  const tn_chain *chain;
  tn_tensor *tensors; /* NULL where local */
  const uint64_t *scalars;
  struct tn_tensor_impl *wholes; /* of each tensor: dtype and shape */
  size_t *row_offsets;           /* of a local tensor: where it starts, for each row of a block */
  size_t row_bytes;              /* of all local tensors, for a row */
  size_t factor_bytes;           /* of the second factors of products, which each block of rows reads anew */
  int batch_rank;
  int64_t batch_dims[TN_MAX_RANK];
  int64_t batch, rows, block_rows, blocks;
  char **memory; /* of each thread */
  const tn_kernel *refused; /* TENON_TRACE: the kernel that did not fit, and why */
  const char *why;
  atomic_bool failed;
} run;

/* The rows that are being computed. */
typedef struct part {
  int64_t batch_index[TN_MAX_RANK];
  int64_t first, count;
  char *memory;
} part;

static int row_links(const tn_chain *chain) { return chain->link_count - chain->sum; }

static void transpose(struct tn_tensor_impl *t) {
  const int row = tni_rank(t) - 2, column = row + 1;
  const int64_t dim = t->dims[row], stride = t->strides[row];
  t->dims[row] = t->dims[column];
  t->strides[row] = t->strides[column];
  t->dims[column] = dim;
  t->strides[column] = stride;
}

static struct tn_tensor_impl header_of(unsigned dtype, const tni_shape *s) {
  struct tn_tensor_impl t = {.header = TN_HEADER(dtype, s->rank, TN_FLAG_WORKSPACE), .size = 1};
  memcpy(t.dims, s->dims, sizeof t.dims);
  for (int d = 0; d < s->rank; d++)
    t.size *= s->dims[d];
  tni_row_major(s->rank, s->dims, t.strides);
  return t;
}

/* ---- a chain as ever: one launch after another ------------------------------------------------------------------ */

static void link_scalars(const run *r, const tn_link *link, uint64_t *out) {
  for (int i = 0; i < link->kernel->scalar_count; i++)
    out[i] = r->scalars[link->scalars[i]];
}

/* Takes back what the first links made. What is in the workspace goes with it. */
static void unmake(const run *r, int links) {
  for (int i = 0; i < links; i++) {
    const tn_link *link = &r->chain->links[i];
    for (int v = 0; v < link->kernel->value_count; v++) {
      const tn_value *value = &link->kernel->values[v];
      if (!tni_is_result(value))
        continue;
      tn_tensor *t = &r->tensors[link->tensors[value->index]];
      const bool reused = value->mode == TN_RESULT_REUSE && *t == r->tensors[link->tensors[value->reuse]];
      if (*t && !reused && !(tni_flags(*t) & TN_FLAG_WORKSPACE))
        tn_free(*t);
    }
  }
}

static bool launch_one_by_one(const run *r) {
  for (int i = 0; i < r->chain->link_count; i++) {
    const tn_link *link = &r->chain->links[i];
    const tn_kernel *kernel = link->kernel;
    tn_tensor tensors[MOST_OPERANDS];
    uint64_t scalars[256];
    for (int t = 0; t < kernel->tensor_count; t++) {
      tensors[t] = r->tensors[link->tensors[t]];
      if (link->transposed >> t & 1)
        tensors[t] = tn_rt_alias_transpose(tensors[t]);
    }
    link_scalars(r, link, scalars);
    if (!tni_launch_kernel(kernel, tensors, scalars)) {
      unmake(r, i);
      return false;
    }
    for (int v = 0; v < kernel->value_count; v++)
      if (tni_is_result(&kernel->values[v]))
        r->tensors[link->tensors[kernel->values[v].index]] = tensors[kernel->values[v].index];
  }
  return true;
}

/* ---- shapes ----------------------------------------------------------------------------------------------------- */

/* Checks one kernel and notes what its results look like. */
static bool follow_link(run *r, const tn_link *link, tni_launch *out) {
  operands whole;
  const tn_kernel *kernel = link->kernel;
  if (kernel->tensor_count > MOST_OPERANDS)
    return false;
  for (int t = 0; t < kernel->tensor_count; t++) {
    whole.headers[t] = r->wholes[link->tensors[t]];
    whole.tensors[t] = &whole.headers[t];
    if (link->transposed >> t & 1) {
      if (tni_rank(&whole.headers[t]) < 2)
        return false;
      transpose(&whole.headers[t]);
    }
  }
  out->kernel = kernel;
  if (!tni_check_launch(kernel, whole.tensors, out)) {
    r->refused = kernel;
    if (tni_traces())
      r->why = tni_why_refused(kernel, whole.tensors);
    return false;
  }
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    if (!tni_is_result(value))
      continue;
    const tni_shape shape = tni_result_shape(out, value);
    int64_t size;
    if (!tni_checked_size(shape.rank, shape.dims, value->dtype, &size))
      return false;
    r->wholes[link->tensors[value->index]] = header_of(value->dtype, &shape);
  }
  return true;
}

/* Whether the kernel computes lines along the last axis, each by itself. */
static bool goes_by_rows(const tni_launch *l, const struct tn_tensor_impl *wholes, const tn_link *link) {
  const tn_kernel *kernel = l->kernel;
  if (l->rank < 2 || (l->axis != TN_AXIS_NONE && l->axis != l->rank - 1))
    return false;
  for (int factor = 0; factor < 2 * kernel->product; factor++)
    if (tni_rank(&wholes[link->tensors[factor]]) < 2)
      return false;
  for (int v = 0; v < kernel->value_count; v++)
    if (kernel->values[v].kind == TN_VALUE_ROW_SCALAR ||
        (kernel->values[v].kind == TN_VALUE_ROW_RESULT && !kernel->values[v].keepdims))
      return false;
  return true;
}

static bool same_rows(const run *r, const tni_launch *l) {
  if (l->rank != r->batch_rank + 2 || l->dims[r->batch_rank] != r->rows)
    return false;
  return tni_same_dims(r->batch_rank, l->dims, r->batch_dims);
}

/* Whether the last kernel, a product, can add up what blocks of rows give. */
static bool sums_rows(const run *r, const tni_launch *l, const tn_link *link) {
  const struct tn_tensor_impl *a = &r->wholes[link->tensors[0]], *b = &r->wholes[link->tensors[1]];
  if (tni_rank(a) != 2 || tni_rank(b) != 2 || r->batch_rank != 0)
    return false;
  /* A single column is summed up in another order. */
  return b->dims[0] == r->rows && l->dims[1] > 1 && l->dims[0] > 0;
}

/* Where a result's block stands among the local tensors of a row: over that of an input that dies, if it may. */
static void place_local(run *r, const tni_launch *l, const tn_link *link, int v) {
  const tn_value *value = &l->kernel->values[v];
  const int t = link->tensors[value->index];
  struct tn_tensor_impl *whole = &r->wholes[t];
  if (value->mode == TN_RESULT_REUSE) {
    const int over = link->tensors[value->reuse];
    const struct tn_tensor_impl *input = &r->wholes[over];
    if (r->chain->local[over] && input->header == whole->header &&
        tni_same_dims(tni_rank(whole), input->dims, whole->dims) && tni_can_be_in_place(l, v, value->reuse)) {
      r->row_offsets[t] = r->row_offsets[over];
      return;
    }
  }
  r->row_offsets[t] = r->row_bytes;
  r->row_bytes += (size_t)whole->dims[tni_rank(whole) - 1] * tni_element_bytes(value->dtype);
}

typedef enum verdict { REFUSED, WHOLE, BY_BLOCKS } verdict;

static verdict plan(run *r) {
  const tn_chain *chain = r->chain;
  bool by_rows = true;
  for (int i = 0; i < chain->link_count; i++) {
    const tn_link *link = &chain->links[i];
    tni_launch l;
    if (!follow_link(r, link, &l))
      return REFUSED;
    if (i == row_links(chain)) {
      by_rows = by_rows && sums_rows(r, &l, link);
      continue;
    }
    by_rows = by_rows && goes_by_rows(&l, r->wholes, link);
    if (by_rows && l.kernel->product) {
      const struct tn_tensor_impl *b = &r->wholes[link->tensors[1]];
      const int rank = tni_rank(b);
      r->factor_bytes += (size_t)(b->dims[rank - 2] * b->dims[rank - 1]) * tni_element_bytes(tni_dtype(b));
    }
    if (by_rows && i == 0) {
      r->batch_rank = l.rank - 2;
      memcpy(r->batch_dims, l.dims, sizeof r->batch_dims);
      r->rows = l.dims[l.rank - 2];
      r->batch = 1;
      for (int d = 0; d < r->batch_rank; d++)
        r->batch *= l.dims[d];
    }
    by_rows = by_rows && same_rows(r, &l);
    for (int v = 0; by_rows && v < l.kernel->value_count; v++)
      if (tni_is_result(&l.kernel->values[v]) && chain->local[link->tensors[l.kernel->values[v].index]])
        place_local(r, &l, link, v);
  }
  if (!by_rows || r->rows == 0 || r->batch == 0)
    return WHOLE;
  size_t bytes;
  if (__builtin_mul_overflow(r->row_bytes, (size_t)r->rows, &bytes) ||
      __builtin_mul_overflow(bytes, (size_t)r->batch, &bytes))
    bytes = SIZE_MAX;
  if (bytes < limits.worth_bytes)
    return WHOLE;
  /* Second factors are packed anew for each block; that is to be less than what the local tensors would be read and
   * written for. */
  r->block_rows = (int64_t)(limits.block_bytes / (r->row_bytes + 1));
  if (limits.block_bytes && r->block_rows < (int64_t)(r->factor_bytes / (2 * r->row_bytes + 1)))
    r->block_rows = (int64_t)(r->factor_bytes / (2 * r->row_bytes + 1));
  return r->block_rows >= r->rows && r->batch == 1 ? WHOLE : BY_BLOCKS;
}

/* ---- a block of rows --------------------------------------------------------------------------------------------- */

/* What a kernel sees of a tensor: its own batch, and, but for the second factor of a product, its rows. */
static struct tn_tensor_impl rows_of(const run *r, int tensor, const part *p, bool all_rows) {
  const bool local = r->chain->local[tensor];
  struct tn_tensor_impl t = local ? r->wholes[tensor] : *r->tensors[tensor];
  const int rank = tni_rank(&t), row = rank - 2;
  const int64_t bytes = (int64_t)tni_element_bytes(tni_dtype(&t));
  for (int d = 0; d < row; d++) {
    if (t.dims[d] == 1)
      continue;
    if (!local)
      t.data = (char *)t.data + p->batch_index[r->batch_rank - row + d] * t.strides[d] * bytes;
    t.dims[d] = 1;
  }
  if (row >= 0 && !all_rows && t.dims[row] != 1) {
    if (!local)
      t.data = (char *)t.data + p->first * t.strides[row] * bytes;
    t.dims[row] = p->count;
  }
  t.size = 1;
  for (int d = 0; d < rank; d++)
    t.size *= t.dims[d];
  if (local) {
    t.data = p->memory + r->row_offsets[tensor] * (size_t)r->block_rows;
    tni_row_major(rank, t.dims, t.strides);
  } else {
    tni_note_strides(&t);
  }
  return t;
}

/* Checks a kernel on these tensors; scalars is for the launch to live in. */
static bool check_on(const run *r, const tn_link *link, operands *o, uint64_t *scalars, tni_launch *out) {
  link_scalars(r, link, scalars);
  out->scalars = scalars;
  out->isa = tn_rt_isa();
  return tni_check_launch(link->kernel, o->tensors, out);
}

static bool launch_on(const run *r, const tn_link *link, operands *o) {
  tni_launch l;
  uint64_t scalars[256];
  const uint64_t mark = tni_workspace_mark();
  const bool done = check_on(r, link, o, scalars, &l) && tni_run_launch(&l, o->tensors);
  tni_workspace_release(mark);
  return done;
}

static bool run_part(const run *r, const part *p) {
  for (int i = 0; i < row_links(r->chain); i++) {
    const tn_link *link = &r->chain->links[i];
    operands o;
    for (int t = 0; t < link->kernel->tensor_count; t++) {
      o.headers[t] = rows_of(r, link->tensors[t], p, link->kernel->product && t == 1);
      o.tensors[t] = &o.headers[t];
    }
    if (!launch_on(r, link, &o))
      return false;
  }
  return true;
}

static void parts_body(void *context, int64_t begin, int64_t end) {
  run *r = context;
  part p = {.memory = r->memory[tni_worker()]};
  for (int64_t i = begin; i < end && !atomic_load_explicit(&r->failed, memory_order_relaxed); i++) {
    tni_unflatten(i / r->blocks, r->batch_rank, r->batch_dims, p.batch_index);
    p.first = i % r->blocks * r->block_rows;
    p.count = r->rows - p.first < r->block_rows ? r->rows - p.first : r->block_rows;
    if (!run_part(r, &p))
      atomic_store_explicit(&r->failed, true, memory_order_relaxed);
  }
}

/* The factors' part in rows [first, first + count) of what came before. */
static struct tn_tensor_impl factor_part(const run *r, const tn_link *link, int factor, const part *p) {
  const int tensor = link->tensors[factor];
  if (link->transposed >> factor & 1) {
    struct tn_tensor_impl t = rows_of(r, tensor, p, false);
    transpose(&t);
    tni_note_strides(&t);
    return t;
  }
  if (factor == 1)
    return rows_of(r, tensor, p, false);
  struct tn_tensor_impl t = *r->tensors[tensor];
  t.data = (char *)t.data + p->first * t.strides[1] * (int64_t)tni_element_bytes(tni_dtype(&t));
  t.dims[1] = p->count;
  t.size = t.dims[0] * t.dims[1];
  tni_note_strides(&t);
  return t;
}

/* ---- the sum of parts -------------------------------------------------------------------------------------------- */

typedef struct sum {
  const run *run;
  part part;
} sum;

static bool next_part(void *context, int64_t first, int64_t count, const char **out_a, const char **out_b) {
  sum *s = context;
  const tn_link *last = &s->run->chain->links[row_links(s->run->chain)];
  s->part.first = first;
  s->part.count = count;
  if (!run_part(s->run, &s->part))
    return false;
  *out_a = factor_part(s->run, last, 0, &s->part).data;
  *out_b = factor_part(s->run, last, 1, &s->part).data;
  return true;
}

static bool run_sum(const run *r, char *memory) {
  const tn_link *last = &r->chain->links[row_links(r->chain)];
  sum s = {r, {.first = 0, .count = r->block_rows, .memory = memory}};
  operands o;
  for (int t = 0; t < last->kernel->tensor_count; t++) {
    o.headers[t] = t < 2 ? factor_part(r, last, t, &s.part) : *r->tensors[last->tensors[t]];
    o.tensors[t] = &o.headers[t];
  }
  tni_launch l;
  uint64_t scalars[256];
  const tni_parts parts = {r->rows, r->block_rows, next_part, &s};
  return check_on(r, last, &o, scalars, &l) && tni_gather_operands(&l, o.tensors) &&
         tni_run_product_in_parts(&l, o.tensors[0], o.tensors[1], &parts);
}

/* ---- all of it --------------------------------------------------------------------------------------------------- */

/* Makes the tensors that are there as a whole. */
static bool make_wholes(run *r) {
  for (int i = 0; i < r->chain->link_count; i++) {
    const tn_link *link = &r->chain->links[i];
    for (int v = 0; v < link->kernel->value_count; v++) {
      const tn_value *value = &link->kernel->values[v];
      const int t = link->tensors[value->index];
      if (!tni_is_result(value) || r->chain->local[t])
        continue;
      const struct tn_tensor_impl *whole = &r->wholes[t];
      tni_shape shape = {.rank = tni_rank(whole)};
      memcpy(shape.dims, whole->dims, sizeof shape.dims);
      r->tensors[t] = value->mode == TN_RESULT_NEW ? tni_new(value->dtype, shape.rank, shape.dims)
                                                   : tni_new_in_workspace(value->dtype, &shape);
      if (!r->tensors[t])
        return false;
    }
  }
  return true;
}

static bool run_blocks(run *r) {
  const int64_t all_rows = r->rows * r->batch;
  const int threads = r->chain->sum ? 1 : tni_thread_count();
  if (threads > 1 && r->block_rows > all_rows / (2 * threads))
    r->block_rows = all_rows / (2 * threads);
  r->block_rows &= -16; /* a block starts on a whole line */
  if (r->block_rows < limits.least_rows)
    r->block_rows = limits.least_rows;
  if (r->block_rows > r->rows)
    r->block_rows = r->rows;
  r->blocks = (r->rows - 1) / r->block_rows + 1;
  char *memory[TNI_MAX_THREADS];
  r->memory = memory;
  for (int t = 0; t < threads; t++)
    if (!(memory[t] = tni_workspace_take(r->row_bytes * (size_t)r->block_rows + 64)))
      return false;
  if (r->chain->sum)
    return run_sum(r, memory[0]);
  tni_parallel_on(threads, r->blocks * r->batch, 1, parts_body, r);
  return !atomic_load(&r->failed);
}

/* What chains came out as: for each chain that was as good as whole, a mark of its tensors' shapes. Which of two marks stays does not
 * matter, and neither does one that two chains share: whole is always right. */
static _Atomic uint64_t known_wholes[64];

/* Of the tensors that come in; 0 where one is NULL. */
static uint64_t shapes_mark(const tn_chain *chain, tn_tensor *tensors, const bool *made) {
  uint64_t mark = (uintptr_t)chain;
  for (int t = 0; t < chain->tensor_count; t++) {
    if (made[t])
      continue;
    if (!tensors[t])
      return 0;
    mark = (mark ^ tensors[t]->header) * UINT64_C(0x9e3779b97f4a7c15);
    for (int d = 0; d < tni_rank(tensors[t]); d++)
      mark = ((mark ^ mark >> 29) + (uint64_t)tensors[t]->dims[d]) * UINT64_C(0x9e3779b97f4a7c15);
  }
  return mark ^ mark >> 32;
}

/* Which tensors the chain makes. They are none yet. */
static void find_made(const tn_chain *chain, tn_tensor *tensors, bool *out_made) {
  memset(out_made, 0, chain->tensor_count);
  for (int i = 0; i < chain->link_count; i++)
    for (int v = 0; v < chain->links[i].kernel->value_count; v++)
      if (tni_is_result(&chain->links[i].kernel->values[v]))
        out_made[chain->links[i].tensors[chain->links[i].kernel->values[v].index]] = true;
  for (int t = 0; t < chain->tensor_count; t++)
    if (out_made[t])
      tensors[t] = NULL;
}

/* Notes the shapes of what comes in, and plans. REFUSED also where memory is short. */
static verdict look_at(run *r, const bool *made) {
  const size_t count = r->chain->tensor_count;
  r->wholes = tni_workspace_take(count * (sizeof *r->wholes + sizeof *r->row_offsets));
  if (!r->wholes)
    return REFUSED;
  r->row_offsets = (size_t *)(r->wholes + count);
  for (size_t t = 0; t < count; t++) {
    if (made[t])
      continue;
    if (!r->tensors[t])
      return REFUSED;
    r->wholes[t] = *r->tensors[t];
  }
  return plan(r);
}

static bool launch_chain(run *r) {
  const tn_chain *chain = r->chain;
  const uint64_t mark = tni_workspace_mark();
  bool made[256];
  find_made(chain, r->tensors, made);
  const uint64_t shapes = shapes_mark(chain, r->tensors, made);
  _Atomic uint64_t *const known = &known_wholes[((uintptr_t)chain >> 4) % 64];
  verdict how = WHOLE;
  if (!shapes || atomic_load_explicit(known, memory_order_relaxed) != shapes) {
    how = look_at(r, made);
    if (how == WHOLE)
      atomic_store_explicit(known, shapes, memory_order_relaxed);
  }
  bool done;
  if (how == WHOLE) {
    done = launch_one_by_one(r);
    if (!done) {
      if (tni_traces() && !r->wholes)
        look_at(r, made); /* says why */
      tni_workspace_release(mark);
    }
    return done;
  }
  done = how == BY_BLOCKS && make_wholes(r);
  const uint64_t scratch = tni_workspace_mark();
  const uint64_t begin = tni_traces() ? tni_trace_now() : 0;
  if (begin)
    tni_trace_enter(chain->links[chain->link_count - 1].kernel);
  done = done && run_blocks(r);
  if (begin && done)
    tni_trace_chain(chain, begin);
  if (begin)
    tni_trace_enter(NULL);
  if (!done)
    unmake(r, chain->link_count);
  tni_workspace_release(done ? scratch : mark);
  return done;
}

bool tn_rt_launch_chain(const tn_chain *chain, tn_tensor *tensors, uint64_t *scalars) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, read_environment);
  run r = {.chain = chain, .tensors = tensors, .scalars = scalars};
  const bool told = tni_guard_fails();
  if (!told && launch_chain(&r))
    return true;
  if (tni_traces())
    tni_trace_refusal(r.refused ? r.refused : chain->links[0].kernel,
                      told    ? tni_told_to_fail
                      : r.why ? r.why
                              : "an operand is NULL, or memory is short");
  return false;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * multiply.c - runs a kernel whose elements come from a matrix product.
 *
 * The stages run on each part of a row as soon as its products are finished and
 * while they are in the cache. The products are gathered in the kernel's own
 * result where that is possible, else in scratch memory.
 */
#include "script.h"
#include "threads.h"
#include "workspace.h"

#include <string.h>

/* How the stages reach a value on a segment of a row. */
typedef struct place {
  size_t offset;       /* in a thread's memory */
  int operand;         /* of the launch; -1: none, see offset */
  int64_t row, column; /* strides in bytes; a segment is along columns */
  uint8_t kind, step, element_bytes;
  bool packs; /* its columns are no neighbours */
  bool repeats; /* the same row each time: copied so often that it reaches several rows of the others */
} place;

/* Rows up to this length are finished several at a time: so many elements, or so many rows. */
enum { SHORT_ROW = 64, ELEMENTS_AT_ONCE = 512, ROWS_AT_ONCE = 16 };

/* One thread's pointers and scratch. */
typedef struct state {
  char *memory;
  char **data; /* of the stage at hand */
  const char **repeated; /* for each value: the row that was copied; NULL: none */
} state;

typedef struct multiplication {
  const tni_launch *launch;
  const tn_kernel *kernel;
  int batch_rank, isa;
  int64_t batch_dims[TN_MAX_RANK];
  int64_t batch, m, n;
  int fetched, put_back; /* values that are: none, and there is nothing to look for */
  int64_t rows_at_once; /* that are finished; 1 where one does not follow the other in all that is read and written */
  place *places; /* for each value */
  const int64_t **steps;
  size_t memory_bytes;
  /* The factors, and where the product goes. */
  const char *a, *b;
  char *c;
  int64_t a_batch[TN_MAX_RANK], b_batch[TN_MAX_RANK], c_batch[TN_MAX_RANK];
} multiplication;

/* One thread's (or one gang's) matrix at hand. */
typedef struct matrix {
  const multiplication *whole;
  state **states;             /* of each worker on this matrix */
  int64_t index[TN_MAX_RANK]; /* in the batch */
  char *c;
  char *scratch; /* where products go, if not into a result */
} matrix;

/* ---- stages on a segment ------------------------------------------------- */

/* Where the value's element for the segment's first element is. */
static char *element(const matrix *x, const place *at, int64_t row,
                     int64_t column) {
  const multiplication *w = x->whole;
  if (at->kind == TN_VALUE_PRODUCT)
    return x->c + row * at->row + column * at->column;
  return w->launch->operands[at->operand].data +
         tni_offset(w->batch_rank, x->index, w->launch->strides[at->operand]) +
         row * at->row + column * at->column;
}

static char *stage_data(const matrix *x, const state *s, const place *at,
                        int64_t row, int64_t column) {
  char *const scratch = s->memory + at->offset;
  if (at->operand < 0 && at->kind != TN_VALUE_PRODUCT)
    return scratch;
  if (at->repeats)
    return scratch + column * at->element_bytes;
  if (at->packs || at->step == 0)
    return scratch;
  return element(x, at, row, column);
}

/* Inputs that are no neighbours, one element, or one row go to scratch memory.
 */
static void fetch(const matrix *x, const state *s, int64_t row, int64_t column,
                  int64_t count) {
  for (int v = 0; v < x->whole->kernel->value_count; v++) {
    const place *at = &x->whole->places[v];
    char *const scratch = s->memory + at->offset;
    if (at->kind != TN_VALUE_INPUT)
      continue;
    if (at->step == 0) {
      tni_splat(scratch, element(x, at, row, column), at->element_bytes);
    } else if (at->packs) {
      tni_gather(scratch, element(x, at, row, column), at->element_bytes,
                 at->column, count);
    } else if (at->repeats) {
      const char *from = element(x, at, row, 0);
      const int64_t dims[] = {x->whole->rows_at_once, x->whole->n};
      const int64_t strides[] = {0, at->element_bytes};
      if (s->repeated[v] != from)
        tni_pack(scratch, from, at->element_bytes, 2, dims, strides, 0, dims[0] * dims[1]);
      s->repeated[v] = from;
    }
  }
}

static void put_back(const matrix *x, const state *s, int64_t row,
                     int64_t column, int64_t count) {
  for (int v = 0; v < x->whole->kernel->value_count; v++) {
    const place *at = &x->whole->places[v];
    if (at->kind == TN_VALUE_RESULT && at->packs)
      tni_scatter(element(x, at, row, column), s->memory + at->offset,
                  at->element_bytes, at->column, count);
  }
}

static void finish_segment(const matrix *x, const state *s, int64_t row,
                           int64_t column, int64_t n) {
  const multiplication *w = x->whole;
  if (w->fetched)
    fetch(x, s, row, column, n);
  for (int i = 0; i < w->kernel->stage_count; i++) {
    const tn_stage *stage = &w->kernel->stages[i];
    for (int o = 0; o < stage->operand_count; o++)
      s->data[o] =
          stage_data(x, s, &w->places[stage->operands[o]], row, column);
    stage->function[w->isa](s->data, w->steps[i], n);
  }
  if (w->put_back)
    put_back(x, s, row, column, n);
}

/* Whole rows that follow each other are one segment. */
static void finish(void *context, int64_t row, int64_t rows, int64_t column,
                   int64_t count) {
  const matrix *x = context;
  const int64_t at_once = count == x->whole->n ? x->whole->rows_at_once : 1;
  const state *s = x->states[tni_worker()];
  for (const int64_t end = row + rows; row < end; row += at_once) {
    const int64_t here = end - row < at_once ? end - row : at_once;
    for (int64_t i = 0; i < here * count; i += TN_BLOCK) {
      const int64_t rest = here * count - i;
      finish_segment(x, s, row, column + i, rest < TN_BLOCK ? rest : TN_BLOCK);
    }
  }
}

/* ---- preparing ----------------------------------------------------------- */

static size_t reserve(multiplication *w, size_t bytes) {
  const size_t offset = w->memory_bytes;
  w->memory_bytes += (bytes + 63) & ~(size_t)63;
  return offset;
}

/* Strides of each operand along the rows and columns of the matrices. Where
 * there is one column only, segments go along the rows. */
static void find_values(multiplication *w, bool has_rows, bool has_columns) {
  const tni_launch *l = w->launch;
  const int row_dim = w->batch_rank, column_dim = w->batch_rank + has_rows;
  for (int v = 0; v < w->kernel->value_count; v++) {
    const tn_value *value = &w->kernel->values[v];
    place *at = &w->places[v];
    const size_t bytes = tni_element_bytes(value->dtype);
    *at = (place){.operand = -1,
                  .kind = value->kind,
                  .step = value->kind != TN_VALUE_SCALAR,
                  .element_bytes = (uint8_t)bytes};
    for (int i = 0; i < l->operand_count; i++)
      if (l->operands[i].value == v)
        at->operand = i;
    if (at->operand >= 0) {
      const int64_t *strides = l->strides[at->operand];
      at->row = has_rows ? strides[row_dim] : 0;
      at->column = has_columns ? strides[column_dim] : 0;
      if (w->n == 1) {
        at->column = at->row;
        at->row = 0;
      }
      if (value->kind == TN_VALUE_INPUT && at->column == 0)
        at->step = 0;
      at->packs = at->step != 0 && at->column != (int64_t)bytes;
    }
  }
}

/* Short rows that follow each other, in all that stages read and write, are
 * finished several at a time. */
static void join_rows(multiplication *w) {
  w->rows_at_once = 1;
  if (w->m < 2 || w->n < 2 || w->n > SHORT_ROW)
    return;
  for (int v = 0; v < w->kernel->value_count; v++) {
    const place *at = &w->places[v];
    if (at->operand < 0)
      continue;
    const bool follows = at->row == w->n * at->element_bytes && at->step != 0;
    if (at->packs || !(follows || (at->row == 0 && at->kind == TN_VALUE_INPUT)))
      return;
  }
  for (int v = 0; v < w->kernel->value_count; v++) {
    place *at = &w->places[v];
    at->repeats = at->operand >= 0 && at->row == 0 && at->step != 0;
  }
  const int64_t fit = ELEMENTS_AT_ONCE / w->n, most = fit > ROWS_AT_ONCE ? fit : ROWS_AT_ONCE;
  w->rows_at_once = w->m < most ? w->m : most;
}

static void place_values(multiplication *w) {
  const int64_t most = w->n == 1 ? w->m : w->rows_at_once * w->n; /* of a segment */
  const size_t block = (size_t)(most < TN_BLOCK ? most : TN_BLOCK);
  for (int v = 0; v < w->kernel->value_count; v++) {
    place *at = &w->places[v];
    const bool apart = at->step == 0 || at->packs || at->repeats;
    w->fetched += at->kind == TN_VALUE_INPUT && apart;
    w->put_back += at->kind == TN_VALUE_RESULT && apart;
    if (at->step == 0)
      at->offset = reserve(w, TN_SPLAT_BYTES);
    else if (at->packs || at->repeats || at->kind == TN_VALUE_TEMPORARY ||
             at->kind == TN_VALUE_PRODUCT)
      at->offset = reserve(w, block * at->element_bytes);
  }
}

/* Whether the operand stands where an input does: the launch let no other
 * overlap pass. */
static bool is_over_input(const multiplication *w, int operand) {
  const tni_launch *l = w->launch;
  for (int i = 0; i < l->operand_count; i++)
    if (l->operands[i].kind == TN_VALUE_INPUT &&
        l->operands[i].data == l->operands[operand].data)
      return true;
  return false;
}

/* Whether products may be gathered in result v: nothing else reads the memory,
 * and no stage reads the product after one that wrote the result. */
static bool can_hold_product(const multiplication *w, int v, int product) {
  const place *at = &w->places[v];
  bool written = false;
  if (w->kernel->values[v].kind != TN_VALUE_RESULT ||
      w->kernel->values[v].dtype != w->kernel->values[product].dtype ||
      at->packs || is_over_input(w, at->operand))
    return false;
  for (int s = 0; s < w->kernel->stage_count; s++) {
    const tn_stage *stage = &w->kernel->stages[s];
    bool writes = false;
    for (int o = 0; o < stage->operand_count; o++) {
      if (written && stage->operands[o] == product)
        return false;
      writes = writes || stage->operands[o] == v;
    }
    written = written || writes;
  }
  return true;
}

/* Chooses where products go: returns the result's value, or -1. */
static int holder_of_product(const multiplication *w, int product) {
  for (int v = 0; v < w->kernel->value_count; v++)
    if (can_hold_product(w, v, product))
      return v;
  return -1;
}

static bool plan_steps(multiplication *w) {
  int count = 0;
  const int stages = w->kernel->stage_count;
  for (int s = 0; s < stages; s++)
    count += w->kernel->stages[s].operand_count;
  w->steps = tni_workspace_take((size_t)(stages + 1) * sizeof *w->steps);
  int64_t *steps = tni_workspace_take((size_t)(count + 1) * sizeof *steps);
  if (!w->steps || !steps)
    return false;
  for (int s = 0; s < stages; s++) {
    w->steps[s] = steps;
    for (int o = 0; o < w->kernel->stages[s].operand_count; o++)
      *steps++ = w->places[w->kernel->stages[s].operands[o]].step;
  }
  return true;
}

/* The launch's own scalars; and nothing of its rows is copied yet. */
static void begin_launch(const multiplication *w, const state *s) {
  for (int v = 0; v < w->kernel->value_count; v++) {
    s->repeated[v] = NULL;
    if (w->places[v].kind == TN_VALUE_SCALAR)
      tni_splat(s->memory + w->places[v].offset,
                (const char *)&w->launch->scalars[w->kernel->values[v].index],
                w->places[v].element_bytes);
  }
}

static state *new_state(const multiplication *w) {
  const size_t values = w->kernel->value_count;
  size_t most_operands = 0;
  for (int i = 0; i < w->kernel->stage_count; i++)
    if (w->kernel->stages[i].operand_count > most_operands)
      most_operands = w->kernel->stages[i].operand_count;
  state *s = tni_workspace_take(sizeof *s +
                                (values + most_operands) * sizeof(char *));
  if (!s || !(s->memory = tni_workspace_take(w->memory_bytes)))
    return NULL;
  s->repeated = (const char **)(s + 1);
  s->data = (char **)(s->repeated + values);
  begin_launch(w, s);
  return s;
}

/* ---- running ------------------------------------------------------------- */

typedef struct job {
  tni_job base;
  multiplication whole;
  int gangs;               /* of threads, each with matrices of its own */
  tni_product_plan *plans; /* of each gang, as are */
  matrix *matrices;
  int holder; /* the value in whose place products are gathered, or -1 */
} job;

static void run_batch(void *context, int64_t begin, int64_t end) {
  const job *j = context;
  const multiplication *w = &j->whole;
  const int worker = tni_worker();
  matrix *x = &j->matrices[worker];
  for (int64_t i = begin; i < end; i++) {
    tni_unflatten(i, w->batch_rank, w->batch_dims, x->index);
    x->c = x->scratch ? x->scratch
                      : w->c + tni_offset(w->batch_rank, x->index, w->c_batch);
    tni_product_run(&j->plans[worker],
                    w->a + tni_offset(w->batch_rank, x->index, w->a_batch),
                    w->b + tni_offset(w->batch_rank, x->index, w->b_batch),
                    x->c);
  }
}

/* A factor's strides: on the batch in bytes, on its matrix in elements. A rank
 * of 1 is a row for a and a column for b. */
static void factor_strides(const multiplication *w, tn_tensor t, bool is_b,
                           int64_t *out_batch, int64_t *out_row,
                           int64_t *out_column) {
  const int rank = tni_rank(t);
  const int64_t bytes = (int64_t)tni_element_bytes(tni_dtype(t));
  for (int d = 0; d < w->batch_rank; d++) {
    const int own = d - w->batch_rank + rank - 2;
    out_batch[d] = own < 0 || t->dims[own] == 1 ? 0 : t->strides[own] * bytes;
  }
  *out_row = rank == 1 ? (is_b ? t->strides[0] : 0) : t->strides[rank - 2];
  *out_column = rank == 1 && is_b ? 1 : t->strides[rank - 1];
}

/* Strides over one element or none mean nothing: let them be neighbours. */
static void plain_strides(tni_product_plan *p) {
  if (p->k == 1) {
    p->a_column = 1;
    p->b_row = p->n;
  }
  if (p->m == 1)
    p->a_row = p->k;
  if (p->n == 1)
    p->b_column = 1;
}

/* Where the products go, and its strides. Returns the value that holds them, or -1. */
static int place_product(multiplication *w, tni_product_plan *p, int product) {
  place *at = &w->places[product];
  const int holder = holder_of_product(w, product);
  if (holder >= 0) {
    const place *to = &w->places[holder];
    w->c = w->launch->operands[to->operand].data;
    memcpy(w->c_batch, w->launch->strides[to->operand], sizeof w->c_batch);
    at->row = to->row;
    at->column = to->column;
  } else { /* one matrix at a time */
    at->column = at->element_bytes;
    at->row = w->n == 1 ? 0 : w->n * at->column;
    w->c = NULL;
  }
  p->c_row = (w->n == 1 ? at->column : at->row) / at->element_bytes;
  return holder;
}

/* Whether nothing is left to do where the product is gathered in the result. */
static bool is_all_copied(const multiplication *w, int holder) {
  const tn_kernel *kernel = w->kernel;
  return holder >= 0 && kernel->stage_count == 1 && kernel->stages[0].copies &&
         kernel->values[kernel->stages[0].operands[0]].kind == TN_VALUE_PRODUCT;
}

/* One product, its k part by part. */
static bool run_parts(const multiplication *w, tni_product_plan *plan,
                      matrix *x, const tni_parts *parts) {
  x->c = x->scratch ? x->scratch : w->c;
  for (int64_t first = 0; first < parts->total; first += parts->depth) {
    const int64_t rest = parts->total - first;
    const char *a, *b;
    plan->k = rest < parts->depth ? rest : parts->depth;
    plan->goes_on = first > 0;
    plan->to_be_continued = rest > parts->depth;
    if (!parts->next(parts->context, first, plan->k, &a, &b))
      return false;
    tni_product_run(plan, a, b, x->c);
  }
  return true;
}

static void run_job(tni_job *base) {
  job *j = (job *)base;
  if (j->whole.launch->size > 0)
    tni_parallel_on(j->gangs, j->whole.batch, 1, run_batch, j);
}

static bool renew_job(tni_job *base, tn_tensor *tensors) {
  job *j = (job *)base;
  multiplication *w = &j->whole;
  w->a = tensors[0]->data;
  w->b = tensors[1]->data;
  if (j->holder >= 0) {
    const place *to = &w->places[j->holder];
    if (is_over_input(w, to->operand))
      return false;
    w->c = w->launch->operands[to->operand].data;
  }
  begin_launch(w, j->matrices[0].states[0]);
  return true;
}

/* Whether an operand's elements follow each other as the matrix's do, or are one. */
static bool is_one_segment(const multiplication *w, const place *at) {
  if (at->operand < 0)
    return true;
  if (at->packs || at->repeats)
    return false;
  return w->m == 1 || w->n == 1 || at->row == (at->step ? w->n * at->element_bytes : 0);
}

/* The product, and then each stage on all of it. */
static tni_script *write_job(tni_job *base) {
  job *j = (job *)base;
  multiplication *w = &j->whole;
  matrix *x = &j->matrices[0];
  const state *s = x->states[0];
  const tn_value *values = w->kernel->values;
  const int64_t n = w->m * w->n;
  tni_script *script = w->batch == 1 && n <= TN_BLOCK ? tni_new_script(w->kernel) : NULL;
  char **places = tni_workspace_take((w->kernel->value_count + 1u) * sizeof *places);
  if (!script || !places)
    return NULL;
  for (int v = 0; v < w->kernel->value_count; v++) {
    const place *at = &w->places[v];
    const bool direct = at->operand >= 0 && at->step;
    if (!is_one_segment(w, at))
      return NULL;
    places[v] = direct ? NULL : s->memory + at->offset;
    if (at->kind == TN_VALUE_TEMPORARY)
      places[v] = tni_workspace_take((size_t)n * at->element_bytes);
    if (at->kind == TN_VALUE_TEMPORARY && !places[v])
      return NULL;
    if (at->kind == TN_VALUE_PRODUCT)
      places[v] = x->scratch;
    if (at->kind == TN_VALUE_SCALAR || (at->kind == TN_VALUE_INPUT && !direct))
      tni_script_splat(script, &values[v], places[v]);
  }
  tni_product_plan *plan = &j->plans[0];
  plan->finish = NULL;
  tni_script_product(script, plan, x->scratch, j->holder >= 0 ? &values[j->holder] : NULL);
  for (int i = 0; i < w->kernel->stage_count && !is_all_copied(w, j->holder); i++)
    tni_script_stage(script, &w->kernel->stages[i], w->isa, places, w->steps[i], n);
  return script;
}

static job *prepare(tni_launch *l, tn_tensor a, tn_tensor b) {
  const tn_kernel *kernel = l->kernel;
  const bool has_rows = tni_rank(a) > 1, has_columns = tni_rank(b) > 1;
  job *j = tni_workspace_take(sizeof *j);
  if (!j)
    return NULL;
  *j = (job){.base = {.run = run_job, .renew = renew_job, .write = write_job},
             .whole = {.launch = l,
                       .kernel = kernel,
                       .isa = l->isa,
                       .a = a->data,
                       .b = b->data,
                       .batch = 1,
                       .memory_bytes = 64}};
  multiplication *w = &j->whole;
  w->batch_rank = l->rank - has_rows - has_columns;
  for (int d = 0; d < w->batch_rank; d++)
    w->batch *= w->batch_dims[d] = l->dims[d];
  w->m = has_rows ? l->dims[w->batch_rank] : 1;
  w->n = has_columns ? l->dims[l->rank - 1] : 1;

  int product = -1;
  for (int v = 0; v < kernel->value_count; v++)
    if (kernel->values[v].kind == TN_VALUE_PRODUCT)
      product = v;
  w->places =
      tni_workspace_take(((size_t)kernel->value_count + 1) * sizeof *w->places);
  if (product < 0 || !w->places)
    return NULL;
  find_values(w, has_rows, has_columns);
  join_rows(w);
  place_values(w);

  tni_product_plan plan = {.dtype = kernel->values[product].dtype,
                           .m = w->m,
                           .n = w->n,
                           .k = a->dims[tni_rank(a) - 1],
                           .finish = kernel->stage_count ? finish : NULL};
  factor_strides(w, a, false, w->a_batch, &plan.a_row, &plan.a_column);
  factor_strides(w, b, true, w->b_batch, &plan.b_row, &plan.b_column);
  plain_strides(&plan);
  j->holder = place_product(w, &plan, product);
  if (l->size == 0)
    return j;
  const bool needs_scratch = !w->c;
  if (is_all_copied(w, j->holder))
    plan.finish = NULL;
  if (needs_scratch && !kernel->stage_count)
    return NULL; /* nothing would bring it to the result */
  if (!plan_steps(w))
    return NULL;

  /* Threads share each matrix, or, where those are small, the batch. */
  const int64_t size = l->size < INT64_MAX / 4096 ? l->size : INT64_MAX / 4096;
  const size_t threads = (size_t)tni_threads_for(
      size * (plan.k < 4096 ? plan.k : 4096) / 12, 1);
  const int64_t own =
      w->m * w->n < INT64_MAX / 4096 ? w->m * w->n : INT64_MAX / 4096;
  const bool shares_matrix =
      w->batch < (int64_t)threads ||
      tni_threads_for(own * (plan.k < 4096 ? plan.k : 4096) / 12, 1) > 1;
  j->gangs = shares_matrix ? 1 : (int)threads;
  j->base.alone = threads == 1;

  const size_t gangs = (size_t)j->gangs;
  state **states = tni_workspace_take(threads * sizeof *states);
  for (size_t t = 0; t < threads; t++)
    if (!states || !(states[t] = new_state(w)))
      return NULL;
  j->plans = tni_workspace_take(gangs * sizeof *j->plans);
  j->matrices = tni_workspace_take(gangs * sizeof *j->matrices);
  if (!j->plans || !j->matrices)
    return NULL;
  for (size_t g = 0; g < gangs; g++) {
    j->matrices[g] = (matrix){.whole = w, .states = states + g};
    if (needs_scratch &&
        !(j->matrices[g].scratch = tni_workspace_take(
              (size_t)(w->m * w->n) * w->places[product].element_bytes)))
      return NULL;
    j->plans[g] = plan;
    j->plans[g].context = &j->matrices[g];
    j->plans[g].most_threads = gangs > 1 ? 1 : (int)threads;
    if (!tni_product_prepare(&j->plans[g]))
      return NULL;
  }
  return j;
}

tni_job *tni_prepare_product(tni_launch *l, tn_tensor a, tn_tensor b) {
  job *j = prepare(l, a, b);
  return j ? &j->base : NULL;
}

bool tni_run_product_in_parts(tni_launch *l, tn_tensor a, tn_tensor b,
                              const tni_parts *parts) {
  job *j = prepare(l, a, b);
  return j && (l->size == 0 ||
               run_parts(&j->whole, &j->plans[0], &j->matrices[0], parts));
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * product.c - products of matrices: which way to take, and the loops around the
 * tiles of isa/product.c.
 *
 * Every element of c is one accumulator that takes k in ascending order, so k
 * may be cut into blocks only if each block goes on from what c holds. Within a
 * block a panel of some rows of a stays in the L1 cache and meets panel after
 * panel of b, which stay in L2 (Goto, van de Geijn, "Anatomy of
 * high-performance matrix multiplication", ACM TOMS 34(3), 2008; there it is b
 * that stays in L1: a tile 32 wide and 256 deep would fill it). One column is
 * another rule: 64 lanes, as in a sum.
 */
#include "product.h"

#include "threads.h"
#include "workspace.h"

#include <string.h>

enum way { ZERO, DOT, STREAM, TILES };

enum {
  DEPTH = 256,                /* of a block of k */
  BLOCK_BYTES = 768 << 10,    /* of packed b: most of an L2 cache */
  DIRECT_B_BYTES = 192 << 10, /* b of this size is in L2 as it is */
  DIRECT_A_PANELS = 3,        /* panels of b that a is read for as it is */
  STREAM_ROWS = 3,            /* of c at most, streaming b past them */
  STREAM_COLUMNS = 4096,
  STREAM_DEPTH = 16,
  DOT_ROWS = 16, /* of a, packed at a time */
  FINISHED = 512 /* elements of narrow panels, before stages run on them */
};

static const tni_product_kernels *kernels_of(unsigned dtype) {
  if (dtype != TNI_F32 && dtype != TNI_F64)
    return NULL;
#if defined __x86_64__
  static const tni_product_kernels *const versions[] = {
      tni_product_v2, tni_product_v3, tni_product_v4};
  return &versions[tn_rt_isa()][dtype == TNI_F64];
#else
  return &tni_product_neon[dtype == TNI_F64];
#endif
}

static int64_t ceiling(int64_t x, int64_t unit) {
  return (x + unit - 1) / unit;
}
static int64_t least(int64_t x, int64_t y) { return x < y ? x : y; }

static int64_t panel_columns(const tni_product_plan *p) {
  return TNI_TILE_VECTORS * p->kernels->lanes;
}

/* How many panels of b so many columns make. A division would take longer than
 * a small tile; a panel's columns are a power of two. */
static int64_t panels_of(const tni_product_plan *p, int64_t columns) {
  const int64_t width = panel_columns(p);
  return (columns + width - 1) >> __builtin_ctz((unsigned)width);
}

/* ---- preparing ----------------------------------------------------------- */

/* Multiplications take about 1/50 ns. */
static int threads_for(const tni_product_plan *p) {
  int64_t work;
  if (__builtin_mul_overflow(p->m, p->n, &work) ||
      __builtin_mul_overflow(work, p->k, &work))
    work = INT64_MAX;
  const int threads = tni_threads_for(work / 12, 1);
  return p->most_threads && p->most_threads < threads ? p->most_threads
                                                      : threads;
}

static bool prepare_dot(tni_product_plan *p) {
  const size_t bytes = (size_t)p->kernels->element_bytes;
  p->way = DOT;
  if (p->b_row != 1) /* a copy of the column */
    p->packed_b = tni_workspace_take((size_t)p->k * bytes + 64);
  if (p->a_column != 1) {
    p->packed_a_bytes = (size_t)p->k * DOT_ROWS * bytes + 64;
    p->packed_a = tni_workspace_take(p->packed_a_bytes * (size_t)p->threads);
  }
  return (p->b_row == 1 || p->packed_b) && (p->a_column == 1 || p->packed_a);
}

static bool prepare_tiles(tni_product_plan *p) {
  const int64_t bytes = p->kernels->element_bytes, columns = panel_columns(p);
  const int64_t rows = p->kernels->tile_rows;
  p->way = TILES;
  p->block_depth = least(p->k, DEPTH);
  p->block_columns =
      (bytes == 4 ? BLOCK_BYTES / (DEPTH * 4) : BLOCK_BYTES / (DEPTH * 8)) &
      -columns;
  if (p->n < p->block_columns)
    p->block_columns = panels_of(p, p->n) * columns;
  /* Panels of rows are as equal as they can be. */
  p->row_panels = p->m <= rows ? 1 : ceiling(p->m, rows);
  p->panel_rows = p->m <= rows ? p->m : p->m / p->row_panels;
  p->longer_panels = p->m - p->row_panels * p->panel_rows;
  p->packs_b = p->b_column != 1 ||
               (p->n > columns && p->n * bytes > DIRECT_B_BYTES / p->k);
  p->packs_a = p->n > DIRECT_A_PANELS * columns && p->m > 2 * rows;
  /* Without packing the last, partial panel of b is packed all the same. */
  if (p->packs_b || (p->n & (p->kernels->lanes - 1)) != 0) {
    const int64_t width = p->packs_b ? p->block_columns : columns;
    p->packed_b =
        tni_workspace_take((size_t)(p->block_depth * width * bytes) + 64);
    if (!p->packed_b)
      return false;
  }
  if (p->packs_a) {
    p->packed_a_bytes =
        ((size_t)(p->block_depth * rows * bytes) + 127) & ~(size_t)63;
    p->packed_a = tni_workspace_take(p->packed_a_bytes * (size_t)p->threads);
    if (!p->packed_a)
      return false;
  }
  return true;
}

bool tni_product_prepare(tni_product_plan *p) {
  p->kernels = kernels_of(p->dtype);
  p->packed_a = p->packed_b = NULL;
  if (!p->kernels)
    return false;
  p->threads = threads_for(p);
  p->way = ZERO;
  if (p->m == 0 || p->n == 0 || p->k == 0)
    return true;
  if (p->n == 1)
    return prepare_dot(p);
  if (p->m <= STREAM_ROWS && p->b_column == 1) {
    p->way = STREAM;
    return true;
  }
  return prepare_tiles(p);
}

/* ---- running ------------------------------------------------------------- */

typedef struct job {
  const tni_product_plan *plan;
  const char *a, *b;
  char *c;
  /* The block at hand: */
  int64_t first_k, depth, first_column, columns;
  int64_t groups; /* into which the panels of the block's columns are cut */
} job;

static void finish_rows(const tni_product_plan *p, int64_t row, int64_t rows,
                        int64_t column, int64_t count) {
  if (p->finish)
    p->finish(p->context, row, rows, column, count);
}

static void dot_body(void *context, int64_t begin, int64_t end) {
  const job *j = context;
  const tni_product_plan *p = j->plan;
  const int64_t bytes = p->kernels->element_bytes;
  if (p->a_column == 1) {
    p->kernels->dot(end - begin, p->k, j->a + begin * p->a_row * bytes,
                    p->a_row, j->b, j->c + begin * p->c_row * bytes, p->c_row);
  } else {
    char *rows = p->packed_a + (size_t)tni_worker() * p->packed_a_bytes;
    for (int64_t i = begin; i < end; i += DOT_ROWS) {
      const int64_t count = least(end - i, DOT_ROWS);
      p->kernels->pack(rows, p->k, j->a + i * p->a_row * bytes, p->k,
                       p->a_column, count, p->a_row);
      p->kernels->dot(count, p->k, rows, p->k, j->b,
                      j->c + i * p->c_row * bytes, p->c_row);
    }
  }
  finish_rows(p, 0, 1, begin, end - begin);
}

static void run_dot(job *j) {
  const tni_product_plan *p = j->plan;
  if (p->threads == 1 && p->b_row == 1 && p->a_column == 1 && !p->finish) {
    p->kernels->dot(p->m, p->k, j->a, p->a_row, j->b, j->c, p->c_row);
    return;
  }
  if (p->b_row != 1) {
    p->kernels->pack(p->packed_b, 1, j->b, 1, 1, p->k, p->b_row);
    j->b = p->packed_b;
  }
  tni_parallel_on(p->threads, p->m, DOT_ROWS, dot_body, j);
}

static void stream_body(void *context, int64_t begin, int64_t end) {
  const job *j = context;
  const tni_product_plan *p = j->plan;
  const int64_t bytes = p->kernels->element_bytes;
  for (int64_t column = begin; column < end; column += STREAM_COLUMNS) {
    const int64_t n = least(end - column, STREAM_COLUMNS);
    /* One row of c alone need not wait for others to use what was read. */
    const int64_t depth = p->m == 1 ? p->k : STREAM_DEPTH;
    for (int64_t q = 0; q < p->k; q += depth)
      for (int64_t i = 0; i < p->m; i++)
        p->kernels->stream(n, least(p->k - q, depth),
                           j->a + (i * p->a_row + q * p->a_column) * bytes,
                           p->a_column, j->b + (q * p->b_row + column) * bytes,
                           p->b_row, j->c + (i * p->c_row + column) * bytes,
                           p->goes_on || q > 0);
    if (!p->to_be_continued)
      finish_rows(p, 0, p->m, column, n);
  }
}

/* Panel `panel` of the block of b: where it is, and the step between its rows.
 */
static const char *panel_of_b(const job *j, int64_t panel, int64_t *out_row) {
  const tni_product_plan *p = j->plan;
  const int64_t bytes = p->kernels->element_bytes, lanes = p->kernels->lanes;
  const int64_t width = panel_columns(p), column = panel * width;
  const int64_t left = j->columns - column;
  *out_row = left <= lanes ? lanes : width;
  if (p->packs_b)
    return p->packed_b + panel * width * j->depth * bytes;
  if (left < width && (left & (lanes - 1)) != 0)
    return p->packed_b;
  *out_row = p->b_row;
  return j->b + (j->first_k * p->b_row + (j->first_column + column)) * bytes;
}

static void pack_body(void *context, int64_t begin, int64_t end) {
  const job *j = context;
  const tni_product_plan *p = j->plan;
  const int64_t bytes = p->kernels->element_bytes;
  for (int64_t panel = begin; panel < end; panel++) {
    int64_t row;
    char *to = (char *)panel_of_b(j, panel, &row);
    const int64_t column = panel * panel_columns(p);
    const char *from = j->b + (j->first_k * p->b_row +
                               (j->first_column + column) * p->b_column) *
                                  bytes;
    p->kernels->pack(to, row, from,
                     least(j->columns - column, panel_columns(p)), p->b_column,
                     j->depth, p->b_row);
  }
}

/* Whether the block at hand is the last one that its elements are made of. */
static bool is_last_block(const job *j) {
  return j->first_k + j->depth == j->plan->k && !j->plan->to_be_continued;
}

/* A panel of rows of a against a group of the block's panels of b. */
static void tiles_of_unit(const job *j, int64_t first_row, int64_t rows,
                          int64_t first_panel, int64_t end_panel) {
  const tni_product_plan *p = j->plan;
  const tni_product_kernels *kernels = p->kernels;
  const int64_t bytes = kernels->element_bytes, width = panel_columns(p);
  const char *a =
      j->a + (first_row * p->a_row + j->first_k * p->a_column) * bytes;
  int64_t a_row = p->a_row, a_column = p->a_column;
  if (p->packs_a) {
    char *to = p->packed_a + (size_t)tni_worker() * p->packed_a_bytes;
    kernels->pack(to, rows, a, rows, a_row, j->depth, a_column);
    a = to;
    a_row = 1;
    a_column = rows;
  }
  char *c = j->c + (first_row * p->c_row + j->first_column) * bytes;
  for (int64_t panel = first_panel; panel < end_panel; panel++) {
    const int64_t columns = least(j->columns - panel * width, width);
    const int vectors = columns > kernels->lanes;
    int64_t b_row;
    const char *b = panel_of_b(j, panel, &b_row);
    (p->packs_a ? kernels->packed : kernels->direct)[vectors][rows - 1](
        j->depth, a, a_row, a_column, b, b_row, c + panel * width * bytes,
        p->c_row, columns, p->goes_on || j->first_k > 0);
  }
}

/* Panels of rows against all of the block, finished together where they are narrow. */
static void tiles_of_panels(const job *j, int64_t begin, int64_t end) {
  const tni_product_plan *p = j->plan;
  const int64_t panels = panels_of(p, j->columns);
  int64_t first = begin * p->panel_rows + least(begin, p->longer_panels), done = first;
  for (int64_t i = begin; i < end; i++) {
    const int64_t rows = p->panel_rows + (i < p->longer_panels);
    tiles_of_unit(j, first, rows, 0, panels);
    first += rows;
    if (is_last_block(j) && (i + 1 == end || (first - done) * j->columns >= FINISHED)) {
      finish_rows(p, done, first - done, j->first_column, j->columns);
      done = first;
    }
  }
}

static void tiles_body(void *context, int64_t begin, int64_t end) {
  const job *j = context;
  const tni_product_plan *p = j->plan;
  if (j->groups == 1) {
    tiles_of_panels(j, begin, end);
    return;
  }
  const int64_t panels = panels_of(p, j->columns), width = panel_columns(p);
  for (int64_t unit = begin; unit < end; unit++) {
    const int64_t i = unit / j->groups, group = unit - i * j->groups;
    const int64_t first = i * p->panel_rows + least(i, p->longer_panels);
    const int64_t rows = p->panel_rows + (i < p->longer_panels);
    const int64_t first_panel = group * panels / j->groups, end_panel = (group + 1) * panels / j->groups;
    tiles_of_unit(j, first, rows, first_panel, end_panel);
    if (is_last_block(j))
      finish_rows(p, first, rows, j->first_column + first_panel * width,
                  least(j->columns, end_panel * width) - first_panel * width);
  }
}

static void run_tiles(job *j) {
  const tni_product_plan *p = j->plan;
  for (j->first_column = 0; j->first_column < p->n;
       j->first_column += p->block_columns) {
    j->columns = least(p->n - j->first_column, p->block_columns);
    const int64_t panels = panels_of(p, j->columns);
    const int64_t units = 4 * p->threads;
    j->groups = p->threads == 1 || p->row_panels >= units
                    ? 1
                    : least(panels, ceiling(units, p->row_panels));
    for (j->first_k = 0; j->first_k < p->k; j->first_k += p->block_depth) {
      j->depth = least(p->k - j->first_k, p->block_depth);
      if (p->packs_b)
        tni_parallel_on(p->threads, panels, 1, pack_body, j);
      else if ((j->columns & (p->kernels->lanes - 1)) != 0)
        pack_body(j, panels - 1, panels);
      tni_parallel_on(p->threads, p->row_panels * j->groups, 1, tiles_body, j);
    }
  }
}

static void run_zero(const tni_product_plan *p, char *c) {
  const size_t bytes = (size_t)p->kernels->element_bytes;
  for (int64_t i = 0; i < p->m; i++)
    memset(c + (size_t)(i * p->c_row) * bytes, 0, (size_t)p->n * bytes);
  if (p->n == 1)
    finish_rows(p, 0, 1, 0, p->m);
  else
    finish_rows(p, 0, p->m, 0, p->n);
}

void tni_product_run(const tni_product_plan *p, const void *a, const void *b,
                     void *c) {
  job j = {.plan = p, .a = a, .b = b, .c = c};
  switch ((enum way)p->way) {
  case ZERO:
    run_zero(p, c);
    break;
  case DOT:
    run_dot(&j);
    break;
  case STREAM:
    tni_parallel_on(p->threads, p->n, STREAM_COLUMNS / 8, stream_body, &j);
    break;
  case TILES:
    run_tiles(&j);
    break;
  }
}

bool tni_product(unsigned dtype, int64_t m, int64_t n, int64_t k, const void *a,
                 int64_t a_row, int64_t a_column, const void *b, int64_t b_row,
                 int64_t b_column, void *c, int64_t c_row) {
  tni_product_plan plan = {.dtype = dtype,
                           .m = m,
                           .n = n,
                           .k = k,
                           .a_row = a_row,
                           .a_column = a_column,
                           .b_row = b_row,
                           .b_column = b_column,
                           .c_row = c_row};
  const uint64_t mark = tni_workspace_mark();
  const bool prepared = tni_product_prepare(&plan);
  if (prepared)
    tni_product_run(&plan, a, b, c);
  tni_workspace_release(mark);
  return prepared;
}

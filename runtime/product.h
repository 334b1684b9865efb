/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * product.h - products of matrices of f32 and f64, in the order that
 * docs/numerics.md, section 7, fixes.
 */
#ifndef TENON_PRODUCT_H
#define TENON_PRODUCT_H

#include "internal.h"

/* c [m, n] = a [m, k] times b [k, n]. Strides count elements; the columns of c
 * are neighbours, and c overlaps neither a nor b. False, and c as it was, where
 * memory is short or the dtype is neither f32 nor f64. */
bool tni_product(unsigned dtype, int64_t m, int64_t n, int64_t k, const void *a,
                 int64_t a_row, int64_t a_column, const void *b, int64_t b_row,
                 int64_t b_column, void *c, int64_t c_row);

/* The same in two steps, for many matrices of the same shape and strides, with
 * something done to each part of a row as soon as it is finished. */
typedef struct tni_product_plan {
  unsigned dtype;
  int64_t m, n, k;
  int64_t a_row, a_column, b_row, b_column, c_row;
  /* Called (by several threads at once, see tni_worker) for elements [column, column + count) of `rows` rows from `row`
   * on; where n is 1, for these rows of the one column, and row is 0 and rows 1. May be NULL. */
  void (*finish)(void *context, int64_t row, int64_t rows, int64_t column, int64_t count);
  void *context;
  /* A part of a longer k: it goes on from what c has; more of it comes. May be
   * set from run to run, as may k up to what was prepared; not where n is 1. */
  bool goes_on, to_be_continued;
  int most_threads; /* 0: as many as it is worth */
  /* What tni_product_prepare finds out: */
  const struct tni_product_kernels *kernels;
  int way, threads;
  bool packs_a, packs_b;
  int64_t row_panels, panel_rows;     /* into which a is cut, and their rows; */
  int64_t longer_panels;              /* so many have one row more */
  int64_t block_depth, block_columns; /* of b, in the caches at a time */
  char *packed_b;                     /* of all threads */
  char *packed_a;                     /* of each thread, one after the other */
  size_t packed_a_bytes;
} tni_product_plan;

/* Chooses a way and takes workspace for it, for the caller to release. */
bool tni_product_prepare(tni_product_plan *plan);
void tni_product_run(const tni_product_plan *plan, const void *a, const void *b,
                     void *c);

/* ---- the kernels of one instruction set and dtype (isa/product.c) -------- */

enum { TNI_MOST_TILE_ROWS = 14, TNI_TILE_VECTORS = 2 };

/* c += a b on a tile of some rows and `columns` columns, k ascending in one
 * accumulator an element. `adds`: starts from c, else from 0. b has full
 * vectors in each of its rows, b_row apart. */
typedef void (*tni_tile)(int64_t k, const void *a, int64_t a_row,
                         int64_t a_column, const void *b, int64_t b_row,
                         void *c, int64_t c_row, int64_t columns, bool adds);

typedef struct tni_product_kernels {
  int element_bytes, lanes; /* of a vector */
  int tile_rows;            /* at most */
  /* By vectors - 1 and rows - 1; a in panels (a_row 1, a_column the number of
   * rows), and a as it lies. */
  tni_tile packed[TNI_TILE_VECTORS][TNI_MOST_TILE_ROWS];
  tni_tile direct[TNI_TILE_VECTORS][TNI_MOST_TILE_ROWS];
  /* Packs `count` vectors of `width` elements: element w of vector i is at
   * from + w * w_stride + i * i_stride and goes to to + i * to_width + w; what
   * lies between width and to_width becomes 0. May write up to a vector behind
   * the last element. */
  void (*pack)(void *to, int64_t to_width, const void *from, int64_t width,
               int64_t w_stride, int64_t count, int64_t i_stride);
  /* One row: c[0..n) += the sum over k of a[k] * b[k][0..n), k ascending. */
  void (*stream)(int64_t n, int64_t k, const void *a, int64_t a_column,
                 const void *b, int64_t b_row, void *c, bool adds);
  /* c[i] = the product of row i of a (its elements neighbours) and x, by 64
   * lanes. */
  void (*dot)(int64_t m, int64_t k, const void *a, int64_t a_row, const void *x,
              void *c, int64_t c_row);
} tni_product_kernels;

extern const tni_product_kernels tni_product_v2[2], tni_product_v3[2],
    tni_product_v4[2], tni_product_neon[2];

#endif

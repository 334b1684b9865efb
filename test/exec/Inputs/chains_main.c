/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * chains_main.c - calls the functions of ../chains.c with tensors of many shapes. Never built with the plugin.
 */
#include "chains.h"

#include <stdio.h>

static float memory[1 << 16];

static tn_tensor filled(tn_dtype dtype, int rank, const int64_t *dims, uint32_t seed) {
  int64_t size = 1;
  for (int d = 0; d < rank; d++)
    size *= dims[d];
  for (int64_t i = 0; i < size; i++) {
    seed = seed * 1664525u + 1013904223u;
    memory[i] = (float)(seed >> 8) * 0x1p-23f - 1.f;
  }
  return tn_cast(tn_reshape(tn_copy(tn_view(memory, TN_F32, size)), dims[0], rank > 1 ? dims[1] : TN_PAD_VALUE,
                            rank > 2 ? dims[2] : TN_PAD_VALUE, rank > 3 ? dims[3] : TN_PAD_VALUE),
                 dtype);
}
#define FILLED(dtype, seed, ...) filled(dtype, sizeof((int64_t[]){__VA_ARGS__}) / 8, (int64_t[]){__VA_ARGS__}, seed)

static void show(const char *what, tn_tensor t) {
  uint64_t hash = 14695981039346656037u;
  printf("%s: ", what);
  if (!t) {
    printf("%s\n", tn_error());
    tn_clear_error();
    return;
  }
  for (int d = 0; d < tn_rank(t); d++)
    printf("%lld ", (long long)tn_dim(t, d));
  for (int64_t i = 0; i < tn_size(t); i++) {
    union {
      double value;
      uint64_t bits;
    } e = {tn_get_flat(t, i)};
    hash = (hash ^ (e.value == e.value ? e.bits : 1)) * 1099511628211u;
  }
  printf("%016llx\n", (unsigned long long)hash);
}

static void for_dtype(tn_dtype t) {
  TN_SCOPE;
  tn_tensor none = FILLED(t, 9, 1);
  const int64_t rows[] = {0, 1, 2, 5, 63, 130};
  for (int i = 0; i < 6; i++) {
    TN_SCOPE;
    const int64_t n = rows[i];
    tn_tensor q = FILLED(t, 1, n, 7), k = FILLED(t, 2, 40, 7), v = FILLED(t, 3, 40, 9), scores = NULL;
    show("attention", attention(q, k, v, none));
    show("masked", attention(q, k, v, FILLED(t, 4, n, 40)));
    show("mask of columns", attention(q, k, v, FILLED(t, 5, 40)));
    show("mask of rows", attention(q, k, v, FILLED(t, 5, n, 1)));
    show("wider mask", attention(q, k, v, FILLED(t, 5, 3, n, 40)));
    show("one column", attention(q, k, FILLED(t, 3, 40, 1), none));
    show("one key", attention(q, FILLED(t, 2, 1, 7), FILLED(t, 3, 1, 9), none));
    show("and scores", attention_and_scores(q, k, v, &scores));
    show("scores", scores);
    show("to itself", to_itself(q));
    show("wide", wide(q, k, v));
    show("wide covariance", wide_covariance(q));
    show("layers", layers(q, FILLED(t, 1, 7, 20), FILLED(t, 2, 20), FILLED(t, 3, 20, 3), FILLED(t, 4, 3)));
    show("covariance", covariance(q));
    show("covariance of one", covariance(FILLED(t, 6, n, 1)));
    show("weighted", weighted(FILLED(t, 6, 4, n), q, FILLED(t, 7, 7)));
    show("weighted, more", weighted(FILLED(t, 6, 4, n), q, FILLED(t, 7, 2, 1, 7)));
    show("one row of weights", weighted(FILLED(t, 6, n), q, none));
    show("one column of weights", weighted(FILLED(t, 6, 5, n), FILLED(t, 6, n, 1), none));
    show("gradient", gradient(q, FILLED(t, 8, n, 17)));
    show("strided", attention(tn_slice_step(q, 0, TN_END, TN_END, -1), tn_transpose(FILLED(t, 2, 7, 40)),
                              tn_slice(v, 1, 2, 5), none));
  }
  tn_tensor q = FILLED(t, 1, 3, 2, 33, 7), k = FILLED(t, 2, 3, 2, 21, 7), v = FILLED(t, 3, 3, 2, 21, 4);
  show("batches", attention(q, k, v, none));
  show("one k for all", attention(q, FILLED(t, 2, 21, 7), FILLED(t, 3, 21, 4), none));
  show("one k for some", attention(q, FILLED(t, 2, 3, 1, 21, 7), FILLED(t, 3, 2, 21, 4), FILLED(t, 3, 2, 1, 21)));
  show("one q for all", attention(FILLED(t, 2, 33, 7), k, v, none));
  show("batches to themselves", to_itself(q));
  show("batches of gradients", gradient(FILLED(t, 1, 3, 20, 7), FILLED(t, 1, 3, 20, 2)));
  show("batches of sums", weighted(FILLED(t, 1, 3, 4, 20), FILLED(t, 1, 3, 20, 2), none));

  show("other k", attention(q, v, v, none));
  show("a vector", attention(FILLED(t, 2, 7), FILLED(t, 2, 21, 7), FILLED(t, 3, 21, 4), none));
  show("vectors", attention(FILLED(t, 2, 7), FILLED(t, 2, 7), FILLED(t, 3, 21, 4), none));
  show("no keys", attention(FILLED(t, 2, 5, 7), FILLED(t, 2, 0, 7), FILLED(t, 3, 0, 4), none));
  show("no depth", attention(FILLED(t, 2, 5, 0), FILLED(t, 2, 6, 0), FILLED(t, 3, 6, 4), none));
  show("mixed", attention(FILLED(t, 2, 5, 7), FILLED(t, 2, 6, 7), FILLED(TN_F16, 3, 6, 4), none));
  show("NULL", attention(FILLED(t, 2, 5, 7), NULL, FILLED(t, 3, 6, 4), none));
}

int main(void) {
  for_dtype(TN_F32);
  for_dtype(TN_F64);
  return 0;
}

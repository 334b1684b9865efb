/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_digits.c - one pass of examples/digits.c over its training rows.
 */
#include "bench.h"

#define main NAME(digits_main)
#include "digits.c"

static network net;
static tn_tensor all_pixels, all_targets;

bool NAME(digits_prepare)(const char *path) {
  const int64_t rows = read_digits(path);
  if (rows < 20 * BATCH) return false;
  tn_tensor label = tn_view_const(labels, TN_I64, rows);
  all_pixels = tn_view_const(pixels, TN_F32, rows, PIXELS);
  all_targets = tn_cast(tn_equal(tn_reshape(label, rows, 1), tn_arange(TN_I64, 0, CLASSES, 1)), TN_F32);
  net = (network){random_weights(PIXELS, HIDDEN, 1, 0.2f), tn_zeros(TN_F32, HIDDEN),
                  random_weights(HIDDEN, CLASSES, 2, 0.3f), tn_zeros(TN_F32, CLASSES)};
  return true;
}

void NAME(digits)(bench_case *c) {
  (void)c;
  for (int64_t i = 0; i + BATCH <= tn_dim(all_pixels, 0); i += BATCH) {
    TN_SCOPE;
    train_step(&net, tn_slice(all_pixels, 0, i, i + BATCH), tn_slice(all_targets, 0, i, i + BATCH), 0.01f);
  }
}

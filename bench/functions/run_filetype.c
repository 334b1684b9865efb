/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_filetype.c - examples/filetype.c on files made here (programs are flat, text is letters): class means, then the
 * nearest of them for as many other files.
 */
#define _DEFAULT_SOURCE /* before the first header; see there */
#include "bench.h"

#define main NAME(filetype_main)
#include "filetype.c"

static collection files[CLASSES], other_files[CLASSES];

static void invent(collection *to, int label, uint32_t seed) {
  to->count = FILES / 2;
  for (int64_t i = 0; i < to->count; i++)
    for (int j = 0; j < BINS; j++) {
      const bool letter = j >= 'a' && j <= 'z';
      to->histogram[i][j] = (float)(int)example_uniform(&seed, 0.f, label ? letter ? 3000.f : 2.f : 200.f);
    }
}

bool NAME(filetype_prepare)(void) {
  for (int i = 0; i < CLASSES; i++) {
    invent(&files[i], i, 7u + (uint32_t)i);
    invent(&other_files[i], i, 70u + (uint32_t)i);
  }
  return true;
}

void NAME(filetype)(bench_case *c) {
  TN_SCOPE;
  tn_tensor means = class_means(files);
  int64_t right = 0;
  for (int i = 0; i < CLASSES; i++) right += count_right(&other_files[i], i, means);
  c->sink = (float)right;
}

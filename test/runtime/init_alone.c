/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * init_alone.c - after tn_init nothing of the runtime asks the system for memory or threads, eager or compiled: ops, kernels
 * with temporaries, products large enough for many threads, errors.
 *
 * UNSUPPORTED: asan, tombstones
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s %S/../Inputs/allocations.c -o %t.eager %tenon_libs
 * RUN: env TENON_NUM_THREADS=4 %t.eager
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s %S/../Inputs/allocations.c -o %t.compiled %tenon_libs
 * RUN: env TENON_NUM_THREADS=4 %t.compiled
 */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdio.h>
#include <tenon.h>

#include "../Inputs/allocations.h"

static char buffer[48 << 20];
static float x[512][512], y[512][512], z[1 << 21];

static int threads(void) {
  int count = 0;
  DIR *tasks = opendir("/proc/self/task");
  while (tasks && readdir(tasks)) count++;
  if (tasks) closedir(tasks);
  return count - 2; /* less . and .. */
}

static bool work(void) {
  TN_SCOPE;
  tn_tensor a = tn_view(x, TN_F32, 512, 512), b = tn_view(y, TN_F32, 512, 512), all = tn_view(z, TN_F32, 1 << 21);
  tn_store(b, tn_sigmoid(tn_add(tn_matmul(a, b), tn_mean_keepdims(a, 1))));
  tn_store(all, tn_tanh(tn_mul(all, tn_sum(tn_exp(all)))));
  return tn_size(tn_sort(tn_softmax(b, -1), 0)) == 512 * 512 && tn_ok();
}

int main(void) {
  for (int i = 0; i < 512 * 512; i++) x[i / 512][i % 512] = y[i % 512][i / 512] = (float)(i % 97) * 0.01f;
  if (!tn_init(buffer, sizeof buffer)) return 1;
  allocations_start();
  for (int i = 0; i < 3; i++)
    if (!work()) return puts(tn_error()), 2;
  if (tn_add(tn_zeros(TN_F32, 3), tn_zeros(TN_F32, 4)) || tn_ok()) return 3;
  if (allocations_calls() != 0) return printf("%lld calls of malloc\n", (long long)allocations_calls()), 4;
  if (threads() != 1) return printf("%d threads\n", threads()), 5;
  return 0;
}

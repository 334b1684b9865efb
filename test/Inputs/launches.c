/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * launches.c - linked into a test program, counts the kernels that ran: it stands between compiled code and the runtime.
 * (tn_rt_guards counts attempts; a launch that the runtime refuses gives right results too, by the eager calls.)
 * With TEST_GUARDS_FILE set, "GUARDS LAUNCHED" is written to that file at the end.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <tenon/abi.h>

#include "launches.h"

static _Atomic uint64_t launched;
uint64_t launches(void) { return launched; }

bool tn_rt_launch(const tn_kernel *kernel, tn_tensor *tensors, uint64_t *scalars) {
  static bool (*next)(const tn_kernel *, tn_tensor *, uint64_t *);
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, "tn_rt_launch");
  const bool done = next(kernel, tensors, scalars);
  launched += done;
  return done;
}

bool tn_rt_launch_chain(const tn_chain *chain, tn_tensor *tensors, uint64_t *scalars) {
  static bool (*next)(const tn_chain *, tn_tensor *, uint64_t *);
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, "tn_rt_launch_chain");
  const bool done = next(chain, tensors, scalars);
  if (done) launched += chain->link_count;
  return done;
}

bool tn_rt_element(const tn_kernel *kernel, const tn_tensor *tensors, const uint64_t *scalars, int index_count,
                   const int64_t *index, uint64_t *out_element) {
  static bool (*next)(const tn_kernel *, const tn_tensor *, const uint64_t *, int, const int64_t *, uint64_t *);
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, "tn_rt_element");
  const bool done = next(kernel, tensors, scalars, index_count, index, out_element);
  launched += done;
  return done;
}

__attribute__((destructor)) static void write_counts(void) {
  const char *path = getenv("TEST_GUARDS_FILE");
  FILE *file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  fprintf(file, "%llu %llu\n", (unsigned long long)tn_rt_guards(), (unsigned long long)launched);
  fclose(file);
}

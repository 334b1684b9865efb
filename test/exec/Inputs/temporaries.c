/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * temporaries.c - programs whose temporaries the remarks give, as numbers and as formulas, and what they really take:
 * once as malloc sees it, in large blocks, and once as kernels ask for it, tensor by tensor. temporaries.py compares.
 *
 *   temporaries n       prints a line a function: "name n=256 x=256,32 ... new=BYTES temporaries=BYTES blocks=BYTES
 *                       taken=BYTES"
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon.h>
#include <tenon/abi.h>

#include "../../Inputs/allocations.h"

/* Handles from elsewhere: their dims are nobody's constants. */
tn_tensor layers(tn_tensor x, tn_tensor w, tn_tensor v) {
  tn_tensor h = tn_tanh(tn_matmul(x, w));
  return tn_matmul(h, v);
}

/* Dims by the caller's names; the scores are normalised in place. */
tn_tensor attention(const float *q_memory, const float *k_memory, const float *v_memory, int64_t n, int d, int e) {
  tn_tensor q = tn_view_const(q_memory, TN_F32, n, d), k = tn_view_const(k_memory, TN_F32, n, d);
  tn_tensor v = tn_view_const(v_memory, TN_F32, n, e);
  tn_tensor p = tn_softmax(tn_mul(tn_matmul(q, tn_transpose(k)), 0.125f), -1);
  return tn_matmul(p, v);
}

/* A dim that is asked for, and one that is computed. */
tn_tensor asked(tn_tensor x, const double *memory) {
  int64_t rows = tn_dim(x, 0);
  tn_tensor a = tn_view_const(memory, TN_F64, 2 * rows, 16);
  tn_tensor w = tn_view_const(memory, TN_F64, 16, 32), v = tn_view_const(memory, TN_F64, 32, 16);
  return tn_matmul(tn_matmul(a, w), v);
}

/* Two at once: exponentials that are used twice, and sums. */
float shares(const float *memory, int64_t n, int64_t m) {
  TN_SCOPE;
  tn_tensor e = tn_exp(tn_view_const(memory, TN_F32, n, m));
  tn_tensor s = tn_div(e, tn_sum(e));
  return tn_item_f32(tn_reduce_max(tn_mul(s, s)));
}

/* All dims are numbers. */
tn_tensor constants(const float *memory) {
  tn_tensor a = tn_view_const(memory, TN_F32, 512, 32), w = tn_view_const(memory, TN_F32, 32, 64);
  return tn_matmul(tn_matmul(a, w), tn_view_const(memory, TN_F32, 64, 32));
}

/* One pass, nothing in memory. */
tn_tensor fused(const float *memory, int64_t n, int64_t m) {
  tn_tensor a = tn_view_const(memory, TN_F32, n, m);
  return tn_exp(tn_add(tn_mul(a, a), 1.f));
}

/* One kernel, each of whose threads keeps a row of exponentials. */
tn_tensor rows(const float *memory, int64_t n, int64_t m) {
  return tn_softmax(tn_mul(tn_view_const(memory, TN_F32, n, m), 0.125f), -1);
}

/* What kernels take: it stands between compiled code and the runtime. */
static int64_t temporaries, blocks, fresh;

static int64_t bytes_of(tn_tensor t) { return t->size * (TN_HEADER_DTYPE(t->header) == (TN_F64 & 0xff) ? 8 : 4); }

static void count(const tn_kernel *kernel, tn_tensor *tensors, const uint8_t *numbers, const uint8_t *local) {
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    if (value->kind != TN_VALUE_RESULT && value->kind != TN_VALUE_ROW_RESULT)
      continue;
    const int at = numbers ? numbers[value->index] : value->index;
    const tn_tensor t = tensors[at];
    const tn_tensor reused = tensors[numbers ? numbers[value->reuse] : value->reuse];
    if (local && local[at] && !t)
      continue; /* never there as a whole */
    if (value->mode == TN_RESULT_NEW)
      fresh += bytes_of(t);
    if (value->mode == TN_RESULT_WORKSPACE || (value->mode == TN_RESULT_REUSE && t != reused))
      *(local && local[at] ? &blocks : &temporaries) += bytes_of(t);
  }
}

bool tn_rt_launch(const tn_kernel *kernel, tn_tensor *tensors, uint64_t *scalars) {
  static bool (*next)(const tn_kernel *, tn_tensor *, uint64_t *);
  if (!next)
    *(void **)&next = dlsym(RTLD_NEXT, "tn_rt_launch");
  const bool done = next(kernel, tensors, scalars);
  if (done)
    count(kernel, tensors, NULL, NULL);
  return done;
}

bool tn_rt_launch_chain(const tn_chain *chain, tn_tensor *tensors, uint64_t *scalars) {
  static bool (*next)(const tn_chain *, tn_tensor *, uint64_t *);
  if (!next)
    *(void **)&next = dlsym(RTLD_NEXT, "tn_rt_launch_chain");
  const bool done = next(chain, tensors, scalars);
  for (int i = 0; done && i < chain->link_count; i++)
    count(chain->links[i].kernel, tensors, chain->links[i].tensors, chain->local);
  return done;
}

static float memory[1 << 21];

#define MEASURE(call, format, ...)                                                                                     \
  do {                                                                                                                 \
    TN_SCOPE;                                                                                                          \
    tn_trim();                                                                                                         \
    allocations_start();                                                                                               \
    temporaries = blocks = fresh = 0;                                                                                  \
    (void)(call);                                                                                                      \
    const long long taken = (long long)allocations_large();                                                            \
    if (print)                                                                                                         \
      printf(format " new=%lld temporaries=%lld blocks=%lld taken=%lld\n", __VA_ARGS__, (long long)fresh,              \
             (long long)temporaries, (long long)blocks, taken);                                                        \
  } while (0)

static void run(long long n, bool print) {
  TN_SCOPE;
  tn_tensor x = tn_view(memory, TN_F32, n, 32), w = tn_view(memory, TN_F32, 32, 64),
            v = tn_view(memory, TN_F32, 64, 32);
  MEASURE(layers(x, w, v), "layers x=%lld,32 w=32,64 v=64,32", n);
  MEASURE(attention(memory, memory, memory, n, 8, 16), "attention n=%lld d=8 e=16", n);
  MEASURE(asked(x, (const double *)memory), "asked x=%lld,32 rows=%lld", n, n);
  MEASURE(shares(memory, n, 64), "shares n=%lld m=64", n);
  MEASURE(constants(memory), "constants n=%lld", n);
  MEASURE(rows(memory, n, 64), "rows n=%lld m=64", n);
  MEASURE(fused(memory, n, 64), "fused n=%lld m=64", n);
}

int main(int argc, char **argv) {
  for (size_t i = 0; i < sizeof memory / sizeof *memory; i++)
    memory[i] = (float)(i % 17) * 0.01f;
  run(1, false); /* the thread's workspace is there from now on */
  for (int i = 1; i < argc; i++)
    run(atoll(argv[i]), true);
  if (!tn_ok())
    puts(tn_error());
}

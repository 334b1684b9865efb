/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * many_callers.c - threads that compute at the same time, large and small, with errors and scopes of their own, hand tensors
 * to each other, and share some to read. Prints what all of them agree on. Its argument is the number of turns.
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon.h>

enum { THREADS = 6, ROWS = 300, COLUMNS = 257, N = ROWS * COLUMNS };
static float x[N], y[N];
static tn_tensor shared, gifts[THREADS];
static double results[THREADS][6];
static int turns, wrong[THREADS];
static pthread_barrier_t all_there;

static float cubed(float v) { return v * v * v; }

__attribute__((noinline)) static void compute(double *out) {
  TN_SCOPE;
  tn_tensor a = tn_view(x, TN_F32, ROWS, COLUMNS), b = tn_view(y, TN_F32, ROWS, COLUMNS);
  out[0] = tn_item(tn_sum(tn_sigmoid(tn_add(tn_mul(a, b), shared))));
  out[1] = tn_item(tn_var(tn_softmax(tn_mul(a, 3), -1)));
  out[2] = tn_item(tn_sum(tn_tanh(tn_matmul(a, tn_transpose(b)))));
  out[3] = tn_item(tn_sum(tn_map(cubed, tn_sort(a, 1))));
  out[4] = (double)tn_item_i64(tn_sum(tn_argmax(b, 1)));
  out[5] = tn_item(tn_reduce_max(tn_mean(tn_exp(a), 0)));
}

static void *caller(void *number) {
  const int me = (int)((int *)number - wrong);
  for (int turn = 0; turn < turns; turn++) {
    double now[6];
    compute(now);
    if (turn == 0) memcpy(results[me], now, sizeof now);
    wrong[me] += memcmp(results[me], now, sizeof now) != 0 || !tn_ok();

    /* An error is this thread's alone. */
    wrong[me] += tn_add(shared, tn_zeros(TN_F32, me + 2)) != NULL || tn_ok();
    tn_clear_error();

    /* A tensor made here ends elsewhere. */
    gifts[me] = tn_own(tn_full(TN_F32, me, 1000));
    pthread_barrier_wait(&all_there);
    tn_tensor gift = gifts[(me + 1) % THREADS];
    wrong[me] += tn_item(tn_sum(gift)) != 1000.0 * ((me + 1) % THREADS);
    tn_free(gift);
    if (me == 0) tn_trim();
    pthread_barrier_wait(&all_there);
  }
  return NULL;
}

int main(int count, char **arguments) {
  turns = count > 1 ? atoi(arguments[1]) : 3;
  for (int i = 0; i < N; i++) x[i] = (float)(i * 7919 % 1009) * 2e-3f - 1, y[i] = (float)(i * 31 % 977) * 1e-3f;
  shared = tn_own(tn_full(TN_F32, 0.25, COLUMNS));
  pthread_t threads[THREADS];
  pthread_barrier_init(&all_there, NULL, THREADS);
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, caller, &wrong[i]);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  int failures = 0;
  for (int i = 0; i < THREADS; i++) failures += wrong[i] + (memcmp(results[i], results[0], sizeof results[0]) != 0);
  for (int i = 0; i < 6; i++) printf("%.17g\n", results[0][i]);
  printf("%d failures\n", failures);
  tn_free(shared);
  pthread_barrier_destroy(&all_there);
  return failures != 0;
}

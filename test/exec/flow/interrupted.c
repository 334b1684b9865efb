/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * interrupted.c - loops that carry tensors, with signals at any moment of them, with a flag that a handler sets, on a stack of
 * 64 KiB, in many threads, in a child of fork, in calls that are 20,000 deep.
 *
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s -o %t.eager %tenon_libs
 * RUN: %t.eager > %t.txt
 * RUN: FileCheck %s < %t.txt
 * RUN: %clang -std=c11 -O2 -ffp-contract=off -Rpass=tenon %plugin %tenon_cflags %s -o %t %tenon_libs 2>&1 | FileCheck %s --check-prefix=REMARK
 * REMARK-DAG: interrupted.c:{{.*}}: remark: one kernel: a matrix product
 * REMARK-DAG: interrupted.c:{{.*}}: remark: one kernel: {{[34]}} operations an element
 * RUN: env TENON_NUM_THREADS=1 %t | diff %t.txt -
 * RUN: env TENON_NUM_THREADS=2 %t | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=launches %t | diff %t.txt -
 * RUN: %clang -std=c11 -O3 -g -ffp-contract=off %plugin %tenon_cflags %s -o %t.3 %tenon_libs
 * RUN: env TENON_FAIL_GUARD=all %t.3 | diff %t.txt -
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tenon.h>

#include "../../Inputs/stack.h"

#define NOINLINE __attribute__((noinline))
enum { N = 48 };
static float a[N * N], b[N * N];

/* Products, branches that read the carried tensor, a window that is stored into, a scope a turn. */
NOINLINE static double run(int turns) {
  TN_SCOPE;
  tn_tensor x = tn_copy(tn_view(a, TN_F32, N, N)), w = tn_view_const(b, TN_F32, N, N), best = tn_zeros(TN_F32, N);
  double sum = 0;
  float rate = 0.5f;
  for (int i = 0; i < turns; i++) {
    TN_SCOPE;
    tn_tensor y = tn_tanh(tn_mul(tn_add(tn_matmul(x, w), 0.25f), rate));
    if (tn_item_f32(tn_mean(y)) > 0)
      tn_replace(&x, tn_sub(tn_mul(x, 0.5f), y));
    else
      tn_replace(&x, tn_add(y, w)), rate = -rate;
    tn_store_at(x, tn_mul(tn_at(y, i % N), 0.125f), (i * 7) % N);
    tn_replace(&best, tn_maximum(best, tn_at(x, i % N)));
    sum += tn_item(tn_sum(best));
  }
  return sum + tn_item(tn_sum(x));
}

static volatile sig_atomic_t signals, stop;
static void on_alarm(int number) {
  (void)number;
  char noise[4096];
  memset(noise, 0xff, sizeof noise); /* below the stack of what was interrupted */
  __asm__ volatile("" : : "r"(noise) : "memory");
  signals = signals + 1;
  if (signals == 30) stop = 1;
}
static void alarm_every(int microseconds) {
  sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm, .sa_flags = SA_RESTART}, NULL);
  setitimer(ITIMER_REAL, &(struct itimerval){{0, microseconds}, {0, microseconds}}, NULL);
}
static int interrupted(double want) {
  int wrong = 0;
  alarm_every(200);
  while (signals < 30) wrong += run(20) != want;
  alarm_every(0);
  return wrong;
}
/* The loop ends when the handler says so: each turn asks anew. */
NOINLINE static int until_told(void) {
  TN_SCOPE;
  tn_tensor x = tn_copy(tn_view(a, TN_F32, N, N));
  stop = signals = 0;
  alarm_every(200);
  while (!stop) {
    TN_SCOPE;
    tn_replace(&x, tn_sub(tn_tanh(tn_mul(x, 0.5f)), 0.25f));
  }
  alarm_every(0);
  return tn_item(tn_reduce_max(tn_abs(x))) < 1 && tn_ok();
}

static void *in_thread(void *result) {
  *(double *)result = run(10);
  return NULL;
}
static int in_threads(double want) {
  pthread_attr_t attributes;
  pthread_t threads[4];
  double results[4];
  int wrong = pthread_attr_init(&attributes) || pthread_attr_setstacksize(&attributes, STACK);
  for (int i = 0; i < 4; i++)
    if (pthread_create(&threads[i], &attributes, in_thread, &results[i])) exit(1);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL), wrong += results[i] != want;
  return wrong;
}
/* Each call has a frame, which must not be much larger than that of the eager calls. */
NOINLINE static int deep(int depth, tn_tensor x, double *sum) {
  tn_tensor y = x;
  if (depth % 1000 == 0)
    for (int i = 0; i < 2; i++) y = tn_sub(tn_mul(y, 0.5f), tn_at(tn_view_const(b, TN_F32, N, N), (depth + i) % N));
  const int below = depth ? deep(depth - 1, y, sum) : 0;
  if (depth % 5000 == 0) *sum += tn_item(tn_sum(y));
  return below + 1;
}

int main(void) {
  for (int i = 0; i < N * N; i++) a[i] = (float)(i * 37 % 64 - 31) / 64, b[i] = (float)(i * 29 % 61 - 30) / 128;
  const double ten = run(10), twenty = run(20);
  printf("%a %a\n", ten, twenty);
  fflush(stdout);
  // CHECK: 0 wrong of those with signals
  // CHECK-NEXT: told: 1
  // CHECK-NEXT: 0 wrong in threads
  printf("%d wrong of those with signals\n", interrupted(twenty));
  printf("told: %d\n", until_told());
  printf("%d wrong in threads\n", in_threads(ten));
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) _exit(run(10) == ten ? 7 : 1);
  int status = 0;
  // CHECK-NEXT: child: 7
  printf("child: %d\n", waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  TN_SCOPE;
  double sum = 0;
  const int calls = deep(20000, tn_at(tn_view_const(a, TN_F32, N, N), 0), &sum);
  printf("%d calls: %a \"%s\"\n", calls, sum, tn_error());
  return 0;
}

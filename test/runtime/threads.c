/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * threads.c - large launches on the pool: the same bits on any number of
 * threads, beside each other, in children of fork, from small stacks, with the
 * caller's rounding mode; and signals stay with the user's threads.
 *
 * RUN: %clang -std=c11 -O1 -ffp-contract=off -frounding-math %tenon_cflags %s -o %t %tenon_libs
 * RUN: env TENON_NUM_THREADS=1 %t > %t.1
 * RUN: env TENON_NUM_THREADS=2 %t > %t.2
 * RUN: env TENON_NUM_THREADS=3 %t > %t.3
 * RUN: env TENON_NUM_THREADS=1000 %t > %t.1000
 * RUN: env TENON_NUM_THREADS=0 %t > %t.0
 * RUN: env TENON_NUM_THREADS=many %t > %t.many
 * RUN: cmp %t.1 %t.2
 * RUN: cmp %t.1 %t.3
 * RUN: cmp %t.1 %t.1000
 * RUN: cmp %t.1 %t.0
 * RUN: cmp %t.1 %t.many
 */
#define _GNU_SOURCE
#include "Inputs/stages.h"

#include <fenv.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child of a process with threads may start threads here. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void) { return "die_after_fork=0"; }

enum { SIZE = 300000 };
static float x[SIZE];

STAGE(gather_sum) {
  LANES(float, 1, 0);
  EACH LANE(1) += AT(float, 0, j) / 3;
}
static const tn_value sum_values[] = {
    {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
    {.kind = TN_VALUE_LANES, .dtype = F32},
    {.kind = TN_VALUE_ROW_SCALAR, .dtype = F32, .index = 0}};
static const tn_stage sum_stages[] = {BLOCK_STAGE(gather_sum, 0, 0, 1)};
static const tn_reduction sum_reductions[] = {
    {TN_REDUCE_SUM, F32, 0, 1, 2, 0, 0, 0}};
/* The cost is a lie, so that threads take part. */
static const tn_kernel sum = {KERNEL(sum_values, sum_stages),
                              .axis = TN_AXIS_ALL,
                              .cost = 100,
                              .tensor_count = 1,
                              .reductions = sum_reductions,
                              .reduction_count = 1};

static uint32_t sum_bits(void) {
  struct tn_tensor_impl t0 = strided_tensor(F32, x, DIMS(SIZE), NULL);
  tn_tensor t[1] = {&t0};
  uint64_t bits = 1;
  CHECK(tn_rt_launch(&sum, t, &bits), "a sum");
  return (uint32_t)bits;
}

static const tn_value map_values[] = {
    {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
    {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
    {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
    {.kind = TN_VALUE_RESULT, .dtype = F32, .index = 1}};
static const tn_stage map_stages[] = {BLOCK_STAGE(affine_f32, 0, 0, 1, 2, 3)};
static const tn_kernel map = {KERNEL(map_values, map_stages),
                              .axis = TN_AXIS_NONE, .cost = 100,
                              .tensor_count = 2};

static uint32_t map_hash(void) {
  struct tn_tensor_impl t0 = strided_tensor(F32, x, DIMS(SIZE), NULL);
  tn_tensor t[2] = {&t0};
  CHECK(tn_rt_launch(&map, t, NULL), "a map");
  uint32_t hash = 1;
  for (int64_t i = 0; i < SIZE; i++) {
    uint32_t bits;
    memcpy(&bits, (float *)t[1]->data + i, 4);
    hash = hash * 31 + bits;
  }
  tn_free(t[1]);
  return hash;
}

static uint32_t wanted_sum, wanted_map;
static _Atomic int wrong;

static void *caller(void *times) {
  for (int i = 0; i < *(int *)times; i++) {
    wrong += sum_bits() != wanted_sum;
    wrong += map_hash() != wanted_map;
  }
  return NULL;
}

/* A stage that launches a kernel: it runs on the thread that it is on. */
static _Atomic int nested;
STAGE(launch_within) {
  nested += sum_bits() == wanted_sum;
  affine_f32(data, steps, n);
}

static void test_nested(void) {
  const tn_stage stages[] = {BLOCK_STAGE(launch_within, 0, 0, 1, 2, 3)};
  tn_kernel kernel = map;
  kernel.stages = stages;
  struct tn_tensor_impl t0 = strided_tensor(F32, x, DIMS(SIZE), NULL);
  tn_tensor t[2] = {&t0};
  CHECK(tn_rt_launch(&kernel, t, NULL), "nested");
  CHECK(nested == (SIZE + TN_BLOCK - 1) / TN_BLOCK, "%d nested launches",
        (int)nested);
  tn_free(t[1]);
}

static void test_callers(void) {
  pthread_t threads[8];
  int times = 20;
  for (int i = 0; i < 8; i++)
    pthread_create(&threads[i], NULL, caller, &times);
  for (int i = 0; i < 8; i++)
    pthread_join(threads[i], NULL);
  CHECK(wrong == 0, "%d wrong", (int)wrong);
}

static void test_fork(void) {
  for (int i = 0; i < 5; i++) {
    const pid_t child = fork();
    if (child == 0) {
      const bool right = sum_bits() == wanted_sum && map_hash() == wanted_map;
      _exit(right ? 7 : 1);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) &&
              WEXITSTATUS(status) == 7,
          "child: %x", status);
    CHECK(sum_bits() == wanted_sum, "the parent after fork");
  }
}

static void test_small_stack(void) {
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
  return; /* their frames are larger */
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return;
#endif
#endif
  pthread_attr_t small;
  pthread_attr_init(&small);
  CHECK(pthread_attr_setstacksize(&small, 64 << 10) == 0, "64 KiB");
  pthread_t thread;
  int times = 2;
  CHECK(pthread_create(&thread, &small, caller, &times) == 0, "a thread");
  pthread_join(thread, NULL);
  pthread_attr_destroy(&small);
  CHECK(wrong == 0, "%d wrong", (int)wrong);
}

static void test_rounding(void) {
  static const int modes[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
  for (size_t i = 0; i < COUNT_OF(modes); i++) {
    fesetround(modes[i]);
    const uint32_t bits = sum_bits();
    CHECK(fegetround() == modes[i], "the mode is the caller's");
    fesetround(FE_TONEAREST);
    printf("rounding %zu: %08x\n", i, bits);
  }
  CHECK(sum_bits() == wanted_sum, "to nearest again");
}

static pthread_t user;
static _Atomic int signals, elsewhere;
static void on_signal(int number) {
  (void)number;
  signals++;
  elsewhere += !pthread_equal(pthread_self(), user);
}
static void *send_signals(void *unused) {
  (void)unused;
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, NULL);
  for (int i = 0; i < 200; i++) {
    kill(getpid(), SIGUSR1);
    usleep(50);
  }
  return NULL;
}
static void test_signals(void) {
  user = pthread_self();
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGUSR1, &action, NULL);
  pthread_t sender;
  pthread_create(&sender, NULL, send_signals, NULL);
  for (int i = 0; i < 50; i++)
    CHECK(sum_bits() == wanted_sum, "a sum among signals");
  pthread_join(sender, NULL);
  CHECK(signals > 0 && elsewhere == 0, "%d of %d signals elsewhere",
        (int)elsewhere, (int)signals);
}

int main(void) {
  fill_f32(x, SIZE);
  /* A pool that starts in a child. */
  const pid_t child = fork();
  if (child == 0)
    _exit(sum_bits() == sum_bits() ? 7 : 1);
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7,
        "first child");
  wanted_sum = sum_bits();
  wanted_map = map_hash();
  printf("sum %08x, map %08x\n", wanted_sum, wanted_map);
  test_callers();
  test_nested();
  test_fork();
  test_small_stack();
  test_rounding();
  test_signals();
  test_callers();
  printf("%d failures\n", failures);
  return failures != 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * fail_alloc.c - each allocation of a program fails in turn (TENON_FAIL_ALLOC=k): an op that it hits returns NULL with a
 * message, operands stay as they were, the rest of the program goes on, and in the end all memory is given back. Exits with 0 if
 * that holds for every k.
 *
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s %S/../Inputs/allocations.c -o %t %tenon_libs
 * RUN: %t
 */
#define _POSIX_C_SOURCE 200809L

#include "../Inputs/allocations.h"

#include <tenon.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FINE = 0, ALLOCATION_FAILED = 10, WRONG = 11 };

static float plus(float x, float y) { return x + y; }

static int run(void) {
  int failed = 0;
  const int64_t mark = tn_scope_begin(); /* may fail itself */
  failed += !tn_ok();
  tn_clear_error();
  static float memory[64 * 64];
  tn_tensor x = tn_view(memory, TN_F32, 64, 64), t = NULL, u = NULL, w = tn_none();
  const int64_t dims[2] = {64, 64}, turned[2] = {1, 64}, odd_dims[2] = {3, 2}, odd[2] = {2, 3};
  for (int i = 0; i < 64 * 64; i++) memory[i] = (float)(i % 100);
  failed += !tn_ok();
  tn_clear_error();
/* NULL and a message, or neither. */
#define TRY(call)                                                                                                      \
  do {                                                                                                                 \
    t = call;                                                                                                          \
    if ((t == NULL) == tn_ok()) {                                                                                      \
      printf("%s:%d: %s, error: %s\n", __FILE__, __LINE__, t ? "a result" : "no result", tn_error());                  \
      return WRONG;                                                                                                    \
    }                                                                                                                  \
    if (!t) failed++;                                                                                                  \
    tn_clear_error();                                                                                                  \
  } while (0)
  TRY(tn_add(x, x));
  TRY(tn_add(x, 2));
  TRY(tn_transpose(x));
  TRY(tn_sum(x, 0));
  TRY(tn_sum(tn_view_strided(memory, TN_F32, 2, dims, turned), 1));
  TRY(tn_mean(tn_reshape(x, 4, 4, 4, 4, 4, 4), 0, 2, 4));
  TRY(tn_var(tn_view_strided(memory, TN_F32, 2, dims, turned), 1));
  TRY(tn_softmax(x, 0));
  TRY(tn_argmax(x, 0));
  TRY(tn_sum(tn_cast(x, TN_U8), 0));
  TRY(tn_sort(x, 0));
  TRY(tn_take(tn_view_strided(memory, TN_F32, 2, dims, turned), tn_values(TN_I64, 1, 2), 0));
  TRY(tn_concat(0, x, tn_view_strided(memory, TN_F32, 2, dims, turned)));
  TRY(tn_matmul(x, x));
  TRY(tn_matmul(tn_view((char *)memory + 1, TN_F32, 8, 8), tn_view((char *)memory + 1, TN_F32, 8)));
  TRY(tn_zip(plus, x, 1));
  TRY(tn_where(tn_less(x, 3), x, 0));
  TRY(tn_arange(TN_F32, 0, 5, 1));
  TRY(tn_full(TN_F32, 2, 1000));
  TRY(tn_copy(x));

  /* Stores: done and right, or not done at all. */
  u = tn_view_strided(memory, TN_F32, 2, odd_dims, odd);
  const float before = memory[1];
  if (u && tn_store(u, 5) != tn_ok()) return WRONG;
  failed += !tn_ok();
  tn_clear_error();
  tn_tensor left = tn_view(memory, TN_F32, 100), right = tn_view(memory + 1, TN_F32, 100);
  if (left && right && !tn_store(right, left)) {
    failed++;
    if (memory[1] != before) return WRONG;
  }
  failed += !tn_ok();
  tn_clear_error();
  if (w) { /* a replace that fails leaves w as it was */
    tn_tensor old = w;
    const int64_t inner = tn_scope_begin();
    const bool replaced = tn_replace(&w, tn_full(TN_F32, 1, 3));
    if (w == NULL || (!replaced && w != old) || (replaced && tn_get(w, 2) != 1)) return WRONG;
    failed += !replaced || !tn_ok();
    tn_scope_end(inner);
    tn_clear_error();
  }
  tn_scope_end(mark);
  return failed ? ALLOCATION_FAILED : FINE;
}

static void *nothing(void *unused) { return unused; }
static void *run_in(void *out_result) {
  *(int *)out_result = run();
  return NULL;
}

/* In a thread, which gives back what it keeps for itself when it ends. */
static int run_and_look(void) {
  pthread_t thread;
  int result = WRONG;
  if (pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0) return WRONG;
  const int64_t before = allocations_now();
  if (pthread_create(&thread, NULL, run_in, &result) != 0 || pthread_join(thread, NULL) != 0) return WRONG;
  tn_trim();
  if (allocations_now() == before) return result;
  printf("%lld bytes are left\n", (long long)(allocations_now() - before));
  return WRONG;
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "run") == 0) return run_and_look();
  for (int k = 1; k < 10000; k++) {
    char number[20];
    snprintf(number, sizeof number, "%d", k);
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
      setenv("TENON_FAIL_ALLOC", number, 1);
      execl("/proc/self/exe", argv[0], "run", (char *)NULL);
      _exit(WRONG);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) return 1;
    if (WIFEXITED(status) && WEXITSTATUS(status) == FINE) {
      printf("ok: %d allocations\n", k - 1);
      return k < 50; /* that few were none at all */
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != ALLOCATION_FAILED) {
      printf("allocation %d: the program ended with status %x\n", k, (unsigned)status);
      return 1;
    }
  }
  return 1;
}

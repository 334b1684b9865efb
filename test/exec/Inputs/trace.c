/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * trace.c - a program to watch by TENON_TRACE: small kernels and large ones, a chain, elements, two threads, a child, a
 * guard that fails by itself, a name that JSON cannot hold as it is.
 *
 *   trace [abort | kill | fork]
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <tenon.h>
#include <unistd.h>

static float memory[1 << 20];

__attribute__((noinline)) static tn_tensor quotient(tn_tensor a, tn_tensor b) {
  tn_tensor m = tn_add(a, b);
  float factor = tn_get_flat_f32(m, 0) + tn_get_flat_f32(m, 1);
  return tn_div(m, factor);
}

__attribute__((noinline)) static tn_tensor scores(tn_tensor q, tn_tensor k) {
  return tn_matmul(tn_softmax(tn_matmul(q, k), -1), q);
}

#line 7 "odd \"name\" \\ \xff \u00e9.c"
__attribute__((noinline)) static tn_tensor odd(tn_tensor x) { return tn_exp(tn_mul(x, x)); }
#line 32 "trace.c"

__attribute__((noinline)) static void work(void) {
  TN_SCOPE;
  tn_tensor small = tn_view(memory, TN_F32, 8, 8), large = tn_view(memory, TN_F32, 1024, 1024);
  float sum = tn_item_f32(tn_sum(quotient(small, small))) + tn_item_f32(tn_sum(quotient(large, large)));
  sum += tn_item_f32(tn_sum(scores(tn_view(memory, TN_F32, 256, 16), tn_view(memory, TN_F32, 16, 256))));
  sum += tn_item_f32(tn_sum(odd(small)));
  tn_tensor wide = tn_full(TN_F64, 1.0, 4);
  sum += (float)tn_item(tn_sum(quotient(wide, wide))); /* here kernels are made for f32, as nothing says more */
  printf("%.6g\n", sum);
}

static void *thread_main(void *unused) {
  quotient(tn_view(memory, TN_F32, 4, 4), tn_view(memory, TN_F32, 4, 4));
  return unused;
}

int main(int argc, char **argv) {
  for (size_t i = 0; i < sizeof memory / sizeof *memory; i++)
    memory[i] = (float)(i % 13) * 0.05f + 0.1f;
  const char *end = argc > 1 ? argv[1] : "";
  pthread_t thread;
  pthread_create(&thread, NULL, thread_main, NULL);
  pthread_join(thread, NULL);
  work();
  fflush(stdout);
  if (!strcmp(end, "fork")) {
    const pid_t child = fork();
    if (child == 0) {
      work();
      exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    work();
    if (status)
      return 1;
  }
  if (!strcmp(end, "abort"))
    abort();
  if (!strcmp(end, "kill"))
    raise(SIGKILL);
  return !tn_ok();
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * unload.c - a plugin that computes with tensors is opened and closed again, with live tensors, open scopes, a pool of threads,
 * and threads that end only afterwards: nothing of the library is called when it is gone.
 *
 * UNSUPPORTED: asan
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags -DPLUGIN -shared -fPIC %s -o %t.plugin.so %libtenon_a
 * RUN: %clang -std=c11 -O1 %s -o %t -lpthread -ldl
 * RUN: %t %t.plugin.so
 * RUN: env TENON_NUM_THREADS=1 %t %t.plugin.so
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags -DPLUGIN -shared -fPIC %s -o %t.shared.so %tenon_libs
 * RUN: %t %t.shared.so
 */
#ifdef PLUGIN
#include <tenon.h>

enum { N = 1 << 20 };
static float x[N];
static tn_tensor live;

double compute(int turn);
double compute(int turn) {
  (void)tn_scope_begin(); /* stays open */
  tn_tensor a = tn_view(x, TN_F32, 1024, N / 1024);
  live = tn_own(tn_add(tn_matmul(a, tn_transpose(a)), turn));
  return tn_item(tn_sum(tn_exp(tn_mul(live, 0.5f)))) + (tn_add(a, tn_zeros(TN_F32, 3)) != NULL);
}
#else
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static double (*compute)(int);
static pthread_barrier_t computed, closed;

static void *caller(void *unused) {
  compute(1);
  pthread_barrier_wait(&computed);
  pthread_barrier_wait(&closed);
  return unused; /* its thread-local variables end here */
}

int main(int count, char **arguments) {
  double first = 0;
  for (int turn = 0; count > 1 && turn < 3; turn++) {
    void *plugin = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (!plugin) return fprintf(stderr, "%s\n", dlerror()), 1;
    *(void **)&compute = dlsym(plugin, "compute");
    pthread_t threads[3];
    pthread_barrier_init(&computed, NULL, 4);
    pthread_barrier_init(&closed, NULL, 4);
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, caller, NULL);
    const double result = compute(0);
    if (turn == 0) first = result;
    if (result != first || !(result > 0)) return 2;
    pthread_barrier_wait(&computed);
    if (dlclose(plugin)) return 3;
    /* It is gone indeed, or the test would hold nothing. */
    if (dlopen(arguments[1], RTLD_NOW | RTLD_NOLOAD)) return puts("the library stays"), 4;
    pthread_barrier_wait(&closed);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  }
  return count < 2;
}
#endif

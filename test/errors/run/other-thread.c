/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * other-thread.c - a thread ends, keeps or replaces a tensor that belongs to a scope of another one.
 *
 * RUN: %clang -std=c11 %tenon_cflags %s -o %t.eager %tenon_libs && %t.eager | FileCheck %s --match-full-lines
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs && %t.compiled | FileCheck %s --match-full-lines
 */
#include <pthread.h>
#include <stdio.h>
#include <tenon.h>

static void *finish(void *t) {
  tn_free(t);
  puts(tn_error());
  return NULL;
}

int main(void) {
  tn_tensor x = tn_zeros(TN_F32, 3);
  pthread_t thread;
  pthread_create(&thread, NULL, finish, x);
  pthread_join(thread, NULL);
  return 0;
}
/* CHECK: tn_free: the tensor belongs to a scope of another thread, which has to tn_own it first
 * Do: the thread that made it has to tn_own it first.
 */

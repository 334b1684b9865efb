/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * process.c - the runtime and what surrounds it: a buffer instead of malloc, fork, small stacks, locales, error modes, exit
 * with live tensors.
 *
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s -o %t %tenon_libs
 * RUN: %if tombstones %{ echo "a tombstone is never reused" %} %else %{ %t init %}
 * RUN: %t fork
 * RUN: %t stack
 * RUN: %t locale
 * RUN: %t live
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs
 * RUN: %t.compiled fork
 * RUN: %t.compiled stack
 * RUN: %t.compiled live
 * RUN: %t print 2>&1 | FileCheck %s --check-prefix=PRINT
 * RUN: not --crash %t abort 2>&1 | FileCheck %s --check-prefix=PRINT
 *
 * PRINT: tenon: tn_reshape: f32[3] has 3 elements and cannot become [2]
 */
#define _POSIX_C_SOURCE 200809L

#include <tenon.h>

#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* All memory in one buffer: a loop that ends its tensors runs for ever; one that keeps them fails, and says so. */
static int init(void) {
  static char buffer[1 << 16];
  if (tn_init(buffer, 100) || tn_ok()) return 1;
  tn_clear_error();
  if (!tn_init(buffer, sizeof buffer)) return 2;
  tn_tensor w = tn_zeros(TN_F32, 100);
  const char *data = tn_data_const(w);
  if (data < buffer || data >= buffer + sizeof buffer) return 3;
  for (int i = 0; i < 10000; i++) {
    TN_SCOPE;
    tn_replace(&w, tn_add(tn_mul(w, 0.5), 1));
  }
  if (!tn_ok() || tn_get(w, 99) != 2) return 4;
  if (tn_zeros(TN_F32, 100000) || tn_ok()) return 5;
  tn_clear_error();
  for (int i = 0; i < 1000 && w; i++) w = tn_add(w, 1);
  if (w || !strstr(tn_error(), "out of memory")) return 6;
  return tn_init(buffer, sizeof buffer) ? 7 : 0;
}

static tn_tensor some_work(void) {
  tn_tensor x = tn_reshape(tn_arange(TN_F32, 0, 10000, 1), 100, 100);
  x = tn_softmax(tn_sort(tn_matmul(x, tn_transpose(x)), 1), 0);
  return tn_add(tn_sum(x), tn_cast(tn_argmax(tn_var(x, 1)), TN_F32));
}

static int forks(void) {
  const double expected = tn_item(some_work());
  for (int i = 0; i < 10; i++) {
    const pid_t child = fork();
    if (child == 0) _exit(tn_item(some_work()) == expected && tn_ok() ? 0 : 1);
    int status;
    if (waitpid(child, &status, 0) != child || status != 0) return 1;
  }
  return 0;
}

static void *on_a_small_stack(void *out) {
  *(double *)out = tn_item(some_work());
  return NULL;
}
static int small_stack(void) {
  pthread_attr_t attributes;
  pthread_t thread;
  double result = 0;
  pthread_attr_init(&attributes);
  if (pthread_attr_setstacksize(&attributes, 64 << 10)) return 1;
  if (pthread_create(&thread, &attributes, on_a_small_stack, &result)) return 2;
  pthread_join(thread, NULL);
  return result == tn_item(some_work()) ? 0 : 3;
}

/* Any locale with a decimal comma that the system has; without one the test holds nothing, and passes. */
static int decimal_comma(void) {
  if (!setlocale(LC_ALL, "de_DE.UTF-8")) setlocale(LC_ALL, "fr_FR.UTF-8");
  FILE *file = tmpfile(), *terminal = stdout;
  char text[100] = {0};
  if (!file) return 1;
  stdout = file;
  tn_print(tn_values(TN_F32, 0.5, 1e-20));
  stdout = terminal;
  rewind(file);
  if (fread(text, 1, sizeof text - 1, file) == 0) return 2;
  fclose(file);
  return strcmp(text, "f32[2]\n[0.5, 1e-20]\n") ? 3 : 0;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  if (!strcmp(what, "init")) return init();
  if (!strcmp(what, "fork")) return forks();
  if (!strcmp(what, "stack")) return small_stack();
  if (!strcmp(what, "locale")) return decimal_comma();
  if (!strcmp(what, "live")) { /* open scopes and live tensors at exit */
    (void)tn_scope_begin();
    static tn_tensor global;
    global = tn_own(some_work());
    exit(some_work() ? 0 : 1);
  }
  if (!strcmp(what, "print")) tn_on_error(TN_ERRORS_PRINT);
  if (!strcmp(what, "abort")) tn_on_error(TN_ERRORS_ABORT);
  tn_tensor bad = tn_reshape(tn_zeros(TN_F32, 3), 2);
  return bad != NULL;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * locale.c - tn_print, messages and the environment's numbers do not depend on the locale's decimal sign. The locale with
 * commas is the program's own: its localeconv says so to whoever asks, and its printf cannot be trusted with fractions.
 *
 * RUN: %clang -std=c11 -O2 %plugin %tenon_cflags %s -o %t %tenon_libs
 * RUN: env LC_ALL=C %t > %t.c.txt
 * RUN: FileCheck %s < %t.c.txt
 * RUN: mkdir -p %t.dir
 * RUN: localedef -i de_DE -f UTF-8 %t.dir/de_DE.UTF-8 || localedef --no-archive -c -i de_DE -f UTF-8 %t.dir/de_DE.UTF-8 || true
 * RUN: env LOCPATH=%t.dir LC_ALL=de_DE.UTF-8 %t > %t.de.txt
 * RUN: diff %t.c.txt %t.de.txt
 */
#include <locale.h>
#include <stdio.h>

#include <tenon.h>

int main(void) {
  setlocale(LC_ALL, "");
  fprintf(stderr, "decimal sign: %s\n", localeconv()->decimal_point);
  /* CHECK: 0.5
   * CHECK-SAME: -1.25
   * CHECK-SAME: 1e-40
   * CHECK: tn_full: {{.*}}0.5
   */
  tn_print(tn_mul(tn_values(TN_F32, 0.25, -0.625, 5e-41), 2));
  tn_tensor wrong = tn_full(TN_I32, 0.5, 2);
  printf("%s\n", wrong ? "" : tn_error());
  return 0;
}

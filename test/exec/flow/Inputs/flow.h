/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * flow.h - what the programs of this folder share: named cases, run each for k = 0, 1, ..., with arrays that are filled
 * anew, and every bit of their results printed.
 *
 *   CASE(halved) { bits("half", tn_mul(va(), k ? 0.5f : 0.25f)); }
 *   int main(int argc, char **argv) { return flow_main(argc, argv, (const flow_case[]){ROW(halved, 2)}, 1); }
 *
 * An argument names the only case to run: ./program halved.
 */
#ifndef TENON_TEST_FLOW_H
#define TENON_TEST_FLOW_H

#include "../../Inputs/show.h"

#define NOINLINE __attribute__((noinline))
/* k is what no compiler knows. */
#define CASE(name) NOINLINE static void name(int k)
#define ROW(name, turns) {#name, name, turns}

typedef struct flow_case {
  const char *name;
  void (*run)(int k);
  int turns;
} flow_case;

/* 8 x 8 each, of the program's own memory: a from -3 by 0.25, b falling from 1. */
static float a[64], b[64];
static inline tn_tensor va(void) { return tn_view(a, TN_F32, 8, 8); }
static inline tn_tensor vb(void) { return tn_view(b, TN_F32, 8, 8); }

/* dtype, shape and all elements, eight to a line; the error, if there is one. */
NOINLINE __attribute__((unused)) static void bits(const char *what, tn_tensor t) {
  printf("%s", what);
  if (t) {
    tn_tensor own = tn_copy(t); /* row-major, whatever t is */
    const tn_dtype dtype = tn_dtype_of(own);
    const size_t width = dtype == TN_BOOL || dtype == TN_U8 ? 1 : dtype == TN_F32 || dtype == TN_I32 ? 4 : 8;
    const char *p = tn_data_const(own);
    printf(" %x[", dtype & 15);
    for (int d = 0; d < tn_rank(own); d++) printf(d ? " %lld" : "%lld", (long long)tn_dim(own, d));
    printf("]");
    const int64_t size = tn_size(own);
    for (int64_t i = 0; i < size; i++)
      printf("%s%llx", size > 8 && i % 8 == 0 ? "\n  " : " ", show_bits(p + (size_t)i * width, dtype));
    tn_free(own);
  } else {
    printf(" NULL");
  }
  if (!tn_ok()) printf(" \"%s\"", tn_error());
  tn_clear_error();
  putchar('\n');
}

/* All bits of a number; every NaN is nan. */
__attribute__((unused)) static void number(const char *what, double v) { show_number(what, v); }

__attribute__((unused)) static int flow_main(int argc, char **argv, const flow_case *cases, int count) {
  for (int i = 0; i < count; i++) {
    if (argc > 1 && strcmp(argv[1], cases[i].name) != 0) continue;
    for (int k = 0; k < cases[i].turns; k++) {
      TN_SCOPE;
      for (int j = 0; j < 64; j++) a[j] = (float)j * 0.25f - 3, b[j] = 1.f / (float)(j + 1);
      printf("== %s %d\n", cases[i].name, k);
      cases[i].run(k);
      if (!tn_ok()) printf("\"%s\"\n", tn_error());
      tn_clear_error();
    }
  }
  return 0;
}

#endif

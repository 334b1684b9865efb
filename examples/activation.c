/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * activation.c - chains of elementwise ops, one of them through a C function of our own. Compiled, each chain is one
 * loop of vector code, and softsign is in it.
 *
 *   activation [n [repeats [fast]]]              n elements; with repeats, the time of gate goes to stderr
 */
#include "example.h"

/* An ordinary C function: nothing marks it. */
static float softsign(float v) {
  const float size = v < 0 ? -v : v;
  return v / (1 + size);
}

/* The same with a scalar function of Tenon's, which has the bits of tn_exp and, unlike libm's, a vector form. */
static float bump(float v) { return tn_expf(-v * v); }

static tn_tensor own_functions(tn_tensor x, float a, float b) {
  tn_tensor line = tn_add(tn_mul(x, a), b);
  return tn_sub(tn_map(softsign, line), tn_mul(tn_map(bump, line), 0.5f));
}

static tn_tensor gate(tn_tensor x, tn_tensor c, float a, float b) {
  return tn_mul(tn_sigmoid(tn_add(tn_mul(x, a), b)), tn_tanh(c));
}

/* The same, with leave to contract, reassociate and share divisions. Its bits are nobody's promise. */
TN_PRAGMA(fp(fast))
static tn_tensor gate_fast(tn_tensor x, tn_tensor c, float a, float b) {
  return tn_mul(tn_sigmoid(tn_add(tn_mul(x, a), b)), tn_tanh(c));
}

static void show(const char *name, tn_tensor t) {
  printf("%-14s %016llx", name, (unsigned long long)example_checksum(tn_data_const(t), tn_size(t)));
  printf("  of %lld elements\n", (long long)tn_size(t));
}

int main(int argc, char **argv) {
  const int64_t n = example_argument(argc, argv, 1, 10007);
  const int repeats = (int)example_argument(argc, argv, 2, 0);
  const bool fast = argc > 3 && !strcmp(argv[3], "fast");
  if (n < 1)
    return fprintf(stderr, "usage: activation [n >= 1 [repeats [fast]]]\n"), 2;
  float *x_memory = example_array(n, 1, -4.f, 4.f), *c_memory = example_array(n, 2, -3.f, 3.f);
  double *times = calloc((size_t)repeats + 1, sizeof *times);
  tn_tensor x = tn_view(x_memory, TN_F32, n), c = tn_view(c_memory, TN_F32, n);

  show("own functions", own_functions(x, 1.1f, -0.2f));
  tn_tensor strict = gate(x, c, 1.1f, -0.2f), loose = gate_fast(x, c, 1.1f, -0.2f);
  show("gate", strict);
  printf("fast           %s\n",
         tn_item(tn_reduce_max(tn_abs(tn_sub(strict, loose)))) < 1e-6 ? "within 1e-6 of it" : "WRONG");

  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    const double start = example_seconds();
    example_use(fast ? gate_fast(x, c, 1.1f, -0.2f) : gate(x, c, 1.1f, -0.2f));
    times[i] = example_seconds() - start;
  }
  example_report(times, repeats);
  free(times);
  free(x_memory);
  free(c_memory);
  return example_status();
}

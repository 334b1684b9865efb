/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * main.c - the rows of the table: each function under test, compiled, eager, and against its peer.
 *
 *   bench [quick | loops] [digits.csv]   quick leaves out the rows that need gigabytes; loops is the second table alone
 */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef HAVE_EIGEN
#define eigen_chain NULL
#define eigen_black_scholes NULL
#define eigen_nbody NULL
#endif
#ifndef HAVE_ONEDNN
#define onednn_attention NULL
#endif
#ifndef HAVE_OPENBLAS
#define openblas_product NULL
#endif

enum { COMPILED, EAGER, PEER };

/* work: flops or bytes of one run, for the rate column; unit says which. goal: of the peer's speed, 0 if none is set. */
typedef struct row {
  const char *name, *size, *peer_name, *unit;
  bench_function *compiled, *eager, *peer;
  double work, goal;
} row;

static void measure(const row *r, bench_case *c) {
  bench_function *const way[WAYS] = {r->compiled, r->eager, r->peer};
  double t[WAYS];
  char text[3][16], rate[24] = "", of_peer[24] = "", peer[40] = "";
  driver_measure(way, c, t);
  if (r->work > 0) snprintf(rate, sizeof rate, "%.1f %s", r->work / t[COMPILED] * 1e-9, r->unit);
  if (r->peer) {
    snprintf(peer, sizeof peer, "%s %s", driver_duration(t[PEER], text[2]), r->peer_name);
    snprintf(of_peer, sizeof of_peer, "%.2f", t[PEER] / t[COMPILED]);
    if (r->goal > 0) snprintf(of_peer + strlen(of_peer), 16, " (%.2f)", r->goal);
  } else if (r->peer_name) {
    snprintf(peer, sizeof peer, "peer absent: %s", r->peer_name);
  }
  printf("%-28s %-10s %11s %11s %6.1fx %11s  %-24s %s\n", r->name, r->size, driver_duration(t[COMPILED], text[0]),
         driver_duration(t[EAGER], text[1]), t[EAGER] / t[COMPILED], rate, peer, of_peer);
  fflush(stdout);
  if (!tn_ok()) {
    fprintf(stderr, "bench: %s: %s\n", r->name, tn_error());
    exit(1);
  }
}

#define BOTH(name) .compiled = name##_compiled, .eager = name##_eager

/* Three arrays of n floats as one-dimensional tensors. */
static bench_case vectors(int64_t n, float low, float high) {
  bench_case c = {.n = n, .a = driver_memory(n, 1, low, high), .b = driver_memory(n, 2, low, high), .y = driver_memory(n, 3, 0, 1),
                  .p = 1.1f, .q = -0.2f};
  c.ta = tn_view(c.a, TN_F32, n);
  c.tb = tn_view(c.b, TN_F32, n);
  c.ty = tn_view(c.y, TN_F32, n);
  return c;
}

static void release(bench_case *c) {
  tn_free(c->ta);
  tn_free(c->tb);
  tn_free(c->ty);
  free(c->a);
  free(c->b);
  free(c->y);
}

static void cool_comp_rows(int64_t side, const char *size) {
  bench_case c = vectors(side * side, 0.f, 1.f);
  measure(&(row){"cool_comp over a", size, "hand loop", "GB/s", BOTH(cool_comp_in_place), hand_cool_comp,
                 12.0 * (double)c.n, 1 / 1.15}, &c);
  release(&c);
}

static void sums_rows(int64_t n, const char *size) {
  bench_case c = vectors(n, -1.f, 1.f);
  measure(&(row){"five sums, one pass", size, "reading both", "GB/s", BOTH(five_sums), hand_read, 8.0 * (double)n,
                 1 / 1.2}, &c);
  measure(&(row){"mean and var, one pass", size, NULL, "GB/s", BOTH(mean_and_var), NULL, 4.0 * (double)n, 0}, &c);
  release(&c);
}

static void chain_rows(int64_t n, const char *size) {
  bench_case c = vectors(n, -4.f, 4.f);
  measure(&(row){"sigmoid(px+q)tanh(c) strict", size, "Eigen", "Gel/s", BOTH(chain), eigen_chain, (double)n, 0.8}, &c);
  measure(&(row){"sigmoid(px+q)tanh(c) fast", size, "Eigen", "Gel/s", BOTH(chain_fast), eigen_chain, (double)n, 1.0}, &c);
  release(&c);
}

static void product_rows(int64_t side, const char *size) {
  bench_case c = vectors(side * side, -1.f, 1.f);
  tn_free(c.ta);
  tn_free(c.tb);
  c.n = side;
  c.ta = tn_view(c.a, TN_F32, side, side);
  c.tb = tn_view(c.b, TN_F32, side, side);
  measure(&(row){"sgemm", size, "OpenBLAS", "GF/s", BOTH(product), openblas_product,
                 2.0 * (double)side * (double)side * (double)side, 0.5}, &c);
  release(&c);
}

static void network_rows(int64_t batch, const char *size) {
  bench_case c = {.n = batch, .a = driver_memory(batch * 784, 1, 0.f, 1.f), .b = driver_memory(784 * 256 + 256 + 2560 + 10, 2, -0.1f, 0.1f)};
  measure(&(row){"network 784-256-10", size, NULL, "GF/s", BOTH(network), NULL,
                 2.0 * (double)batch * (784 * 256 + 256 * 10), 0}, &c);
  free(c.a);
  free(c.b);
}

#define FAST(name) .compiled = name##_fast, .eager = name##_eager

/* The peer is tn_softmax, compiled: what writing it by hand costs. */
static void softmax_rows(int64_t rows, int64_t columns, const char *size) {
  bench_case c = {.n = rows, .q = (float)columns, .a = driver_memory(rows * columns, 1, -10.f, 10.f)};
  const double elements = (double)rows * (double)columns;
  measure(&(row){"softmax by hand, strict", size, "tn_softmax strict", "Gel/s", BOTH(softmax_by_hand),
                 softmax_of_tenon_compiled, elements, 1 / 1.6}, &c);
  measure(&(row){"softmax by hand, fast", size, "tn_softmax fast", "Gel/s", FAST(softmax_by_hand), softmax_of_tenon_fast,
                 elements, 1 / 1.05}, &c);
  free(c.a);
}

static void attention_rows(int64_t n, const char *size) {
  bench_case c = {.n = n, .a = driver_memory(3 * 8 * n * 64, 1, -2.f, 2.f), .y = driver_memory(8 * n * 64, 2, 0, 1)};
  const double flops = 4.0 * 8 * 64 * (double)n * (double)n;
  measure(&(row){"attention by hand, strict", size, "oneDNN", "GF/s", BOTH(attention), onednn_attention, flops, 0.7}, &c);
  measure(&(row){"attention by hand, fast", size, "oneDNN", "GF/s", FAST(attention), onednn_attention, flops, 0.7}, &c);
  free(c.a);
  free(c.y);
}

static void nbody_rows(int64_t n, const char *size) {
  bench_case c = {.n = n, .a = driver_memory(4 * n, 1, 0.1f, 1.f), .y = driver_memory(3 * n, 2, 0, 1)};
  const double pairs = (double)n * (double)n;
  measure(&(row){"n bodies, all pairs, strict", size, "Eigen", "Gp/s", BOTH(nbody), eigen_nbody, pairs, 3}, &c);
  measure(&(row){"n bodies, all pairs, fast", size, "Eigen", "Gp/s", FAST(nbody), eigen_nbody, pairs, 3}, &c);
  free(c.a);
  free(c.y);
}

static void black_scholes_rows(int64_t n, const char *size) {
  bench_case c = {.n = n, .a = driver_memory(3 * n, 1, 5.f, 30.f), .y = driver_memory(2 * n, 2, 0, 1), .p = 0.02f, .q = 0.3f};
  const struct {
    const char *name;
    bench_function *f;
  } peers[] = {{"Eigen", eigen_black_scholes}, {"C, vector math", vector_math_black_scholes}};
  for (int i = 0; i < 2; i++) {
    measure(&(row){"Black-Scholes strict", size, peers[i].name, "Gopt/s", BOTH(black_scholes), peers[i].f, (double)n, 1}, &c);
    measure(&(row){"Black-Scholes fast", size, peers[i].name, "Gopt/s", FAST(black_scholes), peers[i].f, (double)n, 1.5}, &c);
  }
  free(c.a);
  free(c.y);
}

int main(int argc, char **argv) {
  const bool quick = argc > 1 && !strcmp(argv[1], "quick"), loops = argc > 1 && !strcmp(argv[1], "loops");
  const char *digits_csv = argc > 1 + quick ? argv[1 + quick] : "";
  if (loops) return driver_loops(), 0;

  printf("%-28s %-10s %11s %11s %7s %11s  %-24s %s\n", "row", "size", "compiled", "eager", "gain", "rate", "peer",
         "speed of peer's (goal)");
  cool_comp_rows(1024, "1024^2");
  cool_comp_rows(4096, "4096^2");
  sums_rows(10000, "1e4");
  sums_rows(1000000, "1e6");
  if (!quick) sums_rows(100000000, "1e8");
  chain_rows(10000, "1e4");
  chain_rows(1000000, "1e6");
  product_rows(512, "512^3");
  product_rows(768, "768^3");
  product_rows(1024, "1024^3");
  network_rows(1, "batch 1");
  network_rows(32, "batch 32");
  network_rows(256, "batch 256");

  softmax_rows(128, 1024, "128x1024");
  softmax_rows(4096, 4096, "4096^2");
  attention_rows(512, "8x512x64");
  nbody_rows(1500, "1500");
  black_scholes_rows(1000000, "1e6");

  bench_case c = vectors(1000000, -4.f, 4.f);
  measure(&(row){"gate, new tensor", "1e6", NULL, "Gel/s", BOTH(gate), NULL, (double)c.n, 0}, &c);
  measure(&(row){"own C functions, new tensor", "1e6", NULL, "Gel/s", BOTH(own_functions), NULL, (double)c.n, 0}, &c);
  release(&c);
  bench_case none = {0};
  if (filetype_prepare_compiled() && filetype_prepare_eager())
    measure(&(row){"filetype, learn and try", "800 files", NULL, NULL, BOTH(filetype), NULL, 0, 0}, &none);
  if (digits_prepare_compiled(digits_csv) && digits_prepare_eager(digits_csv))
    measure(&(row){"digits, one epoch", "1797 rows", NULL, NULL, BOTH(digits), NULL, 0, 0}, &none);
  else
    printf("%-28s no digits.csv\n", "digits, one epoch");
  putchar('\n');
  driver_loops();
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * loops.c - the rows of the second table: programs whose tensor code spans loops and branches, by five ways. All begin with the
 * same numbers and leave one result, which must be nearly the same.
 */
#include "driver.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef HAVE_EIGEN
#define eigen_power NULL
#define eigen_descent NULL
#define eigen_layers NULL
#define eigen_rnn NULL
#define eigen_conjugate NULL
#endif

enum { STRICT, FAST, EAGER, HAND, EIGEN };
static const char *const names[WAYS] = {"strict", "fast", "eager", "hand C", "Eigen"};

/* Small integers, sums of which differ, and roundings that add up over turns. */
static const double tolerance = 2e-3;

/* The speed of way w as a part of that of the other one; "-" where one is missing. */
static const char *part(const double t[WAYS], int w, int other, char text[16]) {
  const double speed = t[w] > 0 && t[other] > 0 ? t[other] / t[w] : 0;
  snprintf(text, 16, speed <= 0 ? "-" : speed < 0.1 ? "%.4f" : "%.2f", speed);
  return text;
}

static void measure(const char *name, const char *size, const double per_second, bench_function *const way[WAYS], bench_case *c) {
  double t[WAYS];
  float result[WAYS] = {0};
  char text[10][16];
  for (int w = 0; w < WAYS; w++) {
    if (!way[w]) continue;
    c->sink = NAN;
    way[w](c);
    result[w] = c->sink;
    if (fabs((double)result[w] - result[STRICT]) <= tolerance * fabs((double)result[STRICT])) continue;
    fprintf(stderr, "bench: %s: %s gives %g, not %g\n", name, names[w], result[w], result[STRICT]);
    exit(1);
  }
  driver_measure(way, c, t);
  printf("%-24s %-14s", name, size);
  for (int w = 0; w < WAYS; w++) printf(" %11s", driver_duration(t[w], text[w]));
  printf("  %7s %6s  %6s %6s  %6s %6s", part(t, STRICT, EAGER, text[0]), part(t, FAST, EAGER, text[1]), part(t, STRICT, HAND, text[2]),
         part(t, FAST, HAND, text[3]), part(t, STRICT, EIGEN, text[4]), part(t, FAST, EIGEN, text[5]));
  if (per_second > 0) {
    printf("  a second:");
    for (int w = 0; w < WAYS; w++)
      if (way[w]) printf(" %s %.4g", names[w], per_second / t[w]);
  }
  putchar('\n');
  fflush(stdout);
  if (!tn_ok()) {
    fprintf(stderr, "bench: %s: %s\n", name, tn_error());
    exit(1);
  }
}

#define WAYS_OF(name, eigen) (bench_function *const[WAYS]){name##_compiled, name##_fast, name##_eager, hand_##name, eigen}

static void release(bench_case *c) {
  free(c->a);
  free(c->b);
  free(c->y);
}

/* Noise beside a diagonal that begins with `first` and grows by `more`. */
static bench_case symmetric(int64_t n, float low, float high, float first, float more) {
  bench_case c = {.n = n, .a = driver_memory(n * n, 1, low, high), .b = driver_memory(n, 2, -1.f, 1.f), .y = driver_memory(4 * n, 3, 0.f, 1.f)};
  for (int64_t i = 0; i < n; i++) {
    for (int64_t j = 0; j < i; j++) c.a[i * n + j] = c.a[j * n + i];
    c.a[i * n + i] += first + more * (float)i;
  }
  return c;
}

static void power_rows(int64_t n, const char *size) {
  bench_case c = symmetric(n, 0.f, 0.1f, 0.2f * (float)n, 0);
  measure("power iteration", size, 0, WAYS_OF(power, eigen_power), &c);
  release(&c);
}

static void conjugate_rows(int64_t n, const char *size) {
  bench_case c = symmetric(n, -0.1f, 0.1f, 2 + 0.01f * (float)n, 0.25f);
  measure("conjugate gradients", size, 0, WAYS_OF(conjugate, eigen_conjugate), &c);
  release(&c);
}

static void descent_rows(int64_t rows, int64_t columns, const char *size) {
  bench_case c = {.n = rows, .m = columns, .a = driver_memory(rows * columns, 1, -1.f, 1.f), .b = driver_memory(rows, 2, -1.f, 1.f),
                  .y = driver_memory(rows + columns, 3, 0.f, 1.f)};
  measure("gradient descent", size, 0, WAYS_OF(descent, eigen_descent), &c);
  release(&c);
}

static void kmeans_rows(int64_t points, int64_t dims, int64_t centres, const char *size) {
  bench_case c = {.n = points, .m = dims, .k = centres, .a = driver_memory(points * dims, 1, -1.f, 1.f), .y = driver_memory(2 * points, 2, 0.f, 1.f)};
  for (int64_t i = 0; i < points; i++) /* clouds that overlap */
    for (int64_t j = 0; j < dims; j++) c.a[i * dims + j] += 4 * sinf((float)(i % centres * dims + j) * 1.7f);
  measure("k-means", size, 0, WAYS_OF(kmeans, NULL), &c);
  release(&c);
}

static void layers_rows(int64_t batch, int64_t units, int64_t layers, const char *size) {
  const float wide = 2.4f / sqrtf((float)units);
  bench_case c = {.n = batch, .m = units, .k = layers, .a = driver_memory(batch * units, 1, -1.f, 1.f),
                  .b = driver_memory(layers * (units + 1) * units, 2, -wide, wide), .y = driver_memory(3 * batch * units, 3, 0.f, 1.f)};
  measure("layers in a loop", size, 0, WAYS_OF(layers, eigen_layers), &c);
  release(&c);
}

static void rnn_rows(int64_t steps, int64_t batch, int64_t units, const char *size) {
  const float wide = 1.f / sqrtf((float)units);
  bench_case c = {.n = batch, .m = units, .k = steps, .a = driver_memory(steps * batch * units, 1, -1.f, 1.f),
                  .b = driver_memory((2 * units + 1) * units, 2, -wide, wide), .y = driver_memory(3 * batch * units, 3, 0.f, 1.f)};
  measure("recurrent cell", size, 0, WAYS_OF(rnn, eigen_rnn), &c);
  release(&c);
}

static void small_rnn_rows(int64_t n, const char *size) {
  bench_case c = {.n = n, .a = driver_memory(16 * n, 1, -1.f, 1.f), .b = driver_memory(528, 2, -0.25f, 0.25f)};
  measure("recurrent cell, 16 units", size, 0, WAYS_OF(small_rnn, NULL), &c);
  release(&c);
}

static void jacobi_rows(int64_t n, int64_t turns, const char *size) {
  bench_case c = {.n = n, .m = turns, .a = driver_memory(n * n, 1, 0.f, 1.f), .y = driver_memory(n * n, 2, 0.f, 1.f)};
  measure("Jacobi's stencil", size, 0, WAYS_OF(jacobi, NULL), &c);
  release(&c);
}

static void mandelbrot_rows(int64_t side, int64_t most, const char *size) {
  bench_case c = {.n = side, .m = most, .y = driver_memory(side * (side + 63), 2, 0.f, 1.f)};
  measure("Mandelbrot", size, 0, WAYS_OF(mandelbrot, NULL), &c);
  release(&c);
}

static void newton_rows(int64_t rows, int64_t columns, const char *size) {
  bench_case c = {.n = rows, .m = columns, .a = driver_memory(rows * columns, 1, -1.f, 1.f), .b = driver_memory(rows, 2, -1.f, 1.f),
                  .y = driver_memory(4 * rows + columns * (columns + 4), 3, 0.f, 1.f)};
  for (int64_t i = 0; i < rows; i++) { /* the side of a plane, and sometimes the other one */
    float s = 2 * c.b[i];
    for (int64_t j = 0; j < columns; j++) s += 4 * sinf((float)j) * c.a[i * columns + j];
    c.b[i] = s > 0 ? 1.f : -1.f;
  }
  measure("Newton, line search", size, 0, WAYS_OF(newton, NULL), &c);
  release(&c);
}

static void kalman_rows(int64_t steps, const char *size) {
  bench_case c = {.n = steps, .a = driver_memory(2 * steps, 1, -1.f, 1.f)};
  for (int64_t i = 0; i < steps; i++) c.a[2 * i] += (float)i * 0.1f, c.a[2 * i + 1] += 5 * sinf((float)i * 0.01f);
  measure("Kalman filter", size, (double)steps, WAYS_OF(kalman, NULL), &c);
  release(&c);
}

static void small_mlp_rows(int64_t n, const char *size) {
  bench_case c = {.n = n, .a = driver_memory(8 * n, 1, -1.f, 1.f), .b = driver_memory(8 * 16 + 16 + 16 * 4 + 4, 2, -0.5f, 0.5f),
                  .y = driver_memory(4 * n, 3, 0.f, 1.f)};
  measure("network 8-16-4, one row", size, (double)n, WAYS_OF(small_mlp, NULL), &c);
  release(&c);
}

static void decoder_rows(const char *size, int64_t dim, int64_t layers, int64_t place) {
  const int64_t hidden = 768, vocabulary = 32000;
  const int64_t count = vocabulary * dim + dim + layers * (2 * dim + 4 * dim * dim + 3 * hidden * dim);
  const float wide = 1.5f / sqrtf((float)dim);
  bench_case c = {.n = dim, .m = layers, .k = place, .a = driver_memory(count, 11, -wide, wide)};
  measure("decoder, one token", size, 1, WAYS_OF(decoder, NULL), &c); /* whose views of c.a stay */
}

void driver_loops(void) {
  printf("%-24s %-14s %11s %11s %11s %11s %11s  %14s  %13s  %13s\n%-98s  %7s %6s  %6s %6s  %6s %6s\n", "program", "size", names[STRICT],
         names[FAST], names[EAGER], names[HAND], names[EIGEN], "speed of eager", "of hand C", "of Eigen", "", names[STRICT], names[FAST],
         names[STRICT], names[FAST], names[STRICT], names[FAST]);
  power_rows(64, "64^2");
  power_rows(512, "512^2");
  conjugate_rows(64, "64^2");
  conjugate_rows(512, "512^2");
  descent_rows(200, 10, "200x10");
  descent_rows(4000, 64, "4000x64");
  kmeans_rows(300, 4, 8, "300x4, 8");
  kmeans_rows(20000, 16, 32, "20000x16, 32");
  layers_rows(1, 64, 6, "1x64, 6");
  layers_rows(32, 256, 6, "32x256, 6");
  rnn_rows(100, 32, 128, "100, 32x128");
  jacobi_rows(64, 100, "64^2, 100");
  jacobi_rows(1024, 20, "1024^2, 20");
  mandelbrot_rows(64, 200, "64^2");
  mandelbrot_rows(512, 200, "512^2");
  newton_rows(200, 6, "200x6");
  newton_rows(4000, 32, "4000x32");
  rnn_rows(1000, 1, 16, "1000, 1x16");
  kalman_rows(1000, "1000, 4 states");
  small_mlp_rows(1000, "1000");
  small_rnn_rows(1000, "1000");
  decoder_rows("288, 6 layers", 288, 6, 128);
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * steady_memory.c - what the scoped loops of the examples take from malloc once they have run: nothing, in any turn, for
 * what one turn gives back the next one takes. One program that keeps the tensors of all its turns shows that the count counts.
 *
 * UNSUPPORTED: asan
 * RUN: %clang -std=c11 -O2 %tenon_cflags -I %examples %s %S/../Inputs/allocations.c -o %t.eager %tenon_libs
 * RUN: %t.eager | FileCheck %s
 * RUN: %clang -std=c11 -O2 %plugin %tenon_cflags -I %examples %s %S/../Inputs/allocations.c -o %t.compiled %tenon_libs
 * RUN: env TENON_NUM_THREADS=1 %t.compiled | FileCheck %s
 * RUN: env TENON_NUM_THREADS=2 %t.compiled | FileCheck %s
 * RUN: env TENON_FAIL_GUARD=all %t.compiled | FileCheck %s
 *
 * CHECK: power: {{[1-9][0-9]+}} turns, 0 calls
 * CHECK-NEXT: descent: {{[1-9][0-9]+}} turns, 0 calls
 * CHECK-NEXT: kmeans: {{[1-9][0-9]*}} turns, 0 calls
 * CHECK-NEXT: layers: 24 turns, 0 calls
 * CHECK-NEXT: rnn: 50 turns, 0 calls
 * CHECK-NEXT: jacobi: 60 turns, 0 calls
 * CHECK-NEXT: mandelbrot: {{[1-9][0-9]+}} turns, 0 calls
 * CHECK-NEXT: conjugate: {{[1-9][0-9]+}} turns, 0 calls
 * CHECK-NEXT: newton: {{[1-9][0-9]*}} turns, 0 calls
 * CHECK-NEXT: kalman: 40 turns, 0 calls
 * CHECK-NEXT: decoder: 10 turns, 0 calls
 * CHECK-NEXT: without scopes: 30 turns, {{[1-9][0-9]*}} calls
 */
#define main power_main
#include <power.c>
#undef main
#define main descent_main
#include <descent.c>
#undef main
#define main kmeans_main
#include <kmeans.c>
#undef main
#define main layers_main
#include <layers.c>
#undef main
#define main rnn_main
#include <rnn.c>
#undef main
#define main jacobi_main
#include <jacobi.c>
#undef main
#define main mandelbrot_main
#include "Inputs/whole_mandelbrot.c"
#undef main
#define main conjugate_main
#include <conjugate.c>
#undef main
#define main newton_main
#include <newton.c>
#undef main
#define main kalman_main
#include <kalman.c>
#undef main
#define MOST_LAYERS MOST_BLOCKS
#define main decoder_main
#include <decoder.c>
#undef main

#include "../Inputs/allocations.h"

static float memory[64 * 64], more[64 * 64], most[64];
static decoder speaker;

static int run_power(void) {
  float value;
  tn_tensor v = tn_full(TN_F32, 0.25f, 64);
  make_symmetric(memory, 64);
  return power_iteration(tn_view(memory, TN_F32, 64, 64), &v, 1e-6, 200, &value);
}
static int run_descent(void) {
  tn_tensor w = tn_zeros(TN_F32, 10);
  return descend(tn_view(memory, TN_F32, 200, 10), tn_view(more, TN_F32, 200), &w, 0.1f, 1e-6f, 100).turns;
}
static int run_kmeans(void) {
  make_points(memory, 500, 4, 6);
  tn_tensor x = tn_view(memory, TN_F32, 500, 4), centres = tn_slice(x, 0, 0, 6), labels = tn_full(TN_I64, -1, 500);
  return cluster(x, &centres, &labels, 100);
}
static int run_layers(void) {
  const layered net = make_layers(memory, 24, 12);
  example_use(forward(&net, tn_view(more, TN_F32, 8, 12)));
  return net.count;
}
static int run_rnn(void) {
  const cell c = make_cell(memory, 5, 16);
  example_use(run_cell(&c, tn_view(more, TN_F32, 50, 3, 5), tn_zeros(TN_F32, 3, 16)));
  return 50;
}
static int run_jacobi(void) {
  make_plate(memory, 64);
  return relax(tn_view(memory, TN_F32, 64, 64), 1e-3f, 60);
}
static int run_mandelbrot(void) {
  int turns;
  example_use(escape_times(0.45f, 0.3f, 0.5f, 40, 200, &turns));
  return turns;
}
static int run_conjugate(void) {
  make_positive(memory, 64);
  tn_tensor x = tn_zeros(TN_F32, 64);
  return solve(tn_view(memory, TN_F32, 64, 64), tn_view(more, TN_F32, 64), &x, 1e-5f, 100);
}
static int run_newton(void) {
  for (int i = 0; i < 64; i++) most[i] = more[i] > 0.5f ? 1.f : -1.f;
  tn_tensor w = tn_full(TN_F32, 3, 5);
  return fit(tn_view(more + 64, TN_F32, 64, 5), tn_view(most, TN_F32, 64), &w, 1e-3f, 20).turns;
}
static int run_kalman(void) {
  float places[40][2];
  make_places(places, 40);
  filter f = make_filter();
  for (int i = 0; i < 40; i++) observe(&f, places[i]);
  return 40;
}
static int run_decoder(void) {
  for (int64_t place = 0, token = 1; place < 10; place++) token = next_token(&speaker, token, place);
  return 10;
}
static int run_without_scopes(void) {
  tn_tensor x = tn_view(memory, TN_F32, 64, 64);
  for (int i = 0; i < 30; i++) x = tn_tanh(tn_mul(x, 0.5f)), example_use(x);
  static tn_tensor kept; /* and what the turns before this one made is not given back */
  kept = tn_own(x);
  return kept ? 30 : 0;
}

int main(void) {
  static const struct {
    const char *name;
    int (*run)(void);
  } programs[] = {{"power", run_power}, {"descent", run_descent}, {"kmeans", run_kmeans}, {"layers", run_layers}, {"rnn", run_rnn},
                  {"jacobi", run_jacobi}, {"mandelbrot", run_mandelbrot}, {"conjugate", run_conjugate}, {"newton", run_newton},
                  {"kalman", run_kalman}, {"decoder", run_decoder}};
  float *const weights_of_speaker = example_array(count_weights(32, 4, 72, 50), 11, -0.25f, 0.25f);
  speaker = make_decoder(weights_of_speaker, 10, 32, 4, 4, 72, 50);
  uint32_t seed = 9;
  for (int i = 0; i < 64 * 64; i++) memory[i] = example_uniform(&seed, -0.5f, 0.5f), more[i] = example_uniform(&seed, 0, 1);
  for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
    for (int round = 0; round < 4; round++) {
      TN_SCOPE;
      if (round == 3) allocations_start();
      const int turns = programs[i].run();
      if (round == 3) printf("%s: %d turns, %lld calls\n", programs[i].name, turns, (long long)allocations_calls());
    }
  allocations_start();
  const int turns = run_without_scopes();
  printf("without scopes: %d turns, %lld calls\n", turns, (long long)allocations_calls());
  free(weights_of_speaker);
  free(speaker.angles);
  return example_status();
}

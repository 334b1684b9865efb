/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * retry_bare.c - the model of examples/retry.c without libc, runtime and start files: it learns, and refers to nothing.
 *
 * REQUIRES: x86_64
 * UNSUPPORTED: asan
 * RUN: %clang -std=c11 -O2 -ffreestanding -DBARE %plugin -I %headers -c %examples/retry.c -o %t.model.o
 * RUN: llvm-nm %t.model.o | FileCheck %s --implicit-check-not=tn_ --implicit-check-not=" U "
 * RUN: %clang -std=c11 -O2 -ffreestanding -c %s -o %t.start.o
 * RUN: %clang -nostdlib -static %t.model.o %t.start.o -o %t
 * RUN: %t
 *
 * CHECK: T model_learn
 * CHECK: T model_observe
 * CHECK: T model_predict
 */
enum { FEATURES = 8, RECENT = 16 };
struct model {
  float weights[FEATURES], recent[RECENT], mean, spread, longest;
  int next;
};
void model_observe(struct model *m, float round_trip);
float model_predict(const struct model *m, const float *features);
void model_learn(struct model *m, const float *features, float lost, float rate);

static int work(void) {
  static struct model m;
  for (int i = 0; i < 40; i++)
    model_observe(&m, i % 2 ? 30 : 50);
  if (m.mean != 40 || m.spread != 10 || m.longest != 50)
    return 1;
  const float early[FEATURES] = {1, -1, -1}, late[FEATURES] = {1, 2, 2};
  if (model_predict(&m, early) != 0.5f)
    return 2;
  for (int i = 0; i < 500; i++) {
    model_learn(&m, early, 0, 0.1f);
    model_learn(&m, late, 1, 0.1f);
  }
  return model_predict(&m, early) < 0.05f && model_predict(&m, late) > 0.95f ? 0 : 3;
}

__attribute__((naked, noreturn)) void _start(void) { __asm__("call start_in_c\n hlt"); }
__attribute__((used)) void start_in_c(void) {
  const long status = work();
  __asm__ volatile("syscall" : : "a"(60L), "D"(status) : "rcx", "r11", "memory");
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * isa.c - which of the compiled versions of a kernel this process runs.
 *
 * Features are asked of the processor and of the operating system, never
 * guessed from the processor's name. x86-64-v2 is the floor: a version 0 is
 * what every processor runs that can run the program at all.
 */
#include "internal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined __x86_64__
#include <cpuid.h>

/* The register state that the operating system saves: XCR0. */
static uint64_t saved_state(void) {
  uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

static int best_isa(void) {
  enum { XMM_YMM = 0x6, OPMASK_ZMM = 0xe0 };
  const uint32_t v3_leaf1 = bit_FMA | bit_MOVBE | bit_AVX | bit_F16C;
  const uint32_t v3_leaf7 = bit_AVX2 | bit_BMI | bit_BMI2;
  const uint32_t v4_leaf7 =
      bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | bit_AVX512VL;
  const uint32_t lzcnt = 1u << 5; /* of leaf 0x80000001 */
  uint32_t a, b, c, d;

  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & v3_leaf1) != v3_leaf1 ||
      !(c & bit_OSXSAVE))
    return 0;
  const uint64_t state = saved_state();
  if ((state & XMM_YMM) != XMM_YMM)
    return 0;
  if (!__get_cpuid(0x80000001, &a, &b, &c, &d) || !(c & lzcnt))
    return 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (b & v3_leaf7) != v3_leaf7)
    return 0;
  if ((state & OPMASK_ZMM) != OPMASK_ZMM || (b & v4_leaf7) != v4_leaf7)
    return 1;
  return 2;
}
#else
static int best_isa(void) { return 0; }
#endif

/* TENON_ISA where the processor has that version, else the best one. */
static int choose_isa(void) {
  static const char *const names[] = {"v2", "v3", "v4"};
  const int best = best_isa();
  const char *wish = getenv("TENON_ISA");
  if (!wish)
    return best;
  for (int i = 0; i < 3; i++) {
    if (strcmp(wish, names[i]) != 0)
      continue;
    if (i > best)
      fprintf(stderr,
              "tenon: TENON_ISA=%s: this processor lacks it; %s is used\n",
              wish, names[best]);
    return i > best ? best : i;
  }
  return best;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Atomic int
    chosen; /* 0: not asked yet; else one more than the version */

static void ask_once(void) {
  atomic_store_explicit(&chosen, choose_isa() + 1, memory_order_release);
}

int tn_rt_isa(void) {
  int isa = atomic_load_explicit(&chosen, memory_order_acquire);
  if (__builtin_expect(isa == 0, 0)) {
    pthread_once(&once, ask_once);
    isa = atomic_load_explicit(&chosen, memory_order_acquire);
  }
  return isa - 1;
}

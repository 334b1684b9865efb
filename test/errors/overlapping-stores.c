/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * overlapping-stores.c - stores whose source overlaps their target: as if the source were read in full first.
 *
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s -o %t.eager %tenon_libs
 * RUN: %t.eager > %t.txt
 * RUN: FileCheck %s < %t.txt
 * RUN: %clang -std=c11 -O2 %plugin %unchecked %tenon_cflags %s -o %t.compiled %tenon_libs
 * RUN: %t.compiled | diff %t.txt -
 * RUN: env TENON_FAIL_GUARD=all %t.compiled | diff %t.txt -
 */
#include "Inputs/errors.h"

static float memory[40];
static tn_tensor at(int64_t start, int64_t n) { return tn_view(memory + start, TN_F32, n); }
static void fill(void) {
  for (int i = 0; i < 40; i++) memory[i] = (float)i;
}
/* What a program would do that reads all of it first. */
#define EXPECT(formula, from, to)                                                                                      \
  do {                                                                                                                 \
    int wrong = 0;                                                                                                     \
    for (int i = 0; i < 40; i++) {                                                                                     \
      const float want = i >= (from) && i < (to) ? (float)(formula) : (float)i;                                        \
      wrong += memory[i] != want;                                                                                      \
    }                                                                                                                  \
    printf("%s, %d to %d: %d wrong\n", #formula, from, to, wrong);                                                     \
    fill();                                                                                                            \
  } while (0)

int main(void) {
  fill();
  /* CHECK-COUNT-11: {{: 0 wrong$}}
   * CHECK-NOT: wrong
   */
  (void)tn_store(at(1, 30), at(0, 30));
  EXPECT(i - 1, 1, 31);
  (void)tn_store(at(0, 30), at(1, 30));
  EXPECT(i + 1, 0, 30);
  (void)tn_store(at(1, 30), tn_add(tn_mul(at(0, 30), 2), 1));
  EXPECT((i - 1) * 2 + 1, 1, 31);
  (void)tn_store(at(0, 30), tn_add(tn_mul(at(1, 30), 2), 1));
  EXPECT((i + 1) * 2 + 1, 0, 30);
  (void)tn_store(at(2, 30), tn_add(at(0, 30), at(4, 30))); /* reads on both sides */
  EXPECT(i - 2 + i + 2, 2, 32);
  (void)tn_store(at(0, 32), tn_slice_step(tn_add(at(0, 32), 0.5f), 0, TN_END, TN_END, -1)); /* turned around */
  EXPECT(31 - i + 0.5f, 0, 32);
  (void)tn_store(at(5, 20), tn_sub(at(5, 20), tn_select(at(0, 40), 0, 6))); /* a broadcast element in the target */
  EXPECT(i - 6, 5, 25);
  const int64_t dims[2] = {6, 6}, turned[2] = {1, 6};
  tn_tensor square = tn_view(memory, TN_F32, 6, 6);
  (void)tn_store(square, tn_add(tn_view_strided(memory, TN_F32, 2, dims, turned), square));
  EXPECT(i % 6 * 6 + i / 6 + i, 0, 36);
  (void)tn_store_at(square, tn_mul(tn_view(memory, TN_F32, 4, 6), 2), 2);
  EXPECT((i - 12) * 2, 12, 36);
  (void)tn_store(at(1, 30), tn_add(at(1, 30), tn_sum(at(0, 40)))); /* reduces what it writes */
  EXPECT(i + 780, 1, 31);
  const int64_t every_second[1] = {2}, n[1] = {15};
  (void)tn_store(tn_view_strided(memory + 1, TN_F32, 1, n, every_second), tn_mul(at(0, 15), 3));
  EXPECT(i % 2 ? (i - 1) / 2 * 3 : i, 0, 31);
  return 0;
}

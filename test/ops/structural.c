/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * structural.c - calls of every structural row of ops.def, on operands of many shapes and layouts, most of which fit some
 * calls and are errors to others: compiled against eager bit for bit, message for message, and in what is left in the
 * memory behind the operands.
 *
 * RUN: mkdir -p %t
 * RUN: %clang -std=c11 -O2 -DSIDE=eager %tenon_cflags -c %S/Inputs/structural_rows.c -o %t/eager.o
 * RUN: %clang -std=c11 -O2 -DSIDE=compiled %plugin %unchecked %tenon_cflags -c %S/Inputs/structural_rows.c -o %t/compiled.o
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s %S/../Inputs/launches.c %t/eager.o %t/compiled.o -o %t/program %tenon_libs
 * RUN: env TENON_NUM_THREADS=1 %t/program %t/one
 * RUN: %python %S/Inputs/rows_covered.py %headers/tenon/ops.def TN_STRUCTURAL < %t/one
 * RUN: env TENON_NUM_THREADS=2 %t/program %t/two
 * RUN: cmp %t/one %t/two
 * RUN: env TENON_NUM_THREADS=3 %t/program %t/three
 * RUN: cmp %t/one %t/three
 * RUN: env TENON_ISA=v2 %t/program %t/v2
 * RUN: cmp %t/one %t/v2
 * RUN: %if x86-v3 %{ env TENON_ISA=v3 %t/program %t/v3 %}
 * RUN: %if x86-v3 %{ cmp %t/one %t/v3 %}
 * RUN: %if x86-v4 %{ env TENON_ISA=v4 %t/program %t/v4 %}
 * RUN: %if x86-v4 %{ cmp %t/one %t/v4 %}
 */
#include "../Inputs/launches.h"
#include "Inputs/operands.h"
#include "Inputs/structural_rows.h"

static const shape pairs[][2] = {
    {{0, {0}}, {0, {0}}}, {SHAPE(1, 1), {0, {0}}}, {SHAPE(1, 0), SHAPE(1, 1)}, {SHAPE(1, 5), SHAPE(1, 5)},
    {SHAPE(1, 17), SHAPE(1, 17)}, {SHAPE(2, 3, 5), SHAPE(2, 5, 3)}, {SHAPE(2, 3, 5), SHAPE(2, 3, 5)},
    {SHAPE(2, 3, 5), SHAPE(1, 5)}, {SHAPE(1, 5), SHAPE(2, 3, 5)}, {SHAPE(2, 3, 1), SHAPE(2, 1, 5)},
    {SHAPE(2, 65, 70), SHAPE(2, 70, 1)}, {SHAPE(2, 33, 64), SHAPE(2, 64, 40)}, {SHAPE(2, 1, 300), SHAPE(2, 300, 17)},
    {SHAPE(3, 2, 3, 5), SHAPE(3, 2, 5, 4)}, {SHAPE(3, 4, 3, 5), SHAPE(3, 1, 3, 5)}, {SHAPE(2, 0, 5), SHAPE(2, 5, 3)},
    {SHAPE(2, 3, 0), SHAPE(2, 0, 4)}, {SHAPE(1, 4096), SHAPE(1, 4096)}, {SHAPE(1, 8192), SHAPE(1, 1)},
    {SHAPE(2, 2, 4097), SHAPE(2, 4097, 2)}, {SHAPE(2, 130, 131), SHAPE(2, 131, 130)}, {SHAPE(2, 260, 256), SHAPE(1, 256)},
    {SHAPE(4, 2, 1, 3, 4), SHAPE(3, 3, 4, 2)}, {SHAPE(1, 5), SHAPE(2, 5, 7)}, {SHAPE(2, 7, 5), SHAPE(1, 5)}};

/* Ordinary numbers, with special ones among them or without. */
static void fill(operand *x, int64_t size, bool specials) {
  uint64_t state = (uint64_t)size;
  int64_t index[8] = {0};
  for (int64_t i = 0, at = 0; i < size; i++, at = next_element(x, index, at)) {
    const uint64_t bits = random_bits(&state);
    const float v = specials && bits % 16 == 0 ? (float)special(bits >> 8) : (float)(int64_t)bits * 0x1p-61f;
    memcpy(x->data + at * 4, &v, 4);
  }
}

/* An operand and a copy of it: both sides write into their own. Returns how many elements it has. */
static int64_t make_both(operand out[2], const shape *s, layout how, bool specials, int which) {
  static storage memory[4];
  int64_t size = 0;
  for (int side = 0; side < 2; side++) {
    size = place_operand(&out[side], &memory[2 * which + side], TN_F32, s->rank, s->dims, how);
    fill(&out[side], size, specials);
  }
  return size;
}

static bool same_memory(const operand x[2], int64_t size) {
  int64_t index[8] = {0};
  for (int64_t i = 0, at = 0; i < size; i++, at = next_element(&x[0], index, at))
    if (bits_of(x[0].data + at * 4, TN_F32) != bits_of(x[1].data + at * 4, TN_F32)) return false;
  return true;
}

static void check(const structural_row *e, const structural_row *c, const shape *sx, const shape *sy, layout how, bool specials) {
  TN_SCOPE;
  operand x[2], y[2];
  char text[400], error[400];
  snprintf(text, sizeof text, "%s %d, shapes %d [%lld %lld ..] and %d [%lld %lld ..], layout %d%s", e->name, e->number, sx->rank,
           (long long)sx->dims[0], (long long)sx->dims[1], sy->rank, (long long)sy->dims[0], (long long)sy->dims[1], how,
           specials ? ", special numbers" : "");
  where_text = text;
  const int64_t size_x = make_both(x, sx, how, specials, 0);
  const int64_t size_y = make_both(y, sy, how == REVERSED ? CONTIGUOUS : how, specials, 1);
  tn_clear_error();
  tn_tensor want = e->call_on(&x[0], &y[0]);
  snprintf(error, sizeof error, "%s", tn_error());
  tn_clear_error();
  tn_tensor got = c->call_on(&x[1], &y[1]);
  if (strcmp(error, tn_error())) FAIL("eager says \"%s\", compiled \"%s\"", error, tn_error());
  if (want || got) compare_sides(want, got, "result");
  if (!same_memory(x, size_x)) FAIL("the first operand's memory differs afterwards");
  if (!same_memory(y, size_y)) FAIL("the second operand's memory differs afterwards");
  hash_result(want);
  tn_clear_error();
}

int main(int argc, char **argv) {
  FILE *hashes = argc > 1 ? fopen(argv[1], "w") : NULL;
  if (eager_structural_count != compiled_structural_count) return puts("tables differ"), 1;
  for (int i = 0; i < eager_structural_count; i++) {
    for (size_t s = 0; s < sizeof pairs / sizeof *pairs; s++)
      for (int n = 0; n < 2 * LAYOUTS; n++)
        if (n / 2 == CONTIGUOUS || pairs[s][0].dims[0] * pairs[s][0].dims[pairs[s][0].rank > 1] < 1000)
          check(&eager_structural[i], &compiled_structural[i], &pairs[s][0], &pairs[s][1], (layout)(n / 2), n % 2);
    write_hash(hashes, eager_structural[i].name, eager_structural[i].number);
  }
  if (hashes) fclose(hashes);
  printf("%d calls, %d failures\n", eager_structural_count, failures);
  return failures != 0;
}

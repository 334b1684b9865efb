/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * plan_cache.c - kernels whose plans are kept do, launch after launch, what the same kernels do whose are not: on other
 * elements, scalars, places, shapes, layouts and flags, one launch within another, and by several threads.
 *
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s %S/../Inputs/allocations.c -o %t %tenon_libs
 * RUN: env TENON_NUM_THREADS=1 %t
 * RUN: env TENON_NUM_THREADS=2 %t
 */
#include "../Inputs/allocations.h"
#include "Inputs/stages.h"

#include <pthread.h>

/* ---- kernels ------------------------------------------------------------------------------------------------------- */

/* y = x / sum(x) * c + b along the last axis */
STAGE(gather_sum) {
  LANES(float, 1, 0);
  EACH LANE(1) += AT(float, 0, j);
}
static void (*within)(void); /* what a launch is interrupted by, once */
STAGE(shares) {
  void (*interrupt)(void) = within;
  within = NULL;
  if (interrupt)
    interrupt();
  EACH AT(float, 4, j) = AT(float, 0, j) / AT(float, 1, j) * AT(float, 2, j) + AT(float, 3, j);
}
#define ROW_VALUES(result_mode)                                                                                        \
  {{.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},                                                                 \
   {.kind = TN_VALUE_LANES, .dtype = F32},                                                                             \
   {.kind = TN_VALUE_SLOT, .dtype = F32},                                                                              \
   {.kind = TN_VALUE_SCALAR, .dtype = F32, .index = 0},                                                                \
   {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 1},                                                                 \
   {.kind = TN_VALUE_RESULT, .dtype = F32, .index = 2, .mode = (result_mode)}}
static const tn_value row_values[] = ROW_VALUES(TN_RESULT_NEW), row_store_values[] = ROW_VALUES(TN_RESULT_STORE),
                      row_reuse_values[] = ROW_VALUES(TN_RESULT_REUSE); /* of x */
static const tn_stage row_stages[] = {BLOCK_STAGE(gather_sum, 0, 0, 1), BLOCK_STAGE(shares, 1, 0, 2, 3, 4, 5)};
static const tn_reduction row_reductions[] = {{TN_REDUCE_SUM, F32, 0, 1, 2, 0, 0, 0}};

/* y = (a b) * c + row */
STAGE(finish) { EACH AT(float, 3, j) = AT(float, 0, j) * AT(float, 1, j) + AT(float, 2, j); }
#define PRODUCT_VALUES(result_mode)                                                                                    \
  {{.kind = TN_VALUE_PRODUCT, .dtype = F32},                                                                           \
   {.kind = TN_VALUE_SCALAR, .dtype = F32, .index = 0},                                                                \
   {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 2},                                                                 \
   {.kind = TN_VALUE_RESULT, .dtype = F32, .index = 3, .mode = (result_mode)}}
static const tn_value product_values[] = PRODUCT_VALUES(TN_RESULT_NEW),
                      product_store_values[] = PRODUCT_VALUES(TN_RESULT_STORE);
static const tn_stage product_stages[] = {BLOCK_STAGE(finish, 0, 0, 1, 2, 3)};

enum { ROWS, ROWS_STORED, ROWS_REUSED, PRODUCT, PRODUCT_STORED, KERNELS };
static const int tensors_of[KERNELS] = {3, 3, 3, 4, 4};
static uint32_t numbers[KERNELS];
#define ROW_KERNEL(values, number_)                                                                                    \
  {KERNEL(values, row_stages),   .axis = -1, .line = 1, .tensor_count = 3, .scalar_count = 1, .reduction_count = 1,    \
   .reductions = row_reductions, .cost = 4,  .number = (number_)}
#define PRODUCT_KERNEL(values, number_)                                                                                \
  {KERNEL(values, product_stages), .axis = TN_AXIS_NONE, .product = 1, .tensor_count = 4, .scalar_count = 1,           \
   .number = (number_)}
#define EACH_KERNEL(numbers)                                                                                           \
  {ROW_KERNEL(row_values, numbers(0)), ROW_KERNEL(row_store_values, numbers(1)),                                       \
   ROW_KERNEL(row_reuse_values, numbers(2)), PRODUCT_KERNEL(product_values, numbers(3)),                               \
   PRODUCT_KERNEL(product_store_values, numbers(4))}
#define KEPT(i) &numbers[i]
#define NOT_KEPT(i) NULL
static tn_kernel kept[KERNELS] = EACH_KERNEL(KEPT), not_kept[KERNELS] = EACH_KERNEL(NOT_KEPT);

static void set_passes(void) {
  for (int k = 0; k < KERNELS; k++)
    kept[k].pass_count = not_kept[k].pass_count = k < PRODUCT ? 2 : 1;
}

/* ---- both ways ------------------------------------------------------------------------------------------------------ */

enum { MOST = 1 << 16 };

static _Thread_local bool reused;

/* Launches with these tensors; the last is the result's place, or NULL. Leaves what was written in out, and in
 * `reused` whether that is x. */
static bool launch(const tn_kernel *kernel, int count, const struct tn_tensor_impl *headers, float c, float *out) {
  const uint64_t mark = tn_rt_enter();
  struct tn_tensor_impl copies[4];
  tn_tensor t[4] = {NULL};
  uint64_t scalar = 0;
  memcpy(&scalar, &c, sizeof c);
  for (int i = 0; i < count; i++) {
    copies[i] = headers[i];
    t[i] = &copies[i];
  }
  const int last = kernel->tensor_count - 1;
  if (!tn_rt_launch(kernel, t, &scalar)) {
    tn_rt_leave(mark);
    return false;
  }
  for (int64_t i = 0; i < t[last]->size; i++) /* a store's place is contiguous here, as what is new */
    out[i] = ((float *)t[last]->data)[i];
  reused = t[last] == &copies[0];
  if (count <= last && !reused && !(TN_HEADER_FLAGS(t[last]->header) & TN_FLAG_WORKSPACE))
    tn_free(t[last]);
  tn_rt_leave(mark);
  return true;
}

/* One launch each way, on what stands in memory, and then on it again. */
static void compare(int k, int count, const struct tn_tensor_impl *headers, float c, const char *what) {
  static _Thread_local float before[MOST], first[MOST], second[MOST];
  const struct tn_tensor_impl *place = k == ROWS_REUSED ? headers : count == tensors_of[k] ? &headers[count - 1] : NULL;
  const size_t bytes = place ? (size_t)place->size * sizeof(float) : 0;
  memset(first, 0, sizeof first);
  memset(second, 0, sizeof second);
  if (place)
    memcpy(before, place->data, bytes);
  const bool want = launch(&not_kept[k], count, headers, c, first), in_place = reused;
  if (place)
    memcpy(place->data, before, bytes);
  const bool got = launch(&kept[k], count, headers, c, second);
  CHECK(want == got && in_place == reused, "%s: %s", what, !got ? "refused" : reused ? "in place" : "done");
  CHECK(memcmp(first, second, sizeof first) == 0, "%s: other bits", what);
}

static float *memory(size_t n) {
  float *x = malloc(n * sizeof *x);
  fill_f32(x, n);
  return x;
}

static void test_rows(void) {
  int times_reused = 0;
  float *x = memory(MOST), *b = memory(MOST), *y = memory(MOST);
  for (int turn = 0; turn < 300; turn++) {
    /* The same for a while, then another; now and then something in between. */
    const int64_t n = turn % 7 == 3 ? 1 + random_word() % 300 : 20 + turn / 50 * 31, rows = 1 + turn / 60;
    if (turn % 50 == 0)
      tn_trim(); /* patience is new */
    float *at = x + random_word() % 1000;
    fill_f32(b, 1000);
    const int64_t *const turned = STRIDES(1, rows), *const apart = STRIDES(2 * n, 2);
    struct tn_tensor_impl t[3] = {
        strided_tensor(F32, at, DIMS(rows, n), turn / 25 % 4 < 3 ? NULL : turn % 3 ? turned : apart),
        turn / 10 % 2 ? strided_tensor(F32, b, DIMS(n), NULL) : strided_tensor(F32, b, DIMS(rows, 1), NULL),
        strided_tensor(F32, turn % 5 ? y : at, DIMS(rows, n), NULL)};
    compare(ROWS, 2, t, (float)turn, "rows");
    compare(ROWS_STORED, 3, t, (float)turn, "rows stored");
    struct tn_tensor_impl in[2] = {strided_tensor(F32, at, DIMS(rows, n), NULL), t[1]};
    in[0].header = TN_HEADER(F32, 2, turn % 6 == 2 ? TN_FLAG_VIEW : turn % 6 ? TN_FLAG_WORKSPACE : 0);
    if (turn % 4 == 1) /* what is read for each element is written for another */
      in[1].data = at + (turn % 8 == 1);
    compare(ROWS_REUSED, 2, in, (float)turn, "rows in place");
    times_reused += reused;
    if (turn % 11 == 5) { /* what is refused the first time is refused later, too */
      struct tn_tensor_impl other = t[0];
      t[0].data = (char *)t[0].data + 2;
      compare(ROWS, 2, t, 1, "elements between words");
      t[0] = other;
      t[0].header = TN_HEADER(F64, 2, TN_FLAG_VIEW);
      compare(ROWS, 2, t, 1, "another dtype");
      t[0].header = other.header | TN_FLAG_DEAD << 16;
      compare(ROWS, 2, t, 1, "freed");
      t[0] = other;
      t[2].header |= TN_FLAG_READONLY << 16;
      compare(ROWS_STORED, 3, t, 1, "stored into what is only read");
    }
  }
  CHECK(times_reused > 150 && times_reused < 270, "%d times in place", times_reused);
  free(x), free(b), free(y);
}

static void test_products(void) {
  float *a = memory(MOST), *b = memory(MOST), *row = memory(MOST), *y = memory(MOST);
  for (int turn = 0; turn < 300; turn++) {
    if (turn % 50 == 0)
      tn_trim();
    const int64_t m = 1 + turn / 40, k = turn % 9 == 4 ? 1 + random_word() % 90 : 24, n = turn / 30 % 3 ? 17 : 1;
    struct tn_tensor_impl t[4] = {strided_tensor(F32, a + turn, DIMS(m, k), NULL),
                                  strided_tensor(F32, b + turn, DIMS(k, n), turn / 20 % 2 ? STRIDES(1, k) : NULL),
                                  strided_tensor(F32, row, DIMS(m, n), NULL),
                                  strided_tensor(F32, turn % 4 == 3 ? row : y, DIMS(m, n), NULL)};
    compare(PRODUCT, 3, t, (float)turn, "product");
    compare(PRODUCT_STORED, 4, t, (float)turn, t[2].data == t[3].data ? "product over its row" : "product stored");
    fill_f32(row, 1000);
  }
  free(a), free(b), free(row), free(y);
}

/* ---- launches within launches, and beside each other ------------------------------------------------------------------ */

static void launch_again(void) {
  float x[20], b[20];
  fill_f32(x, 20), fill_f32(b, 20);
  const struct tn_tensor_impl t[2] = {strided_tensor(F32, x, DIMS(1, 20), NULL), strided_tensor(F32, b, DIMS(20), NULL)};
  compare(ROWS, 2, t, 3, "the launch within");
}

static void *run_turns(void *unused) {
  float x[50], b[50];
  for (int i = 0; i < 50; i++)
    x[i] = (float)(i + 1), b[i] = (float)i / 7;
  const struct tn_tensor_impl t[2] = {strided_tensor(F32, x, DIMS(1, 50), NULL), strided_tensor(F32, b, DIMS(50), NULL)};
  for (int turn = 0; turn < 100; turn++, x[turn % 50] += 1)
    compare(ROWS, 2, t, (float)turn, "beside others");
  return unused;
}

static void test_nested(void) {
  float x[20], b[20];
  fill_f32(x, 20), fill_f32(b, 20);
  const struct tn_tensor_impl t[2] = {strided_tensor(F32, x, DIMS(1, 20), NULL), strided_tensor(F32, b, DIMS(20), NULL)};
  tn_trim();
  for (int turn = 0; turn < 4; turn++) {
    float want[20], got[20];
    fill_f32(x, 20);
    launch(&not_kept[ROWS], 2, t, 2, want);
    launch(&not_kept[ROWS], 2, t, 3, got); /* leaves something else where the result will be */
    within = launch_again;
    launch(&kept[ROWS], 2, t, 2, got);
    CHECK(!within && memcmp(want, got, sizeof got) == 0, "the launch around, turn %d", turn);
  }
}

static void test_threads(void) {
  pthread_t threads[3];
  for (int i = 0; i < 3; i++)
    pthread_create(&threads[i], NULL, run_turns, NULL);
  for (int i = 0; i < 3; i++)
    pthread_join(threads[i], NULL);
}

/* Once a kernel knows the shapes, launches take nothing from malloc; tn_trim gives plans back. */
static void test_memory(void) {
  static float out[MOST];
  float x[50], b[50];
  fill_f32(x, 50), fill_f32(b, 50);
  const struct tn_tensor_impl t[2] = {strided_tensor(F32, x, DIMS(5, 10), NULL), strided_tensor(F32, b, DIMS(10), NULL)};
  tn_trim();
  const int64_t least = allocations_now();
  launch(&kept[ROWS], 2, t, 1, out);
  launch(&kept[ROWS], 2, t, 1, out);
  const int64_t kept_bytes = allocations_now() - least;
  CHECK(kept_bytes > 2048, "no plan is kept: %lld bytes", (long long)kept_bytes);
  allocations_start();
  for (int turn = 0; turn < 50; turn++)
    launch(&kept[ROWS], 2, t, 1, out);
  CHECK(allocations_calls() == 0, "%lld calls", (long long)allocations_calls());
  tn_trim();
  CHECK(allocations_now() <= least, "%lld bytes are left", (long long)(allocations_now() - least));
  launch(&not_kept[ROWS], 2, t, 1, out);
  tn_trim();
  CHECK(allocations_now() <= least, "%lld bytes are left", (long long)(allocations_now() - least));
}

int main(void) {
  set_passes();
  test_rows();
  test_products();
  for (int k = 0; k < KERNELS; k++)
    CHECK(numbers[k] != 0, "kernel %d has no number", k);
  test_nested();
  test_threads();
  test_memory();
  printf("%d checks, %d failures\n", checks, failures);
  return failures != 0;
}

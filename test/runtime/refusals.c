/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * refusals.c - launches that must be refused with nothing done: bad operands,
 * shapes, overlap; and aliases that must be NULL. What was told to fail fails.
 *
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s -o %t %tenon_libs
 * RUN: %t
 * RUN: env TENON_FAIL_GUARD=0 %t guards 0
 * RUN: env TENON_FAIL_GUARD=1 %t guards 1
 * RUN: env TENON_FAIL_GUARD=3 %t guards 3
 * RUN: env TENON_FAIL_GUARD=all %t guards 99
 */
#include "Inputs/stages.h"

static float x[64], y[64], z[64], before[64];

static tn_value values[] = {{.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
                            {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 1},
                            {.kind = TN_VALUE_SCALAR, .dtype = F32, .index = 0},
                            {.kind = TN_VALUE_RESULT,
                             .dtype = F32,
                             .index = 2,
                             .mode = TN_RESULT_STORE}};
static const tn_stage stages[] = {BLOCK_STAGE(affine_f32, 0, 0, 1, 2, 3)};
static const tn_stage two_stages[] = {BLOCK_STAGE(affine_f32, 0, 0, 1, 2, 3),
                                      BLOCK_STAGE(affine_f32, 0, 0, 1, 2, 3)};
static tn_kernel kernel = {KERNEL(values, stages), .axis = TN_AXIS_NONE,
                           .tensor_count = 3, .scalar_count = 1};

#define VECTOR(data, n) strided_tensor(F32, data, DIMS(n), NULL)

/* Refused, and the destination as it was. */
static void refuse(tn_tensor a, tn_tensor b, tn_tensor c, const char *why) {
  tn_tensor t[3] = {a, b, c};
  uint64_t scalar = 0;
  memcpy(before, z, sizeof z);
  CHECK(!tn_rt_launch(&kernel, t, &scalar), "%s", why);
  CHECK(memcmp(before, z, sizeof z) == 0, "%s: written", why);
  CHECK(tn_ok(), "%s: an error is recorded", why);
  tn_clear_error();
}
static void accept(tn_tensor a, tn_tensor b, tn_tensor c, const char *what) {
  tn_tensor t[3] = {a, b, c};
  uint64_t scalar = 0;
  CHECK(tn_rt_launch(&kernel, t, &scalar), "%s", what);
}

static struct tn_tensor_impl with_flags(struct tn_tensor_impl t,
                                        unsigned flags) {
  t.header |= (uint64_t)flags << 16;
  return t;
}

static void test_operands(void) {
  struct tn_tensor_impl a = VECTOR(x, 10), b = VECTOR(y, 10), c = VECTOR(z, 10);
  accept(&a, &b, &c, "good");
  refuse(NULL, &b, &c, "NULL input");
  refuse(&a, &b, NULL, "NULL destination");
  struct tn_tensor_impl other = strided_tensor(F64, x, DIMS(10), NULL);
  refuse(&other, &b, &c, "dtype of an input");
  other.data = z;
  refuse(&a, &b, &other, "dtype of a destination");
  other = with_flags(a, TN_FLAG_RECORDED);
  refuse(&other, &b, &c, "recorded");
  other = with_flags(a, TN_FLAG_DEAD);
  refuse(&other, &b, &c, "dead");
  other = with_flags(a, TN_FLAG_WEAK);
  refuse(&other, &b, &c, "weak");
  other = a;
  other.header ^= UINT64_C(1) << 40;
  refuse(&other, &b, &c, "no tensor");
  other = with_flags(c, TN_FLAG_READONLY);
  refuse(&a, &b, &other, "read-only destination");
  struct tn_tensor_impl three = VECTOR(x, 3),
                        wide = strided_tensor(F32, z, DIMS(2, 10), NULL);
  refuse(&a, &three, &c, "shapes");
  refuse(&a, &b, &three, "shape of the destination");
  accept(&a, &b, &wide, "broadcast destination");
  struct tn_tensor_impl rank2 = strided_tensor(F32, x, DIMS(1, 10), NULL);
  refuse(&rank2, &b, &c, "more dims than the destination");
  struct tn_tensor_impl smear =
      strided_tensor(F32, z, DIMS(3, 10), STRIDES(0, 1));
  refuse(&a, &b, &smear, "stride 0");
  struct tn_tensor_impl crooked = VECTOR((char *)x + 1, 10);
  refuse(&crooked, &b, &c, "misaligned input");
  crooked.data = (char *)z + 2;
  refuse(&a, &b, &crooked, "misaligned destination");
  kernel.abi++;
  refuse(&a, &b, &c, "another version");
  kernel.abi--;
  /* A value that turns out smaller than the whole. */
  tn_value own[4];
  memcpy(own, values, sizeof own);
  own[3].mode = TN_RESULT_NEW;
  own[3].shape = 1 << 1;
  struct tn_tensor_impl one = VECTOR(y, 1);
  tn_tensor t[3] = {&a, &one};
  uint64_t scalar = 0;
  kernel.values = own;
  CHECK(!tn_rt_launch(&kernel, t, &scalar), "a result smaller than the whole");
  t[1] = &b;
  CHECK(tn_rt_launch(&kernel, t, &scalar), "a result as large as the whole");
  tn_free(t[2]);
  kernel.values = values;
}

static void test_overlap(void) {
  struct tn_tensor_impl a = VECTOR(z, 10), b = VECTOR(y, 10),
                        shifted = VECTOR(z + 1, 10);
  accept(&a, &b, &a, "the same elements");
  accept(&a, &a, &a, "the same elements twice");
  refuse(&a, &b, &shifted, "shifted by one");
  refuse(&shifted, &b, &a, "shifted back");
  refuse(&b, &shifted, &a, "the second input");
  struct tn_tensor_impl square = strided_tensor(F32, z, DIMS(4, 4), NULL);
  struct tn_tensor_impl turned =
      strided_tensor(F32, z, DIMS(4, 4), STRIDES(1, 4));
  struct tn_tensor_impl row = strided_tensor(F32, z, DIMS(4), NULL);
  struct tn_tensor_impl four = strided_tensor(F32, y, DIMS(4, 4), NULL);
  refuse(&turned, &four, &square, "transposed");
  refuse(&square, &row, &square, "a row of it");
  struct tn_tensor_impl reversed =
      strided_tensor(F32, z + 9, DIMS(10), STRIDES(-1));
  refuse(&reversed, &b, &a, "reversed");
  accept(&reversed, &b, &reversed, "both reversed");
  struct tn_tensor_impl even = strided_tensor(F32, z, DIMS(10), STRIDES(2));
  struct tn_tensor_impl odd = strided_tensor(F32, z + 1, DIMS(10), STRIDES(2));
  refuse(&even, &b, &odd, "ranges cross, elements do not");
  struct tn_tensor_impl behind = VECTOR(z + 10, 10);
  accept(&a, &b, &behind, "neighbours");
  /* Read again after it was written. */
  kernel.stages = two_stages;
  kernel.stage_count = 2;
  refuse(&a, &b, &a, "read after it was written");
  accept(&behind, &b, &a, "written twice");
  kernel.stages = stages;
  kernel.stage_count = 1;
}

/* Two stores into overlapping memory, and reuse. */
STAGE(copy_twice) { EACH AT(float, 1, j) = AT(float, 2, j) = AT(float, 0, j); }
static void test_results(void) {
  tn_value two[] = {{.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
                    {.kind = TN_VALUE_RESULT,
                     .dtype = F32,
                     .index = 1,
                     .mode = TN_RESULT_STORE},
                    {.kind = TN_VALUE_RESULT,
                     .dtype = F32,
                     .index = 2,
                     .mode = TN_RESULT_STORE}};
  const tn_stage both[] = {BLOCK_STAGE(copy_twice, 0, 0, 1, 2)};
  tn_kernel k = {KERNEL(two, both), .axis = TN_AXIS_NONE, .tensor_count = 3};
  struct tn_tensor_impl a = VECTOR(x, 10), c = VECTOR(z, 10),
                        d = VECTOR(z + 9, 10), e = VECTOR(z + 10, 10);
  tn_tensor overlapping[3] = {&a, &c, &d}, apart[3] = {&a, &c, &e};
  CHECK(!tn_rt_launch(&k, overlapping, NULL), "two stores overlap");
  CHECK(tn_rt_launch(&k, apart, NULL), "two stores apart");
  /* Reuse: a tensor of its own is taken, once; a view is not. */
  two[1].mode = two[2].mode = TN_RESULT_REUSE;
  tn_tensor own = tn_zeros_n(TN_F32, 1, (const int64_t[]){10});
  tn_tensor t[3] = {own};
  CHECK(tn_rt_launch(&k, t, NULL) && t[1] == own && t[2] != own && t[2] != NULL,
        "reused once");
  tn_free(t[2]);
  tn_tensor v[3] = {&a};
  CHECK(tn_rt_launch(&k, v, NULL) && v[1] != &a && v[2] != &a,
        "a view is not reused");
  tn_free(v[1]);
  tn_free(v[2]);
  CHECK(tn_data(own) != NULL, "exposed");
  t[0] = own;
  CHECK(tn_rt_launch(&k, t, NULL) && t[1] != own && t[2] != own,
        "exposed is not reused");
  tn_free(t[1]);
  tn_free(t[2]);
  /* A temporary of the workspace makes temporaries. */
  const uint64_t mark = tn_rt_enter();
  two[1].mode = two[2].mode = TN_RESULT_WORKSPACE;
  t[0] = &a;
  CHECK(tn_rt_launch(&k, t, NULL), "temporaries");
  CHECK(TN_HEADER_FLAGS(t[1]->header) == TN_FLAG_WORKSPACE &&
            memcmp(t[1]->data, x, 40) == 0,
        "a temporary");
  two[1].mode = TN_RESULT_REUSE;
  tn_tensor w[3] = {t[2]};
  CHECK(tn_rt_launch(&k, w, NULL) && w[1] == t[2] && w[2] != t[2],
        "a temporary is reused");
  two[1].reuse = two[2].reuse = 0;
  tn_rt_leave(mark);
  tn_free(own);
}

/* Reductions: the axis, empty rows, a scalar of many rows, other dtypes. */
STAGE(gather_max) {
  LANES(float, 1, -INFINITY);
  EACH LANE(1) = AT(float, 0, j) > LANE(1) ? AT(float, 0, j) : LANE(1);
}
static void test_reductions(void) {
  tn_value maximum[] = {
      {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
      {.kind = TN_VALUE_LANES, .dtype = F32},
      {.kind = TN_VALUE_ROW_SCALAR, .dtype = F32, .index = 0}};
  const tn_stage gather[] = {BLOCK_STAGE(gather_max, 0, 0, 1)};
  tn_reduction reductions[] = {{TN_REDUCE_MAX, F32, 0, 1, 2, 0, 0, 0}};
  tn_kernel k = {KERNEL(maximum, gather), .axis = TN_AXIS_ALL,
                 .tensor_count = 1, .reductions = reductions,
                 .reduction_count = 1};
  uint64_t scalar = 7;
  struct tn_tensor_impl a = strided_tensor(F32, x, DIMS(4, 4), NULL),
                        none = VECTOR(x, 0);
  tn_tensor t[1] = {&a};
  CHECK(tn_rt_launch(&k, t, &scalar), "a maximum");
  scalar = 7;
  t[0] = &none;
  CHECK(!tn_rt_launch(&k, t, &scalar) && scalar == 7, "the maximum of nothing");
  t[0] = &a;
  k.axis = -1;
  CHECK(!tn_rt_launch(&k, t, &scalar) && scalar == 7, "a scalar of four rows");
  maximum[2].kind = TN_VALUE_SLOT;
  k.axis = 2;
  CHECK(!tn_rt_launch(&k, t, &scalar), "axis 2 of 2");
  k.axis = -3;
  CHECK(!tn_rt_launch(&k, t, &scalar), "axis -3 of 2");
  k.axis = 0;
  CHECK(!tn_rt_launch(&k, t, &scalar), "no column program");
  reductions[0].dtype = TN_BF16 & 0xff;
  k.axis = 1;
  CHECK(!tn_rt_launch(&k, t, &scalar), "a dtype without reductions");
}

static void test_element(void) {
  tn_value own[4];
  memcpy(own, values, sizeof own);
  own[3].mode = TN_RESULT_NEW;
  kernel.values = own;
  struct tn_tensor_impl a = strided_tensor(F32, x, DIMS(4, 4), STRIDES(1, 4)),
                        b = VECTOR(y, 4);
  tn_tensor t[2] = {&a, &b};
  const float c = 0.25f;
  uint64_t scalar = 0, element;
  memcpy(&scalar, &c, 4);
  for (int64_t i = -4; i < 4; i++)
    for (int64_t j = -4; j < 4; j++) {
      const int64_t at[] = {i, j}, row = (i + 4) % 4, column = (j + 4) % 4;
      const float want = x[row + column * 4] * y[column] + c;
      CHECK(tn_rt_element(&kernel, t, &scalar, 2, at, &element), "%lld %lld",
            (long long)i, (long long)j);
      CHECK(memcmp(&want, &element, 4) == 0 && element >> 32 == 0, "%lld %lld",
            (long long)i, (long long)j);
      const int64_t flat = row * 4 + column;
      element = 0;
      CHECK(tn_rt_element(&kernel, t, &scalar, -1, &flat, &element),
            "flat %lld", (long long)flat);
      CHECK(memcmp(&want, &element, 4) == 0, "flat %lld", (long long)flat);
    }
  const int64_t bad[][2] = {{4, 0}, {0, 4}, {-5, 0}, {0, -5}}, beyond = 16,
                one = 1;
  for (size_t i = 0; i < COUNT_OF(bad); i++)
    CHECK(!tn_rt_element(&kernel, t, &scalar, 2, bad[i], &element), "index %zu",
          i);
  CHECK(!tn_rt_element(&kernel, t, &scalar, -1, &beyond, &element),
        "flat 16 of 16");
  CHECK(!tn_rt_element(&kernel, t, &scalar, 1, &one, &element),
        "one index of two");
  t[1] = NULL;
  CHECK(!tn_rt_element(&kernel, t, &scalar, -1, &one, &element), "NULL");
  kernel.values = values;
}

/* Guards are counted and told to fail, launches and elements among them. */
static int test_guards(const char *which) {
  struct tn_tensor_impl a = VECTOR(x, 10), b = VECTOR(y, 10), c = VECTOR(z, 10);
  tn_tensor t[3] = {&a, &b, &c};
  uint64_t scalar = 0, element;
  const int64_t index = 2;
  const bool ok[] = {tn_rt_guard(true), tn_rt_launch(&kernel, t, &scalar),
                     tn_rt_element(&kernel, t, &scalar, 1, &index, &element),
                     tn_rt_guard(true)};
  const int told = atoi(which);
  for (int i = 0; i < 4; i++)
    CHECK(ok[i] == (told != 99 && told != i + 1), "guard %d, told %d", i + 1,
          told);
  CHECK(!tn_rt_guard(false), "false is false");
  CHECK(tn_rt_guards() == 5, "%llu guards", (unsigned long long)tn_rt_guards());
  return failures != 0;
}

int main(int count, char **arguments) {
  fill_f32(x, 64);
  fill_f32(y, 64);
  if (count > 2)
    return test_guards(arguments[2]);
  test_operands();
  test_overlap();
  test_results();
  test_reductions();
  test_element();
  CHECK(tn_rt_guard(true) && !tn_rt_guard(false) && tn_rt_guards() == 0,
        "plain guards");
  CHECK(tn_ok(), "an error was recorded: %s", tn_error());
  printf("%d checks, %d failures\n", checks, failures);
  return failures != 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * replace.c - results in the memory of the tensor that they replace: where the
 * runtime gives it, where a launch takes it, and that a launch which fails
 * leaves it as it was.
 *
 * UNSUPPORTED: asan
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s -o %t %tenon_libs
 * RUN: %t
 * RUN: env TENON_NUM_THREADS=2 %t
 */
#include "Inputs/stages.h"

/* tensors[2] = tensors[0] * tensors[1] + c, in tensors[3] where that may be. */
static const tn_value values[] = {
    {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
    {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 1},
    {.kind = TN_VALUE_SCALAR, .dtype = F32, .index = 0},
    {.kind = TN_VALUE_RESULT,
     .dtype = F32,
     .index = 2,
     .mode = TN_RESULT_REPLACE,
     .reuse = 3}};
static const tn_stage stages[] = {BLOCK_STAGE(affine_f32, 0, 0, 1, 2, 3)};
static const tn_kernel kernel = {KERNEL(values, stages), .axis = TN_AXIS_NONE,
                                 .tensor_count = 4, .scalar_count = 1};

enum { N = 5000 };
static float x[N + 1];

static tn_tensor vector(int64_t n) { return tn_copy(tn_view(x, TN_F32, n)); }

static tn_tensor run(tn_tensor a, tn_tensor b, tn_tensor candidate) {
  tn_tensor tensors[4] = {a, b, NULL, candidate};
  uint64_t scalar = 0;
  CHECK(tn_rt_launch(&kernel, tensors, &scalar), "refused");
  return tensors[2];
}

static bool is_square(tn_tensor t, int64_t n) {
  const float *got = tn_data_const(t);
  for (int64_t i = 0; i < n; i++)
    if (got[i] != x[i] * x[i] + 0.f)
      return false;
  return tn_size(t) == n;
}

/* What a launch takes of what it is given. */
static void test_launches(void) {
  static const int64_t sizes[] = {1, 5, 64, 255, N};
  for (size_t s = 0; s < COUNT_OF(sizes); s++)
    for (int turn = 0; turn < 3; turn++) { /* the later ones by a kept plan, if by any */
      TN_SCOPE;
      const int64_t n = sizes[s];
      tn_tensor w = vector(n), other = vector(n);
      CHECK(run(w, w, w) == w && is_square(w, n), "by itself, %lld", (long long)n);
      CHECK(run(other, other, w) == w && is_square(w, n), "of others, %lld", (long long)n);
      tn_tensor fresh = run(other, other, NULL);
      CHECK(fresh != other && is_square(fresh, n), "no candidate");
      tn_tensor longer = vector(n + 1);
      CHECK(run(other, other, longer) != longer, "of another shape");
      CHECK(run(other, other, tn_reshape(other, n, 1)) != NULL, "of another rank");
      CHECK(run(other, other, tn_cast(other, TN_I32)) != NULL, "of another dtype");
      tn_tensor view = tn_view(x, TN_F32, n);
      const float first = x[0];
      CHECK(run(other, other, view) != view && x[0] == first, "a view");
      tn_tensor exposed = vector(n);
      (void)tn_data(exposed);
      CHECK(run(other, other, exposed) != exposed, "a tensor whose address is known");
      if (n > 1) { /* reads what is written, and not element for element */
        w = vector(n);
        tn_tensor second = tn_view_const((const float *)tn_data_const(w) + 1, TN_F32, 1);
        tn_tensor product = run(second, w, w);
        CHECK(product != w && ((const float *)tn_data_const(product))[n - 1] == x[1] * x[n - 1] + 0.f,
              "an input that is spread over the result");
      }
    }
}

/* What the runtime gives. */
static void test_candidates(void) {
  TN_SCOPE;
  tn_tensor w = vector(8), other = vector(8), list[2] = {other, NULL};
  CHECK(tn_rt_replaceable(w, 0, 0, NULL) == w, "of the innermost scope");
  CHECK(tn_rt_replaceable(NULL, 1, 0, NULL) == NULL, "NULL");
  CHECK(tn_rt_replaceable(w, 1, 2, list) == w, "beside another, and NULL");
  list[1] = w;
  CHECK(tn_rt_replaceable(w, 1, 2, list) == NULL, "by another name");
  const uint64_t mark = tn_rt_enter();
  list[1] = tn_rt_alias_slice(w, 0, 2, 3, 1);
  CHECK(tn_rt_replaceable(w, 1, 2, list) == NULL, "through an alias");
  tn_rt_leave(mark);
  list[1] = tn_view_const((const float *)tn_data_const(w) + 7, TN_F32, 1);
  CHECK(tn_rt_replaceable(w, 1, 2, list) == NULL, "through a view");
  {
    TN_SCOPE;
    CHECK(tn_rt_replaceable(w, 0, 0, NULL) == NULL, "of a scope further out, which goes on");
    CHECK(tn_rt_replaceable(w, 1, 0, NULL) == w, "of a scope further out, and the inner one ends");
  }
  tn_tensor owned = tn_own(vector(8));
  CHECK(tn_rt_replaceable(owned, 0, 0, NULL) == NULL, "of no scope");
  CHECK(tn_rt_replaceable(owned, 1, 0, NULL) == owned, "of no scope, and the inner one ends");
  tn_free(owned);
}

/* The same into tensors[3], too. */
static const tn_value two_values[] = {
    {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
    {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 1},
    {.kind = TN_VALUE_SCALAR, .dtype = F32, .index = 0},
    {.kind = TN_VALUE_RESULT, .dtype = F32, .index = 2, .mode = TN_RESULT_REPLACE, .reuse = 4},
    {.kind = TN_VALUE_RESULT, .dtype = F32, .index = 3, .mode = TN_RESULT_STORE}};
static const tn_stage two_stages[] = {BLOCK_STAGE(affine_f32, 0, 0, 1, 2, 3),
                                      BLOCK_STAGE(affine_f32, 0, 0, 1, 2, 4)};
static const tn_kernel two = {KERNEL(two_values, two_stages), .axis = TN_AXIS_NONE,
                              .tensor_count = 5, .scalar_count = 1};

/* A launch whose second result cannot be. */
static void test_failure(void) {
  TN_SCOPE;
  /* The store's target overlaps an input and the launch is refused, with the first result made. */
  float other[9] = {0};
  tn_tensor w = vector(8), before = tn_copy(w);
  tn_tensor tensors[5] = {tn_view(other, TN_F32, 8), w, NULL, tn_view(other + 1, TN_F32, 8), w};
  uint64_t scalar = 0;
  CHECK(!tn_rt_launch(&two, tensors, &scalar), "overlap");
  CHECK(tn_dtype_of(w) == TN_F32 && tn_size(w) == 8, "it is a tensor yet");
  CHECK(memcmp(tn_data_const(w), tn_data_const(before), 32) == 0, "as it was");
  /* Nor may two results be one. */
  tensors[0] = before, tensors[2] = NULL, tensors[3] = w;
  CHECK(!tn_rt_launch(&two, tensors, &scalar) || tensors[2] != w, "two results");
  CHECK(tn_ok(), "%s", tn_error());
}

int main(void) {
  fill_f32(x, N + 1);
  test_candidates();
  test_launches();
  test_failure();
  printf("%d checks, %d failures\n", checks, failures);
  return failures != 0;
}

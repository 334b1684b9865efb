/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * aliases.c - what a kernel reads through an alias is what the eager op of the
 * same name returns; where that fails the alias is NULL and no error recorded.
 *
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s -o %t %tenon_libs
 * RUN: %t
 */
#include "Inputs/stages.h"

STAGE(copy) { EACH AT(float, 1, j) = AT(float, 0, j); }

/* The alias's elements, as a kernel reads them. */
static tn_tensor copied(tn_tensor alias) {
  static const tn_value values[] = {
      {.kind = TN_VALUE_INPUT, .dtype = F32, .index = 0},
      {.kind = TN_VALUE_RESULT, .dtype = F32, .index = 1}};
  const tn_stage stages[] = {BLOCK_STAGE(copy, 0, 0, 1)};
  const tn_kernel kernel = {KERNEL(values, stages), .axis = TN_AXIS_NONE,
                            .tensor_count = 2};
  tn_tensor t[2] = {alias};
  CHECK(tn_rt_launch(&kernel, t, NULL), "copy");
  return t[1];
}

static void compare(tn_tensor alias, tn_tensor eager, const char *what) {
  const bool failed = !tn_ok();
  tn_clear_error();
  CHECK((alias != NULL) == (eager != NULL), "%s: one is NULL", what);
  CHECK(failed == (eager == NULL), "%s: an error of the alias", what);
  if (!alias || !eager)
    return;
  tn_tensor got = copied(alias);
  const int rank = (int)TN_HEADER_RANK(eager->header);
  CHECK(got->size == eager->size && (int)TN_HEADER_RANK(got->header) == rank &&
            memcmp(got->dims, eager->dims, sizeof(int64_t) * (size_t)rank) == 0,
        "%s: dims", what);
  CHECK(memcmp(got->data, tn_data_const(eager), (size_t)got->size * 4) == 0,
        "%s: elements", what);
  const unsigned flags = TN_HEADER_FLAGS(alias->header);
  CHECK((flags & (TN_FLAG_WORKSPACE | TN_FLAG_STRIDED)) ==
            (TN_FLAG_WORKSPACE | TN_FLAG_STRIDED),
        "%s: flags", what);
}

#define PADDED(...) ((const int64_t[8]){__VA_ARGS__})
#define P TN_PAD_VALUE
#define D(a, b, c, d) a, b, c, d, P, P, P, P

static void check_all(tn_tensor t) {
#define SAME(function, eager, ...)                                             \
  compare(function(t, PADDED(__VA_ARGS__)), eager(t, __VA_ARGS__),             \
          #eager " " #__VA_ARGS__)
  SAME(tn_rt_alias_reshape, tn_reshape_, D(24, P, P, P));
  SAME(tn_rt_alias_reshape, tn_reshape_, D(-1, P, P, P));
  SAME(tn_rt_alias_reshape, tn_reshape_, D(1, 2, -1, 1));
  SAME(tn_rt_alias_reshape, tn_reshape_, D(2, 3, 2, 2));
  SAME(tn_rt_alias_reshape, tn_reshape_, D(5, -1, P, P));
  SAME(tn_rt_alias_reshape, tn_reshape_, D(-1, -1, P, P));
  SAME(tn_rt_alias_permute, tn_permute_dims_, D(2, 0, 1, P));
  SAME(tn_rt_alias_permute, tn_permute_dims_, D(-1, 1, 0, P));
  SAME(tn_rt_alias_permute, tn_permute_dims_, D(0, 1, 1, P));
  SAME(tn_rt_alias_permute, tn_permute_dims_, D(0, 1, P, P));
  SAME(tn_rt_alias_broadcast, tn_broadcast_to_, D(2, 3, 4, P));
  SAME(tn_rt_alias_broadcast, tn_broadcast_to_, D(5, 2, 3, 4));
  SAME(tn_rt_alias_broadcast, tn_broadcast_to_, D(3, 4, P, P));
  SAME(tn_rt_alias_broadcast, tn_broadcast_to_, D(2, 3, 5, P));
  compare(tn_rt_alias_transpose(t), tn_transpose(t), "transpose");
  static const int64_t bounds[] = {0, 1, -1, 2, 5, -9, TN_END};
  for (int axis = -4; axis < 4; axis++) {
    for (int64_t index = -5; index < 6; index++)
      compare(tn_rt_alias_select(t, axis, index), tn_select(t, axis, index),
              "select");
    for (size_t i = 0; i < COUNT_OF(bounds); i++)
      for (size_t k = 0; k < COUNT_OF(bounds); k++)
        for (int step = -2; step < 4; step++)
          compare(tn_rt_alias_slice(t, axis, bounds[i], bounds[k], step),
                  tn_slice_step(t, axis, bounds[i], bounds[k], step), "slice");
  }
}

int main(void) {
  static float x[24 * 4];
  fill_f32(x, COUNT_OF(x));
  const uint64_t mark = tn_rt_enter();
  struct tn_tensor_impl plain = strided_tensor(F32, x, DIMS(2, 3, 4), NULL);
  struct tn_tensor_impl strided =
      strided_tensor(F32, x + 50, DIMS(2, 3, 4), STRIDES(4, 16, -1));
  tn_tensor views[] = {
      tn_view_strided(x, TN_F32, 3, plain.dims, plain.strides),
      tn_view_strided(x + 50, TN_F32, 3, strided.dims, strided.strides)};
  check_all(views[0]);
  /* Elements that do not neighbour have no other strided shape. */
  CHECK(tn_rt_alias_reshape(views[1], PADDED(D(24, P, P, P))) == NULL,
        "reshape of a strided view");
  compare(tn_rt_alias_reshape(views[1], PADDED(D(2, 3, 2, 2))),
          tn_reshape_(views[1], D(2, 3, 2, 2)), "a dim cut in two");
  compare(tn_rt_alias_reshape(views[1], PADDED(D(1, 2, 3, 4))),
          tn_reshape_(views[1], D(1, 2, 3, 4)), "a dim of 1");
  compare(tn_rt_alias_transpose(views[1]), tn_transpose(views[1]),
          "transpose of a strided view");
  compare(tn_rt_alias_slice(views[1], 1, 2, TN_END, -2),
          tn_slice_step(views[1], 1, 2, TN_END, -2), "slice of a strided view");
  /* An alias of an alias; flags of the base stay. */
  tn_tensor alias = tn_rt_alias_transpose(tn_rt_alias_select(views[0], 0, 1));
  compare(alias, tn_transpose(tn_select(views[0], 0, 1)),
          "transpose of select");
  CHECK(TN_HEADER_FLAGS(alias->header) & TN_FLAG_VIEW, "still a view");
  CHECK(!tn_rt_alias_transpose(NULL) &&
            !tn_rt_alias_reshape(NULL, PADDED(D(1, P, P, P))) &&
            !tn_rt_alias_select(NULL, 0, 0) &&
            !tn_rt_alias_slice(NULL, 0, 0, 1, 1) &&
            !tn_rt_alias_permute(NULL, PADDED(D(0, P, P, P))) &&
            !tn_rt_alias_broadcast(NULL, PADDED(D(1, P, P, P))),
        "NULL");
  CHECK(tn_ok(), "%s", tn_error());
  /* Deep use of the workspace, and large blocks, go with the mark. */
  for (int i = 0; i < 20000; i++)
    CHECK(tn_rt_alias_transpose(views[0]) != NULL, "%d", i);
  tn_rt_leave(mark);
  CHECK(tn_rt_enter() == mark, "the stack is back");
  tn_rt_leave(mark);
  printf("%d checks, %d failures\n", checks, failures);
  return failures != 0;
}

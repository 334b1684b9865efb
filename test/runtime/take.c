/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * take.c - tn_take of every dtype, by indices of both, on slices of every length up to some, along each axis, out of views with
 * strides: against loops over bytes. And what is out of range.
 *
 * RUN: %clang -std=c11 -O1 %tenon_cflags %s -o %t %tenon_libs
 * RUN: %t
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <tenon.h>

static int failures;
#define CHECK(condition)                                                                                               \
  do {                                                                                                                 \
    if (!(condition)) failures++, printf("%d: %s; %s\n", __LINE__, #condition, tn_error());                            \
  } while (0)

static const struct {
  tn_dtype code;
  size_t bytes;
} dtypes[] = {{TN_F32, 4}, {TN_F64, 8}, {TN_F16, 2}, {TN_BF16, 2}, {TN_I8, 1},  {TN_U8, 1},  {TN_I16, 2},
              {TN_U16, 2}, {TN_I32, 4}, {TN_U32, 4}, {TN_I64, 8}, {TN_U64, 8}, {TN_BOOL, 1}};

enum { OUTER = 3, AXIS = 7, INNER = 9, COUNT = 50 };

/* t is [OUTER, AXIS, inner] with all strides doubled where `strided`; indices are [2, COUNT / 2]. */
static void check(tn_dtype dtype, size_t width, int64_t inner, bool strided, bool narrow) {
  TN_SCOPE;
  static unsigned char memory[OUTER * AXIS * INNER * 8 * 2 + 16];
  static int64_t wide[COUNT];
  static int32_t small[COUNT];
  const int64_t step = strided ? 2 : 1, dims[] = {OUTER, AXIS, inner}, strides[] = {AXIS * inner * step, inner * step, step};
  for (size_t i = 0; i < sizeof memory; i++) memory[i] = (unsigned char)(dtype == TN_BOOL ? i * 7 % 3 == 0 : i * 37 + i / 256);
  for (int i = 0; i < COUNT; i++) wide[i] = small[i] = (int32_t)(i * i % (2 * AXIS)) - AXIS;
  tn_tensor t = tn_view_strided(memory, dtype, 3, dims, strides);
  tn_tensor indices = narrow ? tn_view(small, TN_I32, 2, COUNT / 2) : tn_view(wide, TN_I64, 2, COUNT / 2);
  tn_tensor taken = tn_take(t, indices, -2);
  CHECK(taken && tn_dtype_of(taken) == dtype && tn_rank(taken) == 4 && tn_dim(taken, 0) == OUTER && tn_dim(taken, 1) == 2 &&
        tn_dim(taken, 2) == COUNT / 2 && tn_dim(taken, 3) == inner);
  const unsigned char *got = tn_data_const(taken);
  for (int64_t o = 0; got && o < OUTER; o++)
    for (int64_t i = 0; i < COUNT; i++)
      for (int64_t j = 0; j < inner; j++) {
        const int64_t index = wide[i] < 0 ? wide[i] + AXIS : wide[i], from = o * strides[0] + index * strides[1] + j * strides[2];
        if (memcmp(got + (size_t)((o * COUNT + i) * inner + j) * width, memory + (size_t)from * width, width)) {
          failures++;
          printf("dtype %x, inner %lld, strided %d: element %lld %lld %lld\n", (unsigned)dtype, (long long)inner, strided,
                 (long long)o, (long long)i, (long long)j);
          return;
        }
      }
}

static void refuses(tn_tensor t, int64_t first, int64_t second, const char *message) {
  CHECK(!tn_take(t, tn_values(TN_I64, first, second), 0));
  CHECK(strstr(tn_error(), message));
  tn_clear_error();
}

int main(void) {
  for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
    for (int64_t inner = 0; inner <= INNER; inner++)
      for (int how = 0; how < 4; how++) check(dtypes[i].code, dtypes[i].bytes, inner, how & 1, how >> 1);

  tn_tensor keys = tn_values(TN_U64, 0u, (UINT64_C(1) << 53) + 1, UINT64_C(1) << 63, UINT64_MAX);
  const uint64_t *some = tn_data_const(tn_take(keys, tn_values(TN_I64, -1, 1, 2, 0, 3), 0));
  CHECK(some && some[0] == UINT64_MAX && some[1] == (UINT64_C(1) << 53) + 1 && some[2] == UINT64_C(1) << 63 && some[3] == 0 &&
        some[4] == UINT64_MAX);
  refuses(keys, 0, 4, "index 4 is out of range for an axis of 4 in u64[4]");
  refuses(keys, -5, 9, "index -5 is out of range for an axis of 4");
  refuses(keys, 3, INT64_MIN, "index -9223372036854775808 is out of range");
  refuses(keys, INT64_MAX, -1, "index 9223372036854775807 is out of range");
  refuses(tn_zeros(TN_U64, 0), 0, 0, "index 0 is out of range for an axis of 0");
  CHECK(!tn_take(keys, tn_values(TN_I32, 1, -7), 0) && strstr(tn_error(), "index -7 is out of range"));
  tn_clear_error();
  CHECK(!tn_take(keys, tn_values(TN_U64, 1u), 0) && strstr(tn_error(), "indices are u64, not i32 or i64"));
  tn_clear_error();
  CHECK(tn_size(tn_take(keys, tn_zeros(TN_I64, 0), 0)) == 0);

  /* The whole range of u64, which i64 does not have, in the ops that go by order. */
  CHECK(tn_get_flat_i64(tn_cast(tn_less(keys, UINT64_C(1) << 63), TN_I64), 2) == 0);
  CHECK(tn_get_flat(tn_greater(keys, INT64_MAX), 3) == 1);
  CHECK(tn_item_i64(tn_argmax(keys)) == 3 && tn_item_i64(tn_argmin(keys)) == 0);
  CHECK(*(const uint64_t *)tn_data_const(tn_reduce_max(keys)) == UINT64_MAX);
  CHECK(*(const uint64_t *)tn_data_const(tn_sum(tn_slice(keys, 0, 1, 3))) == (UINT64_C(1) << 63) + (UINT64_C(1) << 53) + 1);
  CHECK(tn_dtype_of(tn_sum(keys)) == TN_U64 && tn_dtype_of(tn_sum(tn_cast(keys, TN_U32))) == TN_I64);
  CHECK(*(const uint64_t *)tn_data_const(tn_sum(tn_zeros(TN_U64, 0))) == 0 && *(const uint64_t *)tn_data_const(tn_prod(tn_zeros(TN_U64, 0))) == 1);
  const uint64_t *third = tn_data_const(tn_div(keys, 3u));
  CHECK(third && third[3] == UINT64_MAX / 3 && third[1] == ((UINT64_C(1) << 53) + 1) / 3);
  CHECK(((const uint64_t *)tn_data_const(tn_div(keys, 0u)))[3] == 0);
  CHECK(((const uint64_t *)tn_data_const(tn_clip(keys, 5u, UINT64_MAX - 1)))[3] == UINT64_MAX - 1);
  CHECK(!tn_add(keys, -1) && strstr(tn_error(), "-1 does not fit dtype u64"));
  tn_clear_error();
  CHECK(!tn_add(keys, tn_zeros(TN_I64, 4)) && strstr(tn_error(), "dtypes differ: u64 and i64"));
  tn_clear_error();
  CHECK(tn_item_i64(tn_slice(keys, 0, 3, 4)) == INT64_MAX && tn_ok());
  printf("%d failures\n", failures);
  return failures != 0;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * eager_smoke.c - the eager runtime from end to end: ownership, errors, stores, reductions against their definition
 * written anew, shapes, products, printing. Exits with 0 if all holds. Build it with -ffp-contract=off, for its own
 * arithmetic is the reference. Over 500 lines: one program that needs nothing but the library.
 *
 * RUN: %clang -std=c11 -O1 -ffp-contract=off %tenon_cflags %s -o %t %tenon_libs
 * RUN: env TENON_ISA=v2 %t %t.txt
 * RUN: env TENON_ISA=v3 %t %t.txt
 * RUN: %t %t.txt
 */
#include <tenon.h>

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;
#define CHECK(condition)                                                                                               \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      failures++;                                                                                                      \
      printf("%s:%d: %s (error: %s)\n", __FILE__, __LINE__, #condition, tn_error());                                   \
    }                                                                                                                  \
  } while (0)

/* The call failed with a message that contains this text. */
#define CHECK_FAILS(call, text)                                                                                        \
  do {                                                                                                                 \
    tn_clear_error();                                                                                                  \
    CHECK(!(call));                                                                                                    \
    CHECK(!tn_ok() && strstr(tn_error(), text));                                                                       \
    tn_clear_error();                                                                                                  \
  } while (0)

static uint32_t state = 1;
static float random_float(void) { /* in [-1, 1), of many magnitudes */
  state = state * 1664525u + 1013904223u;
  const float v = (float)(int32_t)state * 0x1p-31f;
  return state >> 8 & 1 ? v * 0x1p-12f : v;
}

/* ---- ownership ---- */

static tn_tensor kept_from_inside(void) {
  TN_SCOPE;
  tn_tensor t = tn_full(TN_F32, 3, 2);
  return tn_keep(tn_keep(t)); /* twice is once */
}

static void ownership(void) {
  TN_SCOPE;
  tn_tensor t = kept_from_inside();
  CHECK(tn_get(t, 1) == 3);

  int turns = 0;
  while (1) { /* left by break and continue */
    TN_SCOPE;
    tn_tensor unused = tn_zeros(TN_F32, 100);
    (void)unused;
    if (++turns < 5) continue;
    break;
  }
  CHECK(turns == 5);

  tn_tensor w = tn_zeros(TN_F32, 3), old = NULL;
  for (int i = 0; i < 1000; i++) {
    TN_SCOPE;
    old = w;
    CHECK(tn_replace(&w, tn_add(w, 1)));
    CHECK(tn_get(old, 0) == i); /* readable until the brace */
  }
  CHECK(tn_get(w, 2) == 1000);
  CHECK(tn_replace(&w, tn_add(w, 1)) && tn_get(w, 0) == 1001); /* one scope: the old one is freed at once */

  tn_tensor far = tn_full(TN_F32, 7, 2), near = tn_none();
  {
    TN_SCOPE;
    CHECK(tn_replace(&near, far) && near != far); /* far lives further out: copied */
    tn_tensor inner = tn_none();
    CHECK(tn_replace(&inner, far) && inner != far);
  }
  CHECK(tn_get(near, 1) == 7 && tn_get(far, 1) == 7);

  tn_tensor before = w;
  CHECK_FAILS(tn_replace(&w, tn_add(w, tn_zeros(TN_F32, 4))), "do not broadcast");
  CHECK(w == before && tn_get(w, 0) == 1001);
  tn_tensor nothing = NULL;
  CHECK_FAILS(tn_replace(&nothing, tn_zeros(TN_F32, 1)), "tn_none");

  tn_tensor owned;
  {
    TN_SCOPE;
    owned = tn_own(tn_full(TN_I64, 5));
  }
  CHECK(tn_item_i64(owned) == 5);
  tn_free(owned);
  tn_free(NULL);

  const int64_t outer = tn_scope_begin();
  const int64_t inner = tn_scope_begin();
  tn_tensor in_outer = tn_keep_in(outer, tn_full(TN_F32, 4, 1));
  tn_tensor gone = tn_full(TN_F32, 4, 1);
  (void)gone;
  tn_scope_end(inner);
  CHECK(tn_item(in_outer) == 4);
  const int64_t third = tn_scope_begin();
  tn_scope_end(outer); /* and with it the third */
  CHECK(tn_ok());
  tn_scope_end(third);
  CHECK(!tn_ok());
  tn_clear_error();
  tn_scope_end(12345);
  CHECK(!tn_ok() && strstr(tn_error(), "mark"));
  tn_clear_error();
#ifdef TENON_TOMBSTONES
  CHECK_FAILS(tn_neg(gone), "freed");
  CHECK_FAILS(tn_keep(gone), "freed");
#endif
}

/* ---- errors ---- */

static void errors(void) {
  TN_SCOPE;
  tn_tensor a = tn_zeros(TN_F32, 2, 3), i = tn_zeros(TN_I32, 3);
  int64_t nine[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1}, huge[2] = {INT64_MAX, 2};
  CHECK_FAILS(tn_add(a, tn_zeros(TN_F32, 4)), "tn_add: shapes [2, 3] and [4] do not broadcast");
  CHECK_FAILS(tn_add(a, i), "f32 and i32");
  CHECK_FAILS(tn_add(i, 0.5), "floating number 0.5 with dtype i32");
  CHECK_FAILS(tn_add(i, 1ull << 40), "does not fit dtype i32");
  CHECK_FAILS(tn_add(tn_zeros(TN_U8, 1), 300), "300 does not fit dtype u8");
  CHECK_FAILS(tn_sqrt(i), "tn_sqrt: does not support dtype i32 yet");
  CHECK_FAILS(tn_zeros((tn_dtype)3, 4), "3 is not a dtype; the dtype comes first");
  CHECK_FAILS(tn_zeros(TN_F32, -1), "negative");
  CHECK_FAILS(tn_zeros_n(TN_F32, 9, nine), "above 8");
  CHECK_FAILS(tn_zeros_n(TN_F32, 2, huge), "too many elements");
  CHECK_FAILS(tn_zeros(TN_F32, 1ll << 45), "out of memory");
  CHECK_FAILS(tn_view((void *)NULL, TN_F32, 3), "NULL");
  CHECK_FAILS(tn_sum(a, 2), "axis 2 of f32[2, 3]");
  CHECK_FAILS(tn_sum(a, 0, -2), "named twice");
  CHECK_FAILS(tn_reduce_max(tn_zeros(TN_F32, 0)), "nothing to choose from");
  CHECK_FAILS(tn_reshape(a, 4, -1), "cannot become");
  CHECK_FAILS(tn_transpose(i), "two axes");
  CHECK_FAILS(tn_permute_dims(a, 0, 0), "once");
  CHECK_FAILS(tn_matmul(a, a), "[2, 3] and [2, 3] do not fit");
  CHECK_FAILS(tn_take(a, tn_values(TN_I64, 3), 1), "index 3 is out of range");
  CHECK_FAILS(tn_concat(0, a, tn_zeros(TN_F32, 2, 2)), "along axis 0");
  CHECK_FAILS(tn_where(a, 1, 2), "not bool");
  CHECK_FAILS(tn_slice_step(a, 0, 0, 1, 0), "step is 0");
  CHECK_FAILS(tn_select(a, 1, 3), "index 3 is out of range");
  CHECK_FAILS(tn_values(TN_I8, 128), "128 does not fit dtype i8");
  CHECK_FAILS(tn_map(sqrt, a), "use tn_cast");
  CHECK_FAILS(tn_softmax(tn_zeros(TN_F32), 0), "out of range");
  CHECK_FAILS(tn_arange(TN_F32, 0, 1, 0), "no number of elements");
  CHECK_FAILS(tn_cast(a, TN_F16), "does not support dtype f16 yet");

  tn_tensor null = NULL;
  CHECK(tn_add(null, a) == NULL && strstr(tn_error(), "NULL"));
  tn_tensor bad = tn_reshape(a, 7); /* not the first error */
  CHECK(bad == NULL && tn_exp(bad) == NULL && strstr(tn_error(), "an operand is NULL"));
  tn_clear_error();
  CHECK(isnan(tn_get(a, 2, 0)) && strstr(tn_error(), "index 2"));
  tn_clear_error();
  CHECK(isnan(tn_get(a, 0)) && strstr(tn_error(), "2 axes"));
  tn_clear_error();
  CHECK(isnan(tn_item(a)) && tn_get_i64(a, 5, 5) == 0 && tn_dim(a, 2) == 0);
  tn_clear_error();
  CHECK(strcmp(tn_error(), "") == 0);
}

/* ---- stores ---- */

static void stores(void) {
  TN_SCOPE;
  float x[12], expected[12];
  for (int i = 0; i < 12; i++) x[i] = (float)i;
  const int64_t n = 11, step = 1;
  tn_tensor left = tn_view_strided(x, TN_F32, 1, &n, &step), right = tn_view_strided(x + 1, TN_F32, 1, &n, &step);
  memcpy(expected, x, sizeof x);
  memmove(expected + 1, expected, 11 * sizeof *x);
  CHECK(tn_store(right, left) && memcmp(x, expected, sizeof x) == 0);
  memmove(expected, expected + 1, 11 * sizeof *x);
  CHECK(tn_store(left, right) && memcmp(x, expected, sizeof x) == 0);

  float square[9] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  const int64_t dims[2] = {3, 3}, turned[2] = {1, 3};
  tn_tensor m = tn_view(square, TN_F32, 3, 3), mt = tn_view_strided(square, TN_F32, 2, dims, turned);
  CHECK(tn_store(mt, m) && square[1] == 3 && square[3] == 1 && square[5] == 7);
  CHECK(tn_store(m, tn_values(TN_F32, 1, 2, 3)) && square[7] == 2 && square[3] == 1);
  CHECK(tn_store(m, 9) && square[8] == 9);
  CHECK(tn_store_at(m, tn_values(TN_F32, 5, 6), 1, 1) && square[4] == 5 && square[5] == 6 && square[3] == 9);
  CHECK(tn_store_at(m, 0.5, -1) && square[6] == 0.5f && square[7] == 9);
  CHECK(tn_set(m, 4, 0, -1) && square[2] == 4 && tn_set(m, 0.25, 0, 0) && square[0] == 0.25f);
  CHECK_FAILS(tn_store_at(m, tn_zeros(TN_F32, 2), 0, 2), "reaches over");
  CHECK_FAILS(tn_store(m, tn_zeros(TN_F32, 2, 3, 3)), "does not broadcast");
  CHECK_FAILS(tn_store(m, tn_zeros(TN_F64, 3)), "use tn_cast");
  CHECK_FAILS(tn_store(tn_view_const(square, TN_F32, 3, 3), 1), "tn_view_const");
  CHECK_FAILS(tn_data(tn_view_const(square, TN_F32, 3, 3)), "tn_data_const");
  CHECK_FAILS(tn_set(tn_zeros(TN_I32, 2), 1.5, 0), "floating number");

  const int64_t repeats[2] = {0, 1}, crowded[2] = {1, 1}, odd_dims[2] = {3, 2}, odd[2] = {2, 3};
  CHECK_FAILS(tn_store(tn_view_strided(square, TN_F32, 2, dims, repeats), 1), "one place");
  CHECK_FAILS(tn_store(tn_view_strided(square, TN_F32, 2, dims, crowded), 1), "one place");
  CHECK(tn_store(tn_view_strided(square, TN_F32, 2, odd_dims, odd), 1)); /* 0 2 4 3 5 7: apart, but interleaved */
  CHECK(square[7] == 1 && square[1] == 9 && square[6] == 0.5f);
  const int64_t down = -1, five = 5;
  CHECK(tn_store(tn_view_strided(x + 4, TN_F32, 1, &five, &down), tn_arange(TN_F32, 0, 5, 1)) && x[0] == 4);

  tn_tensor value = tn_full(TN_F32, 1, 4), slice = tn_slice(value, 0, 1, 3);
  CHECK(tn_set(value, 8, 1) && tn_get(slice, 0) == 1); /* a slice is a value */

  char bytes[4 * sizeof(float) + 1];
  memset(bytes, 0, sizeof bytes);
  tn_tensor misaligned = tn_view(bytes + 1, TN_F32, 4);
  CHECK(tn_store(misaligned, 2) && tn_item(tn_sum(tn_mul(misaligned, misaligned))) == 16);
  CHECK(tn_item(tn_matmul(misaligned, misaligned)) == 16);
}

/* ---- reductions, from the definition ---- */

/* Lanes of blocks [first, first + count) in the tree: the definition says T(m) = T(p) + T(m - p). */
static void tree(const float *x, int64_t rows, int64_t width, int64_t lanes, int64_t first, int64_t count, bool product,
                 float *out) {
  if (count > 1) {
    int64_t p = 1;
    while (2 * p < count) p *= 2;
    float *other = malloc((size_t)lanes * sizeof *other);
    tree(x, rows, width, lanes, first, p, product, out);
    tree(x, rows, width, lanes, first + p, count - p, product, other);
    for (int64_t l = 0; l < lanes; l++) out[l] = product ? out[l] * other[l] : out[l] + other[l];
    free(other);
    return;
  }
  for (int64_t l = 0; l < lanes; l++) {
    out[l] = product ? 1 : 0;
    for (int64_t row = first * 64; row < first * 64 + 64; row++)
      if (row * lanes + l < rows * width) {
        const float v = x[row * lanes + l];
        out[l] = product ? out[l] * v : out[l] + v;
      }
  }
}

static void reference(const float *x, int64_t rows, int64_t width, bool product, float *out) {
  int64_t sides = 64;
  while (sides > 1 && sides * width > 64) sides /= 2;
  const int64_t lanes = sides * width, block = 64 * lanes, blocks = (rows * width + block - 1) / block;
  float *lane = malloc((size_t)lanes * sizeof *lane);
  tree(x, rows, width, lanes, 0, blocks ? blocks : 1, product, lane);
  for (int64_t half = lanes / 2; half >= width && sides > 1; half /= 2)
    for (int64_t l = 0; l < half; l++) lane[l] = product ? lane[l] * lane[l + half] : lane[l] + lane[l + half];
  memcpy(out, lane, (size_t)width * sizeof *out);
  free(lane);
}

static bool same_bits(tn_tensor t, const float *expected, int64_t n) {
  return t && tn_size(t) == n && memcmp(tn_data_const(t), expected, (size_t)n * sizeof *expected) == 0;
}

static void sums(void) {
  enum { MOST = 9001 };
  static float x[3 * 64 * 1200], factors[MOST], out[4096];
  for (size_t i = 0; i < sizeof x / sizeof *x; i++) x[i] = random_float();
  for (int i = 0; i < MOST; i++) factors[i] = 1 + x[i] * 0x1p-6f;
  for (int64_t n = 0; n < MOST; n++) {
    TN_SCOPE;
    reference(x + 3, n, 1, false, out);
    CHECK(same_bits(tn_sum(tn_view(x + 3, TN_F32, n)), out, 1));
    if (n) {
      out[0] = out[0] / (float)n;
      CHECK(same_bits(tn_mean(tn_view(x + 3, TN_F32, n)), out, 1));
    }
    if (n % 7 == 0) {
      reference(factors, n, 1, true, out);
      CHECK(same_bits(tn_prod(tn_view(factors, TN_F32, n)), out, 1));
    }
  }
  static const int64_t widths[] = {1, 2, 3, 5, 8, 31, 32, 33, 63, 64, 65, 100, 1023, 1024, 1025, 1030, 2100};
  static const int64_t heights[] = {0, 1, 2, 63, 64, 65, 100, 1100};
  for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
    for (size_t j = 0; j < sizeof heights / sizeof *heights; j++) {
      TN_SCOPE;
      const int64_t width = widths[i], height = heights[j];
      if (width * height > (int64_t)(sizeof x / sizeof *x)) continue;
      reference(x, height, width, false, out);
      CHECK(same_bits(tn_sum(tn_view(x, TN_F32, height, width), 0), out, width));
      /* of a transposed tensor: the logical shape counts, not where elements lie */
      tn_tensor turned = tn_transpose(tn_view(x, TN_F32, height, width));
      const int64_t dims[2] = {height, width}, strides[2] = {1, height};
      if (height) {
        tn_tensor back = tn_view_strided(tn_data(turned), TN_F32, 2, dims, strides);
        CHECK(same_bits(tn_sum(back, 0), out, width));
      }
    }
  { /* two groups, [R, K, R]: the inner one first */
    TN_SCOPE;
    static float inner[70 * 5];
    for (int i = 0; i < 70 * 5; i++) reference(x + i * 33, 33, 1, false, inner + i);
    reference(inner, 70, 5, false, out);
    CHECK(same_bits(tn_sum(tn_view(x, TN_F32, 70, 5, 33), 0, 2), out, 5));
    CHECK(same_bits(tn_sum(tn_view(x, TN_F32, 70, 1, 5, 3, 11), 0, 1, 3, -1), out, 5));
    tn_tensor kept = tn_sum_keepdims(tn_view(x, TN_F32, 70, 5, 33), 0, 2);
    CHECK(tn_rank(kept) == 3 && tn_dim(kept, 1) == 5 && tn_dim(kept, 2) == 1 && same_bits(kept, out, 5));
    /* axes in the middle of others */
    for (int i = 0; i < 6; i++) reference(x + i * 7 * 9, 7, 9, false, out + i * 9);
    CHECK(same_bits(tn_sum(tn_view(x, TN_F32, 2, 3, 7, 9), 2), out, 54));
  }
  TN_SCOPE;
  const float zero = -0.0f;
  CHECK(!signbit(tn_item(tn_sum(tn_view_const(&zero, TN_F32, 1)))));
  CHECK(!signbit(tn_item(tn_sum(tn_view_const(&zero, TN_F32, 1, 1), 0))));
  CHECK(tn_item(tn_sum(tn_zeros(TN_F32, 0))) == 0 && tn_item(tn_prod(tn_zeros(TN_F32, 3, 0))) == 1);
  CHECK(isnan(tn_item(tn_mean(tn_zeros(TN_F64, 0)))) && isnan(tn_item(tn_var(tn_zeros(TN_F32, 0)))));
  CHECK(tn_size(tn_sum(tn_zeros(TN_F32, 0, 4), 0)) == 4 && tn_size(tn_sum(tn_zeros(TN_F32, 0, 4), 1)) == 0);
  tn_tensor bytes = tn_full(TN_U8, 200, 10), wide = tn_sum(bytes);
  CHECK(tn_dtype_of(wide) == TN_I64 && tn_item_i64(wide) == 2000 && tn_item_i64(tn_sum(tn_less(bytes, 201))) == 10);
  CHECK(tn_item_i64(tn_prod(tn_values(TN_I32, 1 << 20, 1 << 20))) == 1ll << 40);
  CHECK(tn_item(tn_sum(tn_arange(TN_F64, 0, 10000, 1))) == 49995000);
}

/* Moments of [0, n) of x by the definition: blocks of 4096 in two passes, met in the tree by Chan's rule. */
typedef struct moments { float n, mean, squares; } moments;
static moments moments_of(const float *x, int64_t n) {
  if (n > 4096) {
    int64_t p = 4096;
    while (2 * p < n) p *= 2;
    const moments a = moments_of(x, p), b = moments_of(x + p, n - p);
    const float total = a.n + b.n, d = b.mean - a.mean, part = b.n / total;
    const float moved = d * part, between = (d * d) * (a.n * part), within = a.squares + b.squares;
    return (moments){total, a.mean + moved, within + between};
  }
  moments m = {(float)n, 0, 0};
  static float squares[4096];
  reference(x, n, 1, false, &m.mean);
  m.mean /= m.n;
  for (int64_t i = 0; i < n; i++) {
    const float d = x[i] - m.mean;
    squares[i] = d * d;
  }
  reference(squares, n, 1, false, &m.squares);
  return m;
}

static void lines(void) {
  static float x[50000], y[50000], out[50000];
  for (int i = 0; i < 50000; i++) x[i] = 3 * random_float() + 1;
  static const int64_t sizes[] = {1, 2, 63, 64, 65, 100, 1000, 4095, 4096, 4097, 8192, 8200, 20481, 50000};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    TN_SCOPE;
    const int64_t n = sizes[i];
    const moments m = moments_of(x, n);
    out[0] = m.squares / m.n;
    CHECK(same_bits(tn_var(tn_view(x, TN_F32, n)), out, 1));
    float most = x[0], sum;
    for (int64_t j = 0; j < n; j++) most = x[j] > most ? x[j] : most;
    for (int64_t j = 0; j < n; j++) y[j] = tn_expf(x[j] - most);
    reference(y, n, 1, false, &sum);
    const float r = 1 / sum;
    for (int64_t j = 0; j < n; j++) y[j] *= r;
    CHECK(same_bits(tn_softmax(tn_view(x, TN_F32, n), -1), y, n));
    CHECK(same_bits(tn_reduce_max(tn_view(x, TN_F32, n)), &most, 1));
  }
  TN_SCOPE;
  tn_tensor t = tn_view(x, TN_F32, 20, 30, 10), turned = tn_permute_dims(t, 0, 2, 1);
  CHECK(tn_item(tn_all(tn_equal(tn_permute_dims(tn_softmax(t, 1), 0, 2, 1), tn_softmax(turned, 2)))) == 1);
  CHECK(tn_item(tn_all(tn_equal(tn_var(t, 1), tn_var(turned, 2)))) == 1);
  CHECK(tn_item(tn_all(tn_equal(tn_argmax(t, 1), tn_argmax(turned, 2)))) == 1);
  CHECK(tn_item(tn_all(tn_equal(tn_reduce_min(t, 0, 2), tn_reduce_min(turned, 0, 1)))) == 1);

  const float nan = NAN;
  float special[6] = {-0.0f, 0.0f, 5, 5, nan, nan};
  CHECK(!signbit(tn_item(tn_reduce_max(tn_view(special, TN_F32, 2)))));
  CHECK(signbit(tn_item(tn_reduce_min(tn_view(special, TN_F32, 2)))));
  CHECK(tn_item_i64(tn_argmax(tn_view(special, TN_F32, 4))) == 2 && tn_item_i64(tn_argmin(tn_view(special, TN_F32, 4))) == 0);
  CHECK(tn_item_i64(tn_argmax(tn_view(special, TN_F32, 6))) == 4 && tn_item_i64(tn_argmin(tn_view(special, TN_F32, 6))) == 4);
  CHECK(isnan(tn_item(tn_reduce_max(tn_view(special, TN_F32, 6)))) && isnan(tn_item(tn_reduce_min(tn_view(special, TN_F32, 6)))));
  CHECK(tn_item_i64(tn_argmax(tn_values(TN_I32, 3, 9, 9))) == 1 && tn_item_i64(tn_reduce_min(tn_values(TN_U8, 3, 9, 200))) == 3);
  CHECK(tn_item(tn_any(tn_view(special, TN_F32, 2))) == 0 && tn_item(tn_any(tn_view(special + 4, TN_F32, 1))) == 1);
  CHECK(tn_item(tn_all(tn_zeros(TN_BOOL, 0))) == 1 && tn_item(tn_any(tn_zeros(TN_BOOL, 0))) == 0);
}

/* ---- elements ---- */

static float plus_one(float v) { return v + 1; }
static double product(double a, double b) { return a * b; }

static void elements(void) {
  TN_SCOPE;
  static float x[2000], y[2000], out[2000];
  for (int i = 0; i < 2000; i++) {
    x[i] = random_float();
    y[i] = random_float();
  }
  tn_tensor a = tn_view(x, TN_F32, 2000), b = tn_view(y, TN_F32, 2000);
  for (int i = 0; i < 2000; i++) out[i] = (x[i] + y[i]) * 2 - y[i] / x[i];
  CHECK(same_bits(tn_sub(tn_mul(tn_add(a, b), 2), tn_div(b, a)), out, 2000));
  for (int i = 0; i < 2000; i++) out[i] = tn_tanhf(x[i]);
  CHECK(same_bits(tn_tanh(a), out, 2000));
  for (int i = 0; i < 2000; i++) out[i] = x[i] + y[i % 40];
  CHECK(same_bits(tn_add(tn_reshape(a, 50, 40), tn_view(y, TN_F32, 40)), out, 2000));
  for (int i = 0; i < 2000; i++) out[i] = x[i] + y[i / 40];
  CHECK(same_bits(tn_add(tn_reshape(a, 50, 40), tn_view(y, TN_F32, 50, 1)), out, 2000));
  for (int i = 0; i < 2000; i++) out[i] = x[i % 50 * 40 + i / 50] * 3;
  CHECK(same_bits(tn_mul(3, tn_transpose(tn_view(x, TN_F32, 50, 40))), out, 2000));
  for (int i = 0; i < 2000; i++) out[i] = x[i] < y[i] ? x[i] : -1;
  CHECK(same_bits(tn_where(tn_less(a, b), a, -1), out, 2000));
  for (int i = 0; i < 2000; i++) out[i] = x[i] + 1;
  CHECK(same_bits(tn_map(plus_one, a), out, 2000));
  CHECK(tn_item(tn_zip(product, 3, tn_full(TN_F64, 2))) == 6);

  const float nan = NAN;
  const float v[8] = {-0.0f, 0.0f, nan, 1.5f, 2.5f, -0.5f, INFINITY, 1e-42f};
  tn_tensor s = tn_view_const(v, TN_F32, 8);
  CHECK(!signbit(tn_get(tn_relu(s), 0)) && isnan(tn_get(tn_relu(s), 2)) && tn_get_f32(tn_relu(s), 7) == 1e-42f);
  CHECK(!signbit(tn_get(tn_maximum(s, 0.0), 0)) && signbit(tn_get(tn_minimum(s, 0.0), 0)) && isnan(tn_get(tn_minimum(s, 0), 2)));
  CHECK(tn_get(tn_round(s), 3) == 2 && tn_get(tn_round(s), 4) == 2 && signbit(tn_get(tn_round(s), 5)));
  CHECK(tn_get(tn_floor(s), 5) == -1 && signbit(tn_get(tn_ceil(s), 5)) && isinf(tn_get(tn_floor(s), 6)));
  CHECK(tn_get(tn_clip(s, 2, 1), 3) == 1 && signbit(tn_get(tn_neg(s), 1)) && tn_get(tn_equal(s, 0), 0) == 1);
  CHECK(tn_get(tn_not_equal(s, s), 2) == 1 && tn_get(tn_less_equal(s, s), 2) == 0 && tn_get(tn_greater(s, 2), 4) == 1);

  const int32_t i32[4] = {INT32_MIN, -7, 7, 0};
  tn_tensor i = tn_view_const(i32, TN_I32, 4);
  CHECK(tn_get_i64(tn_div(i, -1), 0) == INT32_MIN && tn_get_i64(tn_div(i, 2), 1) == -3 && tn_get_i64(tn_div(i, 0), 2) == 0);
  CHECK(tn_get_i64(tn_neg(i), 0) == INT32_MIN && tn_get_i64(tn_sub(i, 1), 0) == INT32_MAX && tn_get_i64(tn_abs(i), 1) == 7);
  CHECK(tn_get_i64(tn_and(i, 5), 2) == 5 && tn_get_i64(tn_not(i), 3) == -1 && tn_get_i64(tn_xor(i, i), 1) == 0);
  CHECK(tn_item(tn_all(tn_not(tn_less(i, INT32_MIN)))) == 1 && tn_dtype_of(tn_not(tn_less(i, 0))) == TN_BOOL);
  CHECK(tn_get_i64(tn_add(tn_values(TN_I64, INT64_MAX - 1), 1), 0) == INT64_MAX);
  CHECK(tn_get_i64(tn_equal(tn_values(TN_I64, (1ll << 53) + 1), 1ll << 53), 0) == 0);
  CHECK(tn_dtype_of(tn_add(1, 2)) == TN_I64 && tn_item(tn_add(1, 2.5)) == 3.5);

  const double d[6] = {1e10, -1e10, NAN, 3.9, -3.9, 255.5};
  tn_tensor f = tn_view_const(d, TN_F64, 6), c = tn_cast(f, TN_I32), u = tn_cast(f, TN_U8);
  CHECK(tn_get_i64(c, 0) == INT32_MAX && tn_get_i64(c, 1) == INT32_MIN && tn_get_i64(c, 2) == 0 && tn_get_i64(c, 4) == -3);
  CHECK(tn_get_i64(u, 0) == 255 && tn_get_i64(u, 1) == 0 && tn_get_i64(u, 5) == 255 && tn_get(tn_cast(f, TN_BOOL), 2) == 1);
  CHECK(tn_get_i64(tn_cast(tn_values(TN_I64, INT64_MIN, 300), TN_I8), 0) == -128);
  CHECK(tn_get(tn_cast(tn_values(TN_U8, 7, 255), TN_F32), 1) == 255 && tn_get_i64(tn_cast(c, TN_U64), 1) == 0);
  CHECK(tn_get_i64(tn_cast(tn_values(TN_F64, 1e30, -1e30), TN_I64), 0) == INT64_MAX);
  CHECK(tn_ok());
}

/* ---- shapes ---- */

static void shapes(void) {
  TN_SCOPE;
  tn_tensor t = tn_reshape(tn_arange(TN_I32, 0, 24, 1), 2, 3, -1);
  CHECK(tn_dim(t, -1) == 4 && tn_get_i64(tn_transpose(t), 1, 2, 1) == 12 + 4 + 2);
  CHECK(tn_get_i64(tn_permute_dims(t, 2, 0, -2), 3, 1, 2) == 12 + 8 + 3);
  CHECK(tn_get_i64(tn_slice(t, 2, -2, TN_END), 0, 0, 1) == 3 && tn_size(tn_slice(t, 1, 5, 9)) == 0);
  tn_tensor back = tn_slice_step(tn_arange(TN_I32, 0, 10, 1), 0, TN_END, TN_END, -3);
  CHECK(tn_size(back) == 4 && tn_get_i64(back, 0) == 9 && tn_get_i64(back, 3) == 0);
  CHECK(tn_size(tn_slice_step(tn_arange(TN_I32, 0, 10, 1), 0, -1, 5, -2)) == 2);
  CHECK(tn_rank(tn_select(t, 1, -1)) == 2 && tn_get_i64(tn_select(t, 1, -1), 1, 0) == 20);
  CHECK(tn_get_i64(tn_at(t, 1, 2), 3) == 23 && tn_item_i64(tn_at(t, 1, -1, -1)) == 23);
  tn_tensor w = tn_window(t, 0, 2, 1, -1);
  CHECK(tn_size(w) == 8 && tn_get_i64(w, 1, 0, 0) == 16 && tn_size(tn_window(t)) == 24);
  CHECK(tn_get_i64(tn_broadcast_to(tn_values(TN_I32, 1, 2), 3, 2), 2, 1) == 2);
  tn_tensor both = tn_concat(1, t, tn_slice(t, 1, 0, 1));
  CHECK(tn_dim(both, 1) == 4 && tn_get_i64(both, 1, 3, 2) == 14 && tn_get_i64(both, 0, 2, 3) == 11);
  tn_tensor taken = tn_take(t, tn_reshape(tn_values(TN_I32, 2, 0, -1, 1), 2, 2), 1);
  CHECK(tn_rank(taken) == 4 && tn_get_i64(taken, 1, 1, 0, 3) == 23 && tn_get_i64(taken, 0, 0, 1, 0) == 0);
  CHECK(tn_get_flat_i64(t, -1) == 23 && tn_get_i64(tn_copy(t), 0, 1, 0) == 4);
  tn_tensor a = tn_arange(TN_F64, 1, 0, -0.25);
  CHECK(tn_size(a) == 4 && tn_get(a, 3) == 0.25 && tn_size(tn_arange(TN_I64, 5, 5, 1)) == 0);
  CHECK(tn_get_i64(tn_arange(TN_I64, INT64_MAX - 2, INT64_MAX, 1), 1) == INT64_MAX - 1);

  float mixed[7] = {2, NAN, -0.0f, 0.0f, -INFINITY, 1, NAN};
  tn_tensor sorted = tn_sort(tn_view(mixed, TN_F32, 7), 0);
  CHECK(isinf(tn_get(sorted, 0)) && signbit(tn_get(sorted, 1)) && !signbit(tn_get(sorted, 2)) && tn_get(sorted, 4) == 2);
  CHECK(isnan(tn_get(sorted, 5)) && isnan(tn_get(sorted, 6)));
  tn_tensor many = tn_sub(tn_reshape(tn_mul(tn_arange(TN_I64, 0, 3000, 1), 7919), 1000, 3), 3000000);
  tn_tensor order = tn_sort(tn_neg(many), 0);
  CHECK(tn_item(tn_all(tn_less(tn_slice(order, 0, 0, 999), tn_slice(order, 0, 1, 1000)))) == 1);
  CHECK(tn_item_i64(tn_sum(order)) == -tn_item_i64(tn_sum(many)));
  CHECK(tn_ok());
}

/* ---- products ---- */

static void products(void) {
  static float a[90 * 70], b[70 * 50], c[90 * 50], lane[64];
  for (int i = 0; i < 90 * 70; i++) a[i] = random_float();
  for (int i = 0; i < 70 * 50; i++) b[i] = random_float();
  static const int sizes[][3] = {{1, 2, 1}, {3, 5, 7}, {16, 32, 64}, {33, 2, 70}, {90, 50, 70}, {1, 50, 70}, {2, 3, 0}};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    TN_SCOPE;
    const int m = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
    for (int i = 0; i < m; i++)
      for (int j = 0; j < n; j++) {
        c[i * n + j] = 0;
        for (int q = 0; q < k; q++) c[i * n + j] = fmaf(a[i * k + q], b[q * n + j], c[i * n + j]);
      }
    tn_tensor x = tn_view(a, TN_F32, m, k), y = tn_view(b, TN_F32, k, n), xy = tn_matmul(x, y);
    CHECK(n == 1 || same_bits(xy, c, m * n));
    if (k == 0) continue;
    const int64_t x_dims[2] = {m, k}, x_turned[2] = {1, m}, y_dims[2] = {k, n}, y_turned[2] = {1, k};
    tn_tensor xt = tn_view_strided(tn_data(tn_transpose(x)), TN_F32, 2, x_dims, x_turned);
    tn_tensor yt = tn_view_strided(tn_data(tn_transpose(y)), TN_F32, 2, y_dims, y_turned);
    CHECK(n == 1 || (same_bits(tn_matmul(xt, y), c, m * n) && same_bits(tn_matmul(x, yt), c, m * n)));
    CHECK(n == 1 || same_bits(tn_matmul(tn_view(a, TN_F32, k), y), c, n)); /* a row on the left */
    /* one column: 64 lanes, then halved */
    for (int i = 0; i < m; i++) {
      memset(lane, 0, sizeof lane);
      for (int q = 0; q < k; q++) lane[q % 64] = fmaf(a[i * k + q], b[q], lane[q % 64]);
      for (int half = 32; half; half /= 2)
        for (int l = 0; l < half; l++) lane[l] += lane[l + half];
      c[i] = lane[0];
    }
    CHECK(same_bits(tn_matmul(x, tn_view(b, TN_F32, k)), c, m));
    CHECK(same_bits(tn_matmul(x, tn_view(b, TN_F32, k, 1)), c, m));
  }
  TN_SCOPE;
  tn_tensor x = tn_view(a, TN_F32, 2, 1, 3, 4), y = tn_view(b, TN_F32, 5, 4, 6), xy = tn_matmul(x, y);
  CHECK(tn_rank(xy) == 4 && tn_dim(xy, 0) == 2 && tn_dim(xy, 1) == 5 && tn_dim(xy, 3) == 6);
  tn_tensor one = tn_matmul(tn_at(x, 1, 0), tn_at(y, 3));
  CHECK(memcmp(tn_data_const(tn_at(xy, 1, 3)), tn_data_const(one), 18 * sizeof(float)) == 0);
  CHECK(tn_item(tn_matmul(tn_arange(TN_F64, 0, 100, 1), tn_arange(TN_F64, 0, 100, 1))) == 328350);
  CHECK(tn_ok());
}

/* ---- printing ---- */

static void printing(const char *path) {
  TN_SCOPE;
  FILE *terminal = stdout;
  FILE *file = fopen(path, "w+");
  CHECK(file != NULL);
  if (!file) return;
  stdout = file;
  tn_print(tn_values(TN_F32, 0.1f, -0.0, 1e20, NAN, 100000, 1.0 / 3));
  tn_print(tn_reshape(tn_arange(TN_I32, 0, 6, 1), 2, 3));
  tn_print(tn_less(tn_values(TN_F64, 1, 2), 2));
  tn_print(tn_full(TN_F64, 2.5));
  tn_print(tn_zeros(TN_F32, 0, 3));
  tn_print(tn_arange(TN_U8, 0, 3, 1));
  tn_print(tn_zeros(TN_I64, 1, 2000));
  stdout = terminal;
  char text[1000] = {0};
  rewind(file);
  const size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  remove(path);
  static const char expected[] = "f32[6]\n[0.1, -0, 1e+20, nan, 100000, 0.33333334]\n"
                                 "i32[2, 3]\n[[0, 1, 2],\n [3, 4, 5]]\n"
                                 "bool[2]\n[true, false]\n"
                                 "f64[]\n2.5\n"
                                 "f32[0, 3]\n"
                                 "u8[3]\n[0, 1, 2]\n"
                                 "i64[1, 2000]\n[[0, 0, 0, ..., 0, 0, 0]]\n";
  CHECK(length == strlen(expected) && strcmp(text, expected) == 0);
  if (strcmp(text, expected) != 0) puts(text);
}

/* ---- threads ---- */

static void *in_a_thread(void *unused) {
  (void)unused;
  tn_tensor root = tn_full(TN_F32, 1, 300); /* of this thread's root scope, which ends with it */
  for (int i = 0; i < 100; i++) {
    TN_SCOPE;
    tn_replace(&root, tn_add(root, 1));
  }
  CHECK(tn_reshape(root, 7) == NULL && !tn_ok()); /* this thread's error only */
  return tn_own(tn_sum(root));
}

static void threads(void) {
  pthread_t thread[4];
  for (int i = 0; i < 4; i++) CHECK(pthread_create(&thread[i], NULL, in_a_thread, NULL) == 0);
  for (int i = 0; i < 4; i++) {
    void *result = NULL;
    CHECK(pthread_join(thread[i], &result) == 0);
    CHECK(tn_item((tn_tensor)result) == 101 * 300);
    tn_free((tn_tensor)result);
  }
  CHECK(tn_ok());
}

int main(int argc, char **argv) {
  ownership();
  errors();
  stores();
  sums();
  lines();
  elements();
  shapes();
  products();
  printing(argc > 1 ? argv[1] : "eager_smoke.txt");
  threads();
  tn_trim();
  printf(failures ? "%d failures\n" : "ok\n", failures);
  return failures != 0;
}

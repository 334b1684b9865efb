/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * sort.c - tn_sort: lines become unsigned keys in the same order, are sorted by their bytes, and turned back.
 *
 * The order of keys is total: -0 below +0, every NaN one and the same above all. So the result is unique, whatever
 * algorithm sorts.
 */
#include "guard.h"
#include "launch.h"
#include "trace.h"

/* How bits become keys: integers by their sign, floats (NaN above `infinity`) by sign and magnitude. */
typedef struct order {
  bool is_signed, is_float;
  uint64_t infinity;
} order;

static order order_of(unsigned dtype) {
  switch (dtype) {
  case TNI_F16: return (order){true, true, 0x7c00};
  case TNI_BF16: return (order){true, true, 0x7f80};
  case TNI_F32: return (order){true, true, 0x7f800000};
  case TNI_F64: return (order){true, true, 0x7ff0000000000000};
  case TNI_I8: case TNI_I16: case TNI_I32: case TNI_I64: return (order){true, false, 0};
  default: return (order){false, false, 0};
  }
}

#define SORT(bits, word)                                                                                               \
  static void to_keys_##bits(order o, word *x, int64_t n) {                                                            \
    const word sign = (word)((word)1 << (bits - 1));                                                                   \
    if (!o.is_signed) return;                                                                                          \
    for (int64_t i = 0; i < n; i++) {                                                                                  \
      if (!o.is_float) x[i] ^= sign;                                                                                   \
      else if ((word)(x[i] & (word)~sign) > (word)o.infinity) x[i] = (word)~(word)0;                                   \
      else x[i] = x[i] & sign ? (word)~x[i] : (word)(x[i] | sign);                                                     \
    }                                                                                                                  \
  }                                                                                                                    \
  static void from_keys_##bits(order o, word *x, int64_t n) {                                                          \
    const word sign = (word)((word)1 << (bits - 1));                                                                   \
    /* the NaN that IEEE 754 suggests: the first bit of the fraction set */                                            \
    const word nan = (word)(o.infinity | (o.infinity & (0 - o.infinity)) >> 1);                                        \
    if (!o.is_signed) return;                                                                                          \
    for (int64_t i = 0; i < n; i++) {                                                                                  \
      if (!o.is_float) x[i] ^= sign;                                                                                   \
      else if (x[i] == (word)~(word)0) x[i] = nan;                                                                     \
      else x[i] = x[i] & sign ? (word)(x[i] ^ sign) : (word)~x[i];                                                     \
    }                                                                                                                  \
  }                                                                                                                    \
  /* Byte by byte from the lowest, each pass stable; a pass in which all keys have one byte is none. */                \
  static void sort_keys_##bits(word *x, word *other, int64_t n) {                                                      \
    if (n <= 64) {                                                                                                     \
      for (int64_t i = 1; i < n; i++) {                                                                                \
        const word v = x[i];                                                                                           \
        int64_t j = i;                                                                                                 \
        for (; j > 0 && x[j - 1] > v; j--) x[j] = x[j - 1];                                                            \
        x[j] = v;                                                                                                      \
      }                                                                                                                \
      return;                                                                                                          \
    }                                                                                                                  \
    word *from = x, *to = other;                                                                                       \
    for (int shift = 0; shift < bits; shift += 8) {                                                                    \
      int64_t place[256] = {0}, before = 0;                                                                            \
      for (int64_t i = 0; i < n; i++) place[from[i] >> shift & 255]++;                                                 \
      if (place[from[0] >> shift & 255] == n) continue;                                                                \
      for (int b = 0; b < 256; b++) {                                                                                  \
        const int64_t here = place[b];                                                                                 \
        place[b] = before;                                                                                             \
        before += here;                                                                                                \
      }                                                                                                                \
      for (int64_t i = 0; i < n; i++) to[place[from[i] >> shift & 255]++] = from[i];                                   \
      word *const swapped = from;                                                                                      \
      from = to;                                                                                                       \
      to = swapped;                                                                                                    \
    }                                                                                                                  \
    if (from != x) memcpy(x, from, (size_t)n * sizeof *x);                                                             \
  }                                                                                                                    \
  static void sort_##bits(order o, void *line, void *other, int64_t n) {                                               \
    to_keys_##bits(o, line, n);                                                                                        \
    sort_keys_##bits(line, other, n);                                                                                  \
    from_keys_##bits(o, line, n);                                                                                      \
  }
SORT(8, uint8_t)
SORT(16, uint16_t)
SORT(32, uint32_t)
SORT(64, uint64_t)

/* Sorts t's lines along an axis into a tensor of t's shape, which may be t. False where memory is short. */
static bool sort_into(tn_tensor result, tn_tensor t, int axis) {
  const int64_t n = t->dims[axis];
  const order o = order_of(tni_dtype(t));
  const size_t element_bytes = tni_element_bytes(tni_dtype(t)), line_bytes = (size_t)n * element_bytes;
  const tni_layout from = tni_layout_lines(t, 1u << axis), to = tni_layout_lines(result, 1u << axis);
  /* One line that lies in one piece needs no copy, but of its other half. */
  const bool in_one = t->size == n && tni_layout_is_array(&to);
  const size_t bytes = in_one ? line_bytes : 2 * line_bytes;
  char *const memory = tni_allocate(bytes), *const line = in_one ? result->data : memory;
  if (!memory) return false;
  for (int64_t first = 0; first < result->size; first += n) {
    if (line != t->data) tni_layout_read(&from, first, n, line);
    switch (element_bytes) {
    case 1: sort_8(o, line, memory + bytes - line_bytes, n); break;
    case 2: sort_16(o, line, memory + bytes - line_bytes, n); break;
    case 4: sort_32(o, line, memory + bytes - line_bytes, n); break;
    default: sort_64(o, line, memory + bytes - line_bytes, n); break;
    }
    if (line == memory) tni_layout_write(&to, first, n, line);
  }
  tni_release(memory, bytes);
  return true;
}

tn_tensor tn_sort(tn_tensor t, int64_t axis) {
  const char *const function = "tn_sort";
  int i;
  if (!tni_operand_ok(function, t)) return NULL;
  if (!tni_axis(tni_rank(t), axis, &i)) {
    tni_fail(function, "axis %lld of %s is out of range", (long long)axis, tni_tensor_text(t).text);
    return NULL;
  }
  tn_tensor result = tni_new(tni_dtype(t), tni_rank(t), t->dims);
  if (!result || !sort_into(result, t, i)) {
    tni_fail(function, "out of memory for %s", tni_tensor_text(t).text);
    tn_free(result);
    return NULL;
  }
  return result;
}

static tn_tensor sort_as(tn_tensor t, int64_t axis, int32_t mode) {
  int i;
  if (!t || !tni_is_operand(t, tni_dtype(t), TNI_OPERAND_FLAGS) || !tni_axis(tni_rank(t), axis, &i))
    return NULL;
  if (mode == TN_RESULT_REUSE && tni_flags(t) & TN_FLAG_WORKSPACE) {
    int64_t span;
    if (!(tni_flags(t) & TN_FLAG_STRIDED) || tni_elements_are_apart(t, &span)) return sort_into(t, t, i) ? t : NULL;
  }
  tni_shape shape = {.rank = tni_rank(t)};
  memcpy(shape.dims, t->dims, sizeof shape.dims);
  tn_tensor result = mode == TN_RESULT_NEW ? tni_new(tni_dtype(t), shape.rank, shape.dims)
                                           : tni_new_in_workspace(tni_dtype(t), &shape);
  if (result && !sort_into(result, t, i)) {
    if (mode == TN_RESULT_NEW) tn_free(result);
    result = NULL;
  }
  return result;
}

tn_tensor tn_rt_sort(tn_tensor t, int64_t axis, int32_t mode) {
  const bool told = tni_guard_fails();
  tn_tensor result = told ? NULL : sort_as(t, axis, mode);
  if (!result && tni_traces())
    tni_trace_refusal(NULL, told ? tni_told_to_fail : "tn_sort would fail, by its operand, its axis, or for want of memory");
  return result;
}

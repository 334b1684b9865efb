/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * internal.h - what the files of the runtime know of each other: the whole tensor, memory, errors, shape rules.
 *
 * A function that can fail for want of memory returns NULL (or false) and records nothing; the public function that
 * the user called says what it could not do.
 */
#ifndef TENON_INTERNAL_H
#define TENON_INTERNAL_H

/* Everything is built with hidden symbols; what the public headers declare is what the library exports. */
#pragma GCC visibility push(default)
#include "tenon.h"
#include "tenon/abi.h"
#pragma GCC visibility pop

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- the tensor ---------------------------------------------------------------------------------------------- */

typedef struct tni_tensor tni_tensor;
typedef struct tni_scope tni_scope;

struct tni_tensor {
  struct tn_tensor_impl head; /* what generated code reads; first, so that a tn_tensor points to both */
  tni_scope *scope;           /* NULL: owned by the user (tn_own), or a workspace tensor */
  tni_tensor *previous, *next; /* in the scope */
  size_t block_bytes;         /* of the block that this header begins; small tensors have their elements behind it */
  size_t data_bytes;          /* of head.data, if that is a block of its own; else 0 */
};

enum { TNI_HEADER_BYTES = 192, TNI_INLINE_BYTES = 1024 };
_Static_assert(sizeof(tni_tensor) <= TNI_HEADER_BYTES, "small tensors start behind the header");

static inline unsigned tni_dtype(const struct tn_tensor_impl *t) { return TN_HEADER_DTYPE(t->header); }
static inline int tni_rank(const struct tn_tensor_impl *t) { return (int)TN_HEADER_RANK(t->header); }
static inline unsigned tni_flags(const struct tn_tensor_impl *t) { return TN_HEADER_FLAGS(t->header); }
static inline void tni_add_flags(struct tn_tensor_impl *t, unsigned flags) { t->header |= (uint64_t)flags << 16; }
static inline void tni_drop_flags(struct tn_tensor_impl *t, unsigned flags) { t->header &= ~((uint64_t)flags << 16); }

/* Not NULL, a tensor, and not freed. */
static inline bool tni_is_live(const struct tn_tensor_impl *t) {
  return t && t->header >> 32 == TN_MAGIC && !(tni_flags(t) & TN_FLAG_DEAD);
}

/* A tensor of the innermost scope with elements that are not set, 64-byte aligned. NULL where dims are wrong or
 * memory is short; records no error. */
tn_tensor tni_new(unsigned dtype, int rank, const int64_t *dims);

/* A tensor over other memory, of the innermost scope, without a block of its own. strides NULL: row-major. Sets
 * TN_FLAG_STRIDED where it applies; the caller adds other flags. */
tn_tensor tni_new_view(unsigned dtype, int rank, const int64_t *dims, const int64_t *strides, const void *data);

/* Frees a tensor that is in no scope's list any more. */
void tni_destroy(tni_tensor *t);

/* ---- memory (memory.c) --------------------------------------------------------------------------------------- */

/* 64-byte aligned, from the free lists where they have a block. Huge blocks ask for huge pages. NULL if there is no
 * memory, or if TENON_FAIL_ALLOC says that this one fails. bytes == 0 gives a block too. */
void *tni_allocate(size_t bytes);
/* Gives a block back; bytes as asked for. NULL is nothing. May be called by another thread than the allocating one. */
void tni_release(void *block, size_t bytes);
/* Whether all memory is that of tn_init. */
bool tni_in_buffer(void);

/* MemorySanitizer sees what the program writes, not what this library does: it is told where the program may look. */
__attribute__((weak)) void __msan_unpoison(const volatile void *begin, size_t bytes);
static inline void tni_shown(const void *begin, size_t bytes) {
  if (__msan_unpoison) __msan_unpoison(begin, bytes);
}

/* ---- dtypes (dtype.c) ---------------------------------------------------------------------------------------- */

/* Codes are the low byte of the tn_dtype constants. */
enum {
  TNI_F32 = 1, TNI_F64, TNI_F16, TNI_BF16, TNI_I8, TNI_U8, TNI_I16, TNI_U16, TNI_I32, TNI_U32, TNI_I64, TNI_U64,
  TNI_BOOL, TNI_DTYPES
};
/* Whether each stride steps over all that the shorter ones span, in elements: then no two elements fall on the same place,
 * and that covers what programs do. out_span: how far the last element is from the first in memory. */
bool tni_elements_are_apart(const struct tn_tensor_impl *t, int64_t *out_span);
extern const uint8_t tni_dtype_bytes[TNI_DTYPES];
static inline size_t tni_element_bytes(unsigned dtype) { /* 0: no dtype */
  return dtype < TNI_DTYPES ? tni_dtype_bytes[dtype] : 0;
}
const char *tni_dtype_name(unsigned dtype);  /* "f32" */
static inline bool tni_is_float(unsigned dtype) { return dtype >= TNI_F32 && dtype <= TNI_BF16; }

/* ---- errors (error.c) ---------------------------------------------------------------------------------------- */

/* Records the message "function: ..." unless this thread has an error already, and does what tn_on_error asked for. */
void tni_fail(const char *function, const char *format, ...) __attribute__((format(printf, 2, 3), cold));
/* Reports an operand that is NULL (only if nothing is recorded: NULL is usually the result of an earlier error) or
 * dead. */
void tni_fail_operand(const char *function, const struct tn_tensor_impl *t) __attribute__((cold));
static inline bool tni_operand_ok(const char *function, const struct tn_tensor_impl *t) {
  if (__builtin_expect(tni_is_live(t), 1)) return true;
  tni_fail_operand(function, t);
  return false;
}
/* "out of memory for f32[3, 4]"; or, where the dims are the reason, what is wrong with them. */
void tni_fail_new(const char *function, unsigned dtype, int rank, const int64_t *dims) __attribute__((cold));

/* Text for messages: "[3, 4]" and "f32[3, 4]". */
typedef struct tni_text { char text[208]; } tni_text;
tni_text tni_dims_text(int rank, const int64_t *dims);
tni_text tni_tensor_text(const struct tn_tensor_impl *t);

/* ---- shape rules (dims.c) ------------------------------------------------------------------------------------ */

/* The number of elements; false if rank is over 8, a dim negative, or the size in bytes over INT64_MAX. */
bool tni_checked_size(int rank, const int64_t *dims, unsigned dtype, int64_t *out_size);
/* Numbers before the first TN_PAD_VALUE. */
int tni_count(const int64_t *padded, int most);
/* -rank .. rank-1 to 0 .. rank-1; false if out of range. */
bool tni_axis(int rank, int64_t axis, int *out_axis);
/* NumPy broadcasting of two shapes. */
bool tni_broadcast(int rank_x, const int64_t *x, int rank_y, const int64_t *y, int *out_rank, int64_t *out_dims);
/* t's strides as an operand of a result of this shape: 0 where it is broadcast. The shape must be broadcastable. */
void tni_broadcast_strides(const struct tn_tensor_impl *t, int rank, const int64_t *dims, int64_t *out_strides);
/* Row-major strides. */
void tni_row_major(int rank, const int64_t *dims, int64_t *out_strides);
/* tn_slice_step on an axis of n elements, as Python's slice.indices: negative counts from the end, out of range is
 * clamped, TN_END is "to the end" (for step < 0, start TN_END is the last and stop TN_END is past the first element).
 * count elements: first, first + step, ... False if step is 0. */
bool tni_slice_range(int64_t n, int64_t start, int64_t stop, int64_t step, int64_t *out_first, int64_t *out_count);
/* The dims that tn_reshape makes of `count` given ones, -1 filled in. False where it fails. */
bool tni_reshape_dims(int64_t size, int count, const int64_t *given, int64_t *out_dims);
/* Checked permutation of `rank` axes, negative ones resolved. */
bool tni_permutation(int rank, int count, const int64_t *axes, int *out_axes);
/* Element index (0 <= flat < size) to offset in elements. */
int64_t tni_offset_of(const struct tn_tensor_impl *t, int64_t flat);
/* The offset, in elements, of the element at these indices: as many as t has dims, negative ones counting from the end.
 * count -1: indices[0] is flat. False, with an error, if there is no such element. */
bool tni_locate(const char *function, const struct tn_tensor_impl *t, int count, const int64_t *indices,
                int64_t *out_offset);
/* Whether each stride steps over all that the shorter ones span, in elements: then no two elements fall on the same place,
 * and that covers what programs do. out_span: how far the last element is from the first in memory. */
bool tni_elements_are_apart(const struct tn_tensor_impl *t, int64_t *out_span);
/* Lowest and one-past-highest byte that the elements occupy. Both equal data for no elements. */
void tni_byte_range(const struct tn_tensor_impl *t, const char **out_begin, const char **out_end);
/* Sets TN_FLAG_STRIDED by the strides. */
void tni_note_strides(struct tn_tensor_impl *t);

/* ---- elements in some arrangement (layout.c) ------------------------------------------------------------------ */

/* Where the elements of a tensor, or of a part of one, stand. Strides are in bytes. */
typedef struct tni_layout {
  const char *data;
  unsigned dtype;
  int rank;
  int64_t size;
  int64_t dims[TN_MAX_RANK];
  int64_t strides[TN_MAX_RANK];
} tni_layout;

tni_layout tni_layout_of(const struct tn_tensor_impl *t);
/* t broadcast to a shape, which must be possible. */
tni_layout tni_layout_broadcast(const struct tn_tensor_impl *t, int rank, const int64_t *dims);
/* Drops dims of 1 and merges neighbours. The order of the elements stays. */
void tni_layout_simplify(tni_layout *layout);
/* t, simplified, with the axes of a set (bit i: axis i) behind the others: a line of these axes is a run of elements. */
tni_layout tni_layout_lines(const struct tn_tensor_impl *t, unsigned axes);
/* Of a simplified layout: are the elements one array that can be read as such? */
bool tni_layout_is_array(const tni_layout *layout);
/* Copies elements first .. first + count - 1, in row-major order; and back. */
void tni_layout_read(const tni_layout *layout, int64_t first, int64_t count, void *out_elements);
void tni_layout_write(const tni_layout *layout, int64_t first, int64_t count, const void *elements);
/* All elements as one array: the tensor's own memory if it is one, else a copy, which is to be released (with
 * *out_bytes, 0 if there is none). NULL if memory is short. */
const void *tni_layout_array(const tni_layout *layout, size_t *out_bytes);
/* A new tensor of these elements; NULL, with an error, if memory is short. */
tn_tensor tni_layout_tensor(const char *function, const tni_layout *layout);

/* Parameters for eight padded dims, and an array of them. */
#define TNI_DIMS8                                                                                                      \
  int64_t d0, int64_t d1, int64_t d2, int64_t d3, int64_t d4, int64_t d5, int64_t d6, int64_t d7
#define TNI_DIMS8_ARRAY {d0, d1, d2, d3, d4, d5, d6, d7}

#endif

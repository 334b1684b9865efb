/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * iterate.h - walking several strided operands over one shape.
 *
 * Strides are in bytes here; that of a broadcast operand is 0 along the dims
 * that it lacks.
 */
#ifndef TENON_ITERATE_H
#define TENON_ITERATE_H

#include "internal.h"

typedef int64_t tni_strides[TN_MAX_RANK];

/* Drops dims of 1 and merges neighbours that every operand walks in one stride.
 * Returns the new rank, which may be 0. */
int tni_collapse(int rank, int64_t *dims, int operands, tni_strides *strides);

/* Where a flat index (row-major) is, as an index for each dim. */
void tni_unflatten(int64_t flat, int rank, const int64_t *dims,
                   int64_t *out_index);

/* The byte offset of an index. */
static inline int64_t tni_offset(int rank, const int64_t *index,
                                 const int64_t *strides) {
  int64_t offset = 0;
  for (int i = 0; i < rank; i++)
    offset += index[i] * strides[i];
  return offset;
}

/* Goes to the next index in row-major order and moves every pointer along;
 * after the last one, back to the first. */
static inline void tni_advance(int rank, const int64_t *dims, int64_t *index,
                               int operands, const tni_strides *strides,
                               char **pointers) {
  for (int d = rank - 1; d >= 0; d--) {
    if (++index[d] < dims[d]) {
      for (int i = 0; i < operands; i++)
        pointers[i] += strides[i][d];
      return;
    }
    index[d] = 0;
    for (int i = 0; i < operands; i++)
      pointers[i] -= strides[i][d] * (dims[d] - 1);
  }
}

/* Copies `count` elements, from the flat index `first` on in row-major order,
 * of a strided operand into contiguous memory; and back. */
void tni_pack(char *to, const char *from, size_t element_bytes, int rank,
              const int64_t *dims, const int64_t *strides, int64_t first,
              int64_t count);
void tni_unpack(char *to, const char *from, size_t element_bytes, int rank,
                const int64_t *dims, const int64_t *strides, int64_t first,
                int64_t count);

/* count elements, `stride` bytes apart, to contiguous memory; and back. */
void tni_gather(char *to, const char *from, size_t element_bytes,
                int64_t stride, int64_t count);
void tni_scatter(char *to, const char *from, size_t element_bytes,
                 int64_t stride, int64_t count);

/* TN_SPLAT_BYTES of one element. */
void tni_splat(char *to, const char *element, size_t element_bytes);

#endif

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * iterate.c - walking several strided operands over one shape.
 */
#include "iterate.h"

#include <string.h>

int tni_collapse(int rank, int64_t *dims, int operands, tni_strides *strides) {
  int kept = 0;
  for (int d = 0; d < rank; d++) {
    if (dims[d] == 1)
      continue;
    bool merges = kept > 0;
    for (int i = 0; merges && i < operands; i++)
      merges = strides[i][kept - 1] == strides[i][d] * dims[d];
    if (merges) {
      dims[kept - 1] *= dims[d];
      for (int i = 0; i < operands; i++)
        strides[i][kept - 1] = strides[i][d];
    } else {
      dims[kept] = dims[d];
      for (int i = 0; i < operands; i++)
        strides[i][kept] = strides[i][d];
      kept++;
    }
  }
  return kept;
}

void tni_unflatten(int64_t flat, int rank, const int64_t *dims,
                   int64_t *out_index) {
  for (int d = rank - 1; d >= 0; d--) {
    out_index[d] = flat % dims[d];
    flat /= dims[d];
  }
}

/* memcpy of a constant number of bytes is one load and one store. */
#define COPY_ELEMENTS(bytes)                                                   \
  for (int64_t i = 0; i < count; i++)                                          \
  memcpy(to + i * to_stride, from + i * from_stride, bytes)

static inline void copy_strided(char *restrict to, int64_t to_stride,
                                const char *restrict from, int64_t from_stride,
                                size_t element_bytes, int64_t count) {
  switch (element_bytes) {
  case 1:
    COPY_ELEMENTS(1);
    break;
  case 2:
    COPY_ELEMENTS(2);
    break;
  case 4:
    COPY_ELEMENTS(4);
    break;
  default:
    COPY_ELEMENTS(8);
    break;
  }
}

void tni_gather(char *to, const char *from, size_t element_bytes,
                int64_t stride, int64_t count) {
  if (stride == (int64_t)element_bytes)
    memcpy(to, from, (size_t)count * element_bytes);
  else
    copy_strided(to, (int64_t)element_bytes, from, stride, element_bytes,
                 count);
}

void tni_scatter(char *to, const char *from, size_t element_bytes,
                 int64_t stride, int64_t count) {
  if (stride == (int64_t)element_bytes)
    memcpy(to, from, (size_t)count * element_bytes);
  else
    copy_strided(to, stride, from, (int64_t)element_bytes, element_bytes,
                 count);
}

void tni_splat(char *to, const char *element, size_t element_bytes) {
  uint8_t byte;
  uint16_t half;
  uint32_t word;
  uint64_t pattern;
  switch (element_bytes) {
  case 1:
    memcpy(&byte, element, 1);
    pattern = byte * UINT64_C(0x101010101010101);
    break;
  case 2:
    memcpy(&half, element, 2);
    pattern = half * UINT64_C(0x1000100010001);
    break;
  case 4:
    memcpy(&word, element, 4);
    pattern = word * UINT64_C(0x100000001);
    break;
  default:
    memcpy(&pattern, element, 8);
    break;
  }
  for (int i = 0; i < TN_SPLAT_BYTES; i += 8)
    memcpy(to + i, &pattern, 8);
}

/* Runs up to this length are copied without a call. */
enum { SHORT_RUN = 16 };

/* One walk for both directions: `packed` is contiguous, `strided` is not. */
static inline __attribute__((always_inline)) void
walk(char *packed, char *strided, bool packs, size_t element_bytes, int rank,
     const int64_t *dims, const int64_t *strides, int64_t first,
     int64_t count) {
  int64_t index[TN_MAX_RANK];
  if (rank == 0) {
    memcpy(packs ? packed : strided, packs ? strided : packed, element_bytes);
    return;
  }
  tni_unflatten(first, rank, dims, index);
  const int last = rank - 1;
  const int64_t bytes = (int64_t)element_bytes, stride = strides[last];
  char *place = strided + tni_offset(rank, index, strides);
  while (count > 0) {
    const int64_t rest = dims[last] - index[last];
    const int64_t run = count < rest ? count : rest;
    if (run > SHORT_RUN && packs) {
      tni_gather(packed, place, element_bytes, stride, run);
    } else if (run > SHORT_RUN) {
      tni_scatter(place, packed, element_bytes, stride, run);
    } else if (packs && stride == 0 && run * bytes <= TN_SPLAT_BYTES &&
               count * bytes >= TN_SPLAT_BYTES) {
      tni_splat(packed, place, element_bytes); /* and what follows is yet to come */
    } else {
      for (int64_t i = 0; i < run; i++)
        memcpy(packs ? packed + i * bytes : place + i * stride,
               packs ? place + i * stride : packed + i * bytes, element_bytes);
    }
    packed += run * bytes;
    count -= run;
    place -= index[last] * stride;
    index[last] = 0;
    for (int d = last - 1; d >= 0; d--) {
      place += strides[d];
      if (++index[d] < dims[d])
        break;
      place -= strides[d] * dims[d];
      index[d] = 0;
    }
  }
}

/* With the element's size as a constant of each walk. */
#define WALK(packed, strided, packs)                                           \
  switch (element_bytes) {                                                     \
  case 1:                                                                      \
    walk(packed, strided, packs, 1, rank, dims, strides, first, count);        \
    break;                                                                     \
  case 2:                                                                      \
    walk(packed, strided, packs, 2, rank, dims, strides, first, count);        \
    break;                                                                     \
  case 4:                                                                      \
    walk(packed, strided, packs, 4, rank, dims, strides, first, count);        \
    break;                                                                     \
  default:                                                                     \
    walk(packed, strided, packs, 8, rank, dims, strides, first, count);        \
    break;                                                                     \
  }

void tni_pack(char *to, const char *from, size_t element_bytes, int rank,
              const int64_t *dims, const int64_t *strides, int64_t first,
              int64_t count) {
  int64_t period = 1;
  for (int d = 1; d < rank; d++)
    period *= dims[d];
  if (rank < 2 || strides[0] != 0 || count <= period) {
    WALK(to, (char *)from, true)
    return;
  }
  /* The same again and again. */
  const size_t bytes = (size_t)count * element_bytes;
  tni_pack(to, from, element_bytes, rank, dims, strides, first, period);
  for (size_t have = (size_t)period * element_bytes; have < bytes; have *= 2)
    memcpy(to + have, to, have < bytes - have ? have : bytes - have);
}

void tni_unpack(char *to, const char *from, size_t element_bytes, int rank,
                const int64_t *dims, const int64_t *strides, int64_t first,
                int64_t count) {
  WALK((char *)from, to, false)
}

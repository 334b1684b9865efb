/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * allocations.c - linked into a test program, counts what it and the libraries below it take from malloc and its kin
 * (glibc; the program's own definitions stand before the library's).
 */
#include "allocations.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static _Atomic int64_t now, most, taken, large, calls, least_large = 64 << 10;

void allocations_start(void) { most = now, taken = large = calls = 0; }
int64_t allocations_peak(void) { return most; }
int64_t allocations_now(void) { return now; }
int64_t allocations_taken(void) { return taken; }
int64_t allocations_large(void) { return large; }
void allocations_are_large_from(int64_t bytes) { least_large = bytes; }
int64_t allocations_calls(void) { return calls; }

static void *count(void *p, size_t asked) {
  if (!p) return NULL;
  const int64_t sum = atomic_fetch_add(&now, (int64_t)malloc_usable_size(p)) + (int64_t)malloc_usable_size(p);
  for (int64_t old = most; old < sum && !atomic_compare_exchange_weak(&most, &old, sum);) {}
  taken += (int64_t)asked;
  if ((int64_t)asked >= least_large) large += (int64_t)asked;
  calls++;
  return p;
}

void *malloc(size_t n) { return count(__libc_malloc(n), n); }
void *calloc(size_t n, size_t size) { return count(__libc_calloc(n, size), n * size); }
void *memalign(size_t alignment, size_t n) { return count(__libc_memalign(alignment, n), n); }
void *aligned_alloc(size_t alignment, size_t n) { return count(__libc_memalign(alignment, n), n); }
int posix_memalign(void **out, size_t alignment, size_t n) {
  *out = count(__libc_memalign(alignment, n), n);
  return *out ? 0 : ENOMEM;
}
void free(void *p) {
  if (p) now -= (int64_t)malloc_usable_size(p);
  __libc_free(p);
}
void *realloc(void *p, size_t n) {
  if (p) now -= (int64_t)malloc_usable_size(p);
  void *q = __libc_realloc(p, n);
  if (!q && p && n) now += (int64_t)malloc_usable_size(p);
  return count(q, n);
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * memory.c - blocks of memory, from free lists.
 *
 * A size belongs to a class, and a class has a list of free blocks: a short one in each thread for small blocks, which
 * costs no lock, and one for all threads. What a loop needs in its second turn it therefore finds in a list. Blocks go
 * back to the system by tn_trim, when CACHE_BYTES of them lie idle, and when the system has no more.
 */
#include "plan_cache.h"
#include "trace.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

/* AddressSanitizer sees overflows of blocks only if each is a malloc of its own. */
#if defined(__SANITIZE_ADDRESS__)
#define NO_LISTS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NO_LISTS 1
#endif
#endif
#ifndef NO_LISTS
#define NO_LISTS 0
#endif

enum {
  ALIGNMENT = 64,
  FINE_CLASSES = 16,   /* 64, 128, ..., 1024 bytes */
  CLASSES = FINE_CLASSES + 4 * 50, /* then four to each power of two */
  OWN_CLASSES = FINE_CLASSES + 4 * 6, /* up to 64 KiB: kept by threads */
  OWN_BYTES = 256 << 10 /* that a thread keeps of one class */
};
static const size_t CACHE_BYTES = (size_t)1 << 30, HUGE_PAGE = (size_t)2 << 20, HUGE_BYTES = (size_t)4 << 20;
/* More than there are addresses; AddressSanitizer ends the program when asked for more than its own limit. */
static const size_t MOST_BYTES = (size_t)1 << (NO_LISTS ? 39 : 47);

typedef struct block { struct block *next; } block;

static _Thread_local struct {
  block *first;
  uint32_t count;
} own[OWN_CLASSES];
static _Thread_local bool own_used;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all that follows */
static struct {
  block *first[CLASSES];
  size_t bytes;              /* idle */
  char *arena, *arena_end;   /* tn_init: what is left of the buffer */
  bool arena_only, used;
} shared;

static int class_of(size_t bytes, size_t *out_rounded) {
  if (bytes <= 1024) {
    const size_t units = bytes ? (bytes + 63) / 64 : 1;
    *out_rounded = units * 64;
    return (int)units - 1;
  }
  const int power = 63 - __builtin_clzll(bytes - 1); /* 2^power < bytes <= 2^(power + 1) */
  const size_t quarter = (size_t)1 << (power - 2);
  const size_t quarters = (bytes - ((size_t)1 << power) + quarter - 1) / quarter; /* 1 to 4 */
  *out_rounded = ((size_t)1 << power) + quarters * quarter;
  return FINE_CLASSES + 4 * (power - 10) + (int)quarters - 1;
}

static size_t size_of_class(int class) {
  if (class < FINE_CLASSES) return (size_t)(class + 1) * 64;
  const int power = 10 + (class - FINE_CLASSES) / 4, quarters = (class - FINE_CLASSES) % 4 + 1;
  return ((size_t)1 << power) + (size_t)quarters * ((size_t)1 << (power - 2));
}

/* ---- the system ---- */

static void *from_system(size_t bytes) {
  if (shared.arena_only) {
    if ((size_t)(shared.arena_end - shared.arena) < bytes) return NULL;
    void *taken = shared.arena;
    shared.arena += bytes;
    return taken;
  }
  if (bytes < HUGE_BYTES) return aligned_alloc(ALIGNMENT, bytes);
  bytes = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
  void *taken = aligned_alloc(HUGE_PAGE, bytes);
#ifdef MADV_HUGEPAGE
  if (taken) madvise(taken, bytes, MADV_HUGEPAGE); /* a wish: a failure changes nothing but speed */
#endif
  return taken;
}

/* With the lock held. */
static void give_shared_back(void) {
  if (shared.arena_only) return;
  for (int class = 0; class < CLASSES; class++)
    while (shared.first[class]) {
      block *b = shared.first[class];
      shared.first[class] = b->next;
      free(b);
    }
  shared.bytes = 0;
}

/* ---- blocks ---- */

/* TENON_FAIL_ALLOC=k: the k-th allocation of the process fails. */
static bool told_to_fail(void) {
  static _Atomic int64_t fail_at = -1, count;
  int64_t k = atomic_load_explicit(&fail_at, memory_order_relaxed);
  if (__builtin_expect(k < 0, 0)) {
    const char *wish = getenv("TENON_FAIL_ALLOC");
    k = wish ? strtoll(wish, NULL, 10) : 0;
    atomic_store_explicit(&fail_at, k < 0 ? 0 : k, memory_order_relaxed);
  }
  return k > 0 && atomic_fetch_add_explicit(&count, 1, memory_order_relaxed) + 1 == k;
}

static void *allocate(size_t bytes) {
  if (__builtin_expect(told_to_fail() || bytes >= MOST_BYTES, 0)) return NULL;
  size_t rounded;
  const int class = class_of(bytes, &rounded);
  if (!NO_LISTS && class < OWN_CLASSES && own[class].first) {
    block *b = own[class].first;
    own[class].first = b->next;
    own[class].count--;
    return b;
  }
  pthread_mutex_lock(&lock);
  shared.used = true;
  void *taken = shared.first[class];
  if (taken) {
    shared.first[class] = ((block *)taken)->next;
    shared.bytes -= rounded;
  } else if (NO_LISTS && !shared.arena_only) {
    taken = aligned_alloc(ALIGNMENT, (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + (bytes == 0) * ALIGNMENT);
  } else {
    taken = from_system(rounded);
    if (!taken && shared.bytes) {
      give_shared_back();
      taken = from_system(rounded);
    }
  }
  pthread_mutex_unlock(&lock);
  return taken;
}

void *tni_allocate(size_t bytes) {
  void *taken = allocate(bytes);
  if (tni_traces() && taken) tni_trace_bytes((int64_t)bytes);
  return taken;
}

/* With the lock held. */
static void release_shared(block *b, int class, size_t rounded) {
  if (!shared.arena_only && shared.bytes + rounded > CACHE_BYTES) {
    free(b);
    return;
  }
  b->next = shared.first[class];
  shared.first[class] = b;
  shared.bytes += rounded;
}

static void give_own_to_all(void *unused) {
  (void)unused;
  pthread_mutex_lock(&lock);
  for (int class = 0; class < OWN_CLASSES; class++)
    while (own[class].first) {
      block *b = own[class].first;
      own[class].first = b->next;
      release_shared(b, class, size_of_class(class));
    }
  pthread_mutex_unlock(&lock);
  for (int class = 0; class < OWN_CLASSES; class++) own[class].count = 0;
  own_used = false;
}

/* A thread that ends leaves its blocks to the others. */
static pthread_key_t at_exit;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool has_key;
static void make_key(void) { has_key = pthread_key_create(&at_exit, give_own_to_all) == 0; }
static void note_thread(void) {
  own_used = true;
  pthread_once(&once, make_key);
  if (has_key) pthread_setspecific(at_exit, own);
}

void tni_release(void *released, size_t bytes) {
  if (!released) return;
  if (tni_traces()) tni_trace_bytes(-(int64_t)bytes);
  size_t rounded;
  const int class = class_of(bytes, &rounded);
  if (NO_LISTS && !shared.arena_only) {
    free(released);
    return;
  }
  block *b = released;
  if (class < OWN_CLASSES && (own[class].count + 1) * rounded <= OWN_BYTES) {
    if (__builtin_expect(!own_used, 0)) note_thread();
    b->next = own[class].first;
    own[class].first = b;
    own[class].count++;
    return;
  }
  pthread_mutex_lock(&lock);
  release_shared(b, class, rounded);
  pthread_mutex_unlock(&lock);
}

void tn_trim(void) {
  tni_forget_cached_plans();
  give_own_to_all(NULL);
  pthread_mutex_lock(&lock);
  give_shared_back();
  pthread_mutex_unlock(&lock);
}

bool tni_in_buffer(void) {
  pthread_mutex_lock(&lock);
  const bool is = shared.arena_only;
  pthread_mutex_unlock(&lock);
  return is;
}

bool tn_init(void *buffer, size_t bytes) {
  bool done = false;
  const size_t skipped = (0 - (uintptr_t)buffer) % ALIGNMENT;
  pthread_mutex_lock(&lock);
  const bool late = shared.used;
  if (buffer && bytes >= 4096 && !late) {
    shared.arena = (char *)buffer + skipped;
    shared.arena_end = shared.arena + (bytes - skipped) / ALIGNMENT * ALIGNMENT;
    shared.arena_only = done = true;
  }
  pthread_mutex_unlock(&lock);
  if (!done)
    tni_fail("tn_init", late ? "tensors were made before it" : "the buffer is NULL or smaller than 4096 bytes");
  return done;
}

/* A child of fork finds the lists whole, and unlocked. */
static void lock_lists(void) { pthread_mutex_lock(&lock); }
static void unlock_lists(void) { pthread_mutex_unlock(&lock); }
__attribute__((constructor)) static void load(void) { pthread_atfork(lock_lists, unlock_lists, unlock_lists); }

/* When the library is unloaded. Live tensors are left alone: other threads may still be at work. */
__attribute__((destructor)) static void unload(void) {
  tn_trim();
  if (has_key) pthread_key_delete(at_exit);
}

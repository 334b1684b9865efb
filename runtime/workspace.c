/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * workspace.c - scratch memory of a thread, taken and given back as a stack.
 *
 * Positions on the stack are numbers that only grow along it, so that a mark
 * stays right whatever chunks hold the memory. Small pieces come from chunks
 * that the thread keeps; large ones are blocks of the runtime's allocator, each
 * noted on the stack by a node and released when the stack shrinks below that.
 */
#include "workspace.h"

#include "plan_cache.h"

#include <pthread.h>

enum {
  ALIGNMENT = 64,
  CHUNK_BYTES = 256 << 10,
  LARGE_BYTES = 32 << 10,
};

typedef struct chunk {
  struct chunk *previous, *next;
  uint64_t base; /* position of the first byte behind this header */
} chunk;
_Static_assert(sizeof(chunk) <= ALIGNMENT, "a chunk's header is one line");

typedef struct large {
  struct large *previous;
  uint64_t position;
  void *block;
  size_t bytes;
} large;

static _Thread_local struct workspace {
  chunk *first, *current;
  uint64_t top;
  large *blocks;
  char *lent, *lent_end; /* NULL: nothing */
  bool short_of_lent;
} workspace;

/* ---- the end of a thread ------------------------------------------------- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;

static void release_all(void *unused) {
  (void)unused;
  tni_forget_cached_plans();
  for (large *l = workspace.blocks; l; l = l->previous)
    tni_release(l->block, l->bytes);
  for (chunk *c = workspace.first, *next; c; c = next) {
    next = c->next;
    tni_release(c, CHUNK_BYTES);
  }
  workspace = (struct workspace){0};
}

static void make_key(void) {
  has_key = pthread_key_create(&key, release_all) == 0;
}

/* The function that the key names may be about to be unmapped. The priority
 * puts this behind the end of the pool's threads, which still use it. */
__attribute__((destructor(1000))) static void delete_key(void) {
  if (has_key)
    pthread_key_delete(key);
  has_key = false;
}

/* ---- the stack ----------------------------------------------------------- */

static bool enter_next_chunk(void) {
  chunk *c = workspace.current ? workspace.current->next : workspace.first;
  if (!c) {
    c = tni_allocate(CHUNK_BYTES);
    if (!c)
      return false;
    c->previous = workspace.current;
    c->next = NULL;
    c->base = 0;
    if (c->previous) {
      c->base = c->previous->base + (CHUNK_BYTES - ALIGNMENT);
      c->previous->next = c;
    } else {
      workspace.first = c;
      pthread_once(&once, make_key);
      if (has_key)
        pthread_setspecific(key, c);
    }
  }
  workspace.current = c;
  workspace.top = c->base;
  return true;
}

static void *take_small(size_t bytes) {
  const chunk *c = workspace.current;
  if (__builtin_expect(!c || workspace.top + bytes >
                                 c->base + (CHUNK_BYTES - ALIGNMENT),
                       0)) {
    if (!enter_next_chunk())
      return NULL;
    c = workspace.current;
  }
  char *const memory = (char *)c + ALIGNMENT + (workspace.top - c->base);
  workspace.top += bytes;
  return memory;
}

static void *take_lent(size_t bytes) {
  char *const memory = workspace.lent;
  if (bytes > (size_t)(workspace.lent_end - memory)) {
    workspace.short_of_lent = true;
    return NULL;
  }
  workspace.lent += (bytes + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
  return memory;
}

void tni_workspace_lend(void *memory, size_t bytes) {
  workspace.lent = memory;
  workspace.lent_end = workspace.lent + bytes;
  workspace.short_of_lent = false;
}

bool tni_workspace_take_back(void) {
  workspace.lent = NULL;
  return !workspace.short_of_lent;
}

void *tni_workspace_take(size_t bytes) {
  if (__builtin_expect(workspace.lent != NULL, 0))
    return take_lent(bytes);
  if (bytes <= LARGE_BYTES)
    return take_small((bytes + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1));
  const uint64_t position = workspace.top;
  large *const l = take_small(ALIGNMENT);
  if (!l)
    return NULL;
  void *const block = tni_allocate(bytes);
  if (!block) {
    tni_workspace_release(position);
    return NULL;
  }
  *l = (large){workspace.blocks, position, block, bytes};
  workspace.blocks = l;
  return block;
}

uint64_t tni_workspace_mark(void) { return workspace.top; }

void tni_workspace_release(uint64_t mark) {
  struct workspace *const w = &workspace;
  if (mark >= w->top)
    return; /* another stack of this thread has given it back already */
  while (__builtin_expect(w->blocks && w->blocks->position >= mark, 0)) {
    const large l = *w->blocks;
    w->blocks = l.previous;
    tni_release(l.block, l.bytes);
  }
  while (__builtin_expect(w->current && w->current->base > mark, 0))
    w->current = w->current->previous;
  w->top = mark;
}

uint64_t tn_rt_enter(void) { return tni_workspace_mark(); }

void tn_rt_leave(uint64_t mark) { tni_workspace_release(mark); }

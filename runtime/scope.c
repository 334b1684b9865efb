/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * scope.c - scopes: each is a list of the tensors that end with it; the open ones of a thread are a stack.
 *
 * A mark is a number, not a pointer, so that it may lie in a register of the program, and any wrong number is found
 * out: it has a magic in its top bits, a serial number of the scope, and its depth.
 */
#include "scope.h"

#include <pthread.h>

struct tni_scope {
  tni_scope *outer; /* NULL: the root */
  tni_tensor *first;
  int64_t mark;
  void *thread; /* address of the owning thread's state */
};

static _Thread_local struct thread_state {
  tni_scope root;
  tni_scope *innermost;
  uint64_t serial;
  int depth;
} thread;

enum { SERIAL_BITS = 24, DEPTH_BITS = 24, MAX_DEPTH = (1 << DEPTH_BITS) - 1 };
static const int64_t MARK_MAGIC = 0x7e5c;
static int64_t make_mark(uint64_t serial, int depth) {
  return MARK_MAGIC << 48 | (int64_t)(serial & ((1u << SERIAL_BITS) - 1)) << DEPTH_BITS | depth;
}

/* ---- a scope's list ---- */

static void add(tni_scope *scope, tni_tensor *t) {
  t->scope = scope;
  t->previous = NULL;
  t->next = scope->first;
  if (scope->first) scope->first->previous = t;
  scope->first = t;
}

static void take_out(tni_tensor *t) {
  if (!t->scope) return;
  if (t->previous) t->previous->next = t->next;
  else t->scope->first = t->next;
  if (t->next) t->next->previous = t->previous;
  t->scope = NULL;
  t->previous = t->next = NULL;
}

static void destroy_all(tni_scope *scope) {
  while (scope->first) {
    tni_tensor *t = scope->first;
    take_out(t);
    tni_destroy(t);
  }
}

/* ---- a thread's stack ---- */

static void pop(void) {
  tni_scope *scope = thread.innermost;
  tni_scope_leave(scope);
  tni_scope_drop(scope);
}

static pthread_key_t at_exit;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool has_key;
static void close_all(void *unused) {
  (void)unused;
  if (!thread.innermost) return;
  while (thread.innermost->outer) pop();
  destroy_all(&thread.root);
}
static void make_key(void) { has_key = pthread_key_create(&at_exit, close_all) == 0; }
__attribute__((destructor)) static void unload(void) {
  if (has_key) pthread_key_delete(at_exit);
}

static tni_scope *innermost(void) {
  if (__builtin_expect(!thread.innermost, 0)) {
    thread.innermost = &thread.root;
    thread.root.thread = &thread;
    pthread_once(&once, make_key);
    if (has_key) pthread_setspecific(at_exit, &thread);
  }
  return thread.innermost;
}

void tni_scope_add(tni_tensor *t) { add(innermost(), t); }

/* A scope of another thread may be in use by it at this moment. */
static bool is_ours(const char *function, const tni_tensor *t) {
  if (!t->scope || t->scope->thread == &thread) return true;
  tni_fail(function, "the tensor belongs to a scope of another thread, which has to tn_own it first");
  return false;
}

bool tni_scope_remove(const char *function, tni_tensor *t) {
  if (!is_ours(function, t)) return false;
  take_out(t);
  return true;
}

bool tni_scope_has(const tni_tensor *t, bool outwards) {
  return t->scope == innermost() || (outwards && (!t->scope || t->scope->thread == &thread));
}

tni_scope *tni_scope_open(void) {
  tni_scope *outer = innermost(), *scope = NULL;
  if (thread.depth < MAX_DEPTH) scope = tni_allocate(sizeof *scope);
  if (!scope) return NULL;
  *scope = (tni_scope){.outer = outer, .thread = &thread, .mark = make_mark(++thread.serial, ++thread.depth)};
  thread.innermost = scope;
  return scope;
}

void tni_scope_leave(tni_scope *scope) {
  thread.innermost = scope->outer;
  thread.depth--;
}

void tni_scope_drop(tni_scope *scope) {
  destroy_all(scope);
  tni_release(scope, sizeof *scope);
}

void tni_scope_merge(tni_scope *scope) {
  while (scope->first) {
    tni_tensor *t = scope->first;
    take_out(t);
    add(scope->outer, t);
  }
  tni_scope_leave(scope);
  tni_scope_drop(scope);
}

/* ---- what programs call ---- */

int64_t tn_scope_begin(void) {
  const tni_scope *scope = tni_scope_open();
  if (scope) return scope->mark;
  tni_fail("tn_scope_begin", "out of memory"); /* its tensors go to the outer scope: later, but freed */
  return 0;
}

/* The open scope of this mark. */
static tni_scope *find(int64_t mark) {
  tni_scope *scope = innermost();
  while (scope && scope->mark != mark) scope = scope->outer;
  return scope;
}

void tn_scope_end(int64_t mark) {
  if (mark == 0) return; /* tn_scope_begin failed and said so */
  if (innermost()->mark != mark && !find(mark)) {
    tni_fail("tn_scope_end", "%lld is not the mark of an open scope of this thread", (long long)mark);
    return;
  }
  bool last;
  do {
    last = thread.innermost->mark == mark;
    pop();
  } while (!last);
}

tn_tensor tn_keep(tn_tensor t) {
  if (!t) return NULL;
  if (!tni_operand_ok("tn_keep", t)) return NULL;
  tni_tensor *own = (tni_tensor *)t;
  tni_scope *scope = innermost();
  if (own->scope == scope && scope->outer) {
    take_out(own);
    add(scope->outer, own);
  }
  return t;
}

/* Only outwards: where the tensor's scope is within the wanted one, which is open. */
static void move_out(tni_scope *wanted, tni_tensor *t) {
  for (const tni_scope *scope = thread.innermost; scope != wanted; scope = scope->outer)
    if (t->scope == scope) {
      take_out(t);
      add(wanted, t);
      break;
    }
}

tn_tensor tn_keep_in(int64_t mark, tn_tensor t) {
  if (!t) return NULL;
  if (!tni_operand_ok("tn_keep_in", t)) return NULL;
  tni_scope *wanted = mark == 0 ? NULL : find(mark);
  if (!wanted) {
    tni_fail("tn_keep_in", "%lld is not the mark of an open scope of this thread", (long long)mark);
    return t;
  }
  move_out(wanted, (tni_tensor *)t);
  return t;
}

void tn_rt_outlive(int64_t mark, tn_tensor t) {
  tni_scope *left = mark == 0 ? NULL : find(mark);
  if (t && left && left->outer) move_out(left->outer, (tni_tensor *)t);
}

tn_tensor tn_own(tn_tensor t) {
  if (!t) return NULL;
  if (!tni_operand_ok("tn_own", t) || !tni_scope_remove("tn_own", (tni_tensor *)t)) return NULL;
  return t;
}

void tn_free(tn_tensor t) {
  if (!t) return;
  if (!tni_operand_ok("tn_free", t) || !tni_scope_remove("tn_free", (tni_tensor *)t)) return;
  tni_destroy((tni_tensor *)t);
}

tn_tensor tn_replaced_(tn_tensor old, tn_tensor v) {
  if (!v || v == old) return old;
  if (!old) {
    tni_fail("tn_replace", "the variable holds no tensor; begin with tn_none(), where it is declared");
    return NULL;
  }
  if (!tni_operand_ok("tn_replace", old) || !tni_operand_ok("tn_replace", v)) return old;
  tni_tensor *leaving = (tni_tensor *)old, *coming = (tni_tensor *)v;
  if (!is_ours("tn_replace", leaving)) return old;
  tni_scope *inner = innermost(), *home = leaving->scope;
  if (coming->scope != inner) { /* it belongs to somebody further out, who goes on using it */
    coming = (tni_tensor *)tn_copy(v);
    if (!coming) return old;
  }
  take_out(coming);
  if (home) add(home, coming);
  if (tni_flags(old) & TN_FLAG_RECORDED) tni_add_flags(&coming->head, TN_FLAG_RECORDED);
  tni_drop_flags(&coming->head, TN_FLAG_WEAK);
  take_out(leaving);
  if (home == inner) tni_destroy(leaving);
  else add(inner, leaving);
  return &coming->head;
}

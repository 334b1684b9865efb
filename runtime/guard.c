/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * guard.c - guards that are told to fail.
 *
 * TENON_FAIL_GUARD=k makes the k-th guard of the process fail, counted from 1,
 * and with it the calls that are tried in place of what it refused; `all`
 * makes each fail; `launches` makes every launch refuse, whose results are then
 * made by the calls; 0 makes none fail and counts them. A program must print
 * the same whatever is said.
 */
#include "guard.h"

#include "trace.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { UNKNOWN, NEVER, COUNTED, LAUNCHES, ALWAYS };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int mode;
static uint64_t which; /* written before mode */
static _Atomic uint64_t met;
/* The thread's last guard refused as it was told. */
static _Thread_local bool told_before;

static void read_environment(void) {
  const char *wish = getenv("TENON_FAIL_GUARD");
  int chosen = NEVER;
  if (wish && strcmp(wish, "all") == 0) {
    chosen = ALWAYS;
  } else if (wish && strcmp(wish, "launches") == 0) {
    chosen = LAUNCHES;
  } else if (wish && *wish >= '0' && *wish <= '9') {
    char *end;
    which = strtoull(wish, &end, 10);
    chosen = *end ? NEVER : COUNTED;
  }
  atomic_store_explicit(&mode, chosen, memory_order_release);
}

static bool fails(bool tries) {
  int now = atomic_load_explicit(&mode, memory_order_acquire);
  if (__builtin_expect(now == NEVER, 1))
    return false;
  if (now == UNKNOWN) {
    pthread_once(&once, read_environment);
    now = atomic_load_explicit(&mode, memory_order_acquire);
    if (now == NEVER)
      return false;
  }
  if (now == LAUNCHES)
    return !tries;
  if (tries && told_before) {
    told_before = false;
    return true;
  }
  const uint64_t number = atomic_fetch_add(&met, 1) + 1;
  return told_before = now == ALWAYS || number == which;
}

bool tni_guard_fails(void) { return fails(false); }

static bool guard(bool ok, bool tries, const char *why) {
  const bool told = fails(tries);
  if (__builtin_expect(!told && ok, 1))
    return true;
  if (tni_traces())
    tni_trace_refusal(NULL, told ? tni_told_to_fail : why);
  return false;
}

bool tni_guard(bool ok, const char *why) { return guard(ok, false, why); }

bool tni_guard_of_try(bool ok, const char *why) { return guard(ok, true, why); }

bool tn_rt_guard(bool ok) { return tni_guard(ok, "a condition does not hold"); }

uint64_t tn_rt_guards(void) { return atomic_load(&met); }

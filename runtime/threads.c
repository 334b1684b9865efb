/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * threads.c - the pool of threads behind large kernels.
 *
 * One loop at a time owns the pool. Its caller publishes it under the pool's
 * mutex, takes pieces like everybody else, closes it, and waits for those who
 * joined. Threads that come too late find it closed and sleep again, so no
 * loop waits for a thread that never got a processor. Before it sleeps a
 * thread looks a few microseconds for the next loop: waking costs more than
 * that. It does not look longer, for on a shared processor a spinning thread
 * keeps another from its work.
 */
#include "threads.h"

#include "trace.h"

#include <errno.h>
#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum {
  SPINS = 60,            /* some two microseconds of `pause` */
  PIECES_PER_THREAD = 8, /* at most: the last piece is what others wait for */
  WORTH_WAKING = 4 * 30000, /* in quarter nanoseconds */
  STACK_BYTES = 1 << 20
};

typedef struct loop {
  void (*body)(void *context, int64_t begin, int64_t end);
  void *context;
  int64_t count, piece;
  _Atomic int64_t next;
  fenv_t floating_point;
  const tn_kernel *traced; /* TENON_TRACE: whose loop it is */
} loop;

static struct pool {
  pthread_mutex_t mutex;
  pthread_cond_t published, left;
  atomic_bool busy;          /* a loop owns the pool */
  _Atomic uint64_t sequence; /* loops published so far */
  loop *open;        /* the loop that may be joined; under mutex, as are */
  int places;        /* how many more may, */
  atomic_int inside; /* and how many did and are not done */
  bool stopping;
  int wanted, started; /* threads beside the caller; written by the owner */
  pthread_t threads[TNI_MAX_THREADS];
} pool = {.mutex = PTHREAD_MUTEX_INITIALIZER,
          .published = PTHREAD_COND_INITIALIZER,
          .left = PTHREAD_COND_INITIALIZER};

static _Thread_local int worker_number;

int tni_worker(void) { return worker_number; }

/* ---- how many ------------------------------------------------------------ */

static int processors(void) {
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
    return CPU_COUNT(&set);
#endif
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1                 ? 1
         : online > TNI_MAX_THREADS ? TNI_MAX_THREADS
                                    : (int)online;
}

static int choose_count(void) {
  const char *wish = getenv("TENON_NUM_THREADS");
  if (wish && *wish >= '0' && *wish <= '9') {
    char *end;
    errno = 0;
    const long n = strtol(wish, &end, 10);
    if (*end == 0 && n > 0)
      return errno || n > TNI_MAX_THREADS ? TNI_MAX_THREADS : (int)n;
  }
  const int n = processors();
  return n > TNI_MAX_THREADS ? TNI_MAX_THREADS : n;
}

int tni_thread_count(void) {
  static _Atomic int chosen; /* 0: not yet. Whoever asks at once agrees. */
  int count = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (__builtin_expect(count == 0, 0)) {
    if (tni_in_buffer()) /* their stacks would be memory of the system */
      return 1;
    count = choose_count();
    atomic_store_explicit(&chosen, count, memory_order_relaxed);
  }
  return count;
}

int tni_threads_for(int64_t elements, int64_t cost) {
  if (elements < WORTH_WAKING / 64 ||
      (elements < WORTH_WAKING &&
       elements * (cost < 1 ? 1 : cost) < WORTH_WAKING))
    return 1;
  return tni_thread_count();
}

/* ---- the threads --------------------------------------------------------- */

static void take_pieces(loop *l) {
  const uint64_t start = tni_traces() ? tni_trace_now() : 0;
  for (int64_t pieces = 0, units = 0;; pieces++) {
    const int64_t begin =
        atomic_fetch_add_explicit(&l->next, l->piece, memory_order_relaxed);
    if (begin >= l->count) {
      if (start && pieces)
        tni_trace_slice(l->traced, start, pieces, units);
      return;
    }
    const int64_t rest = l->count - begin;
    const int64_t taken = rest < l->piece ? rest : l->piece;
    l->body(l->context, begin, begin + taken);
    units += taken;
  }
}

static inline void relax(void) {
#if defined __x86_64__
  __builtin_ia32_pause();
#elif defined __aarch64__
  __asm__ volatile("yield");
#endif
}

static void *thread_main(void *unused) {
  (void)unused;
  uint64_t seen = 0;
  for (;;) {
    for (int spin = 0; spin < SPINS; spin++) {
      if (atomic_load_explicit(&pool.sequence, memory_order_relaxed) != seen)
        break;
      relax();
    }
    pthread_mutex_lock(&pool.mutex);
    while (!pool.stopping &&
           atomic_load_explicit(&pool.sequence, memory_order_relaxed) == seen)
      pthread_cond_wait(&pool.published, &pool.mutex);
    seen = atomic_load_explicit(&pool.sequence, memory_order_relaxed);
    if (pool.stopping) {
      pthread_mutex_unlock(&pool.mutex);
      return NULL;
    }
    loop *l = pool.places > 0 ? pool.open : NULL;
    if (l) {
      worker_number = pool.places--;
      atomic_fetch_add_explicit(&pool.inside, 1, memory_order_relaxed);
    }
    pthread_mutex_unlock(&pool.mutex);
    if (!l)
      continue;
    fesetenv(&l->floating_point);
    take_pieces(l);
    pthread_mutex_lock(&pool.mutex);
    if (atomic_fetch_sub_explicit(&pool.inside, 1, memory_order_release) == 1 &&
        !pool.open)
      pthread_cond_signal(&pool.left);
    pthread_mutex_unlock(&pool.mutex);
  }
}

/* The owner of the pool calls this. What cannot be started is done without. */
static void start_threads(int wanted) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0)
    return;
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  /* The user's handlers run on the user's threads. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  while (pool.started < wanted &&
         pthread_create(&pool.threads[pool.started], &attributes, thread_main,
                        NULL) == 0)
    pool.started++;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  pool.wanted = wanted; /* failed once: not tried again */
}

/* ---- fork and the end of the process ------------------------------------- */

static void before_fork(void) { pthread_mutex_lock(&pool.mutex); }
static void after_fork_in_parent(void) { pthread_mutex_unlock(&pool.mutex); }

/* The threads are not there any more. A loop that the forking thread is in goes
 * on alone. */
static void after_fork_in_child(void) {
  pool.started = pool.wanted = pool.places = 0;
  atomic_store(&pool.inside, 0);
  pool.open = NULL;
  pthread_cond_init(&pool.published, NULL);
  pthread_cond_init(&pool.left, NULL);
  pthread_mutex_unlock(&pool.mutex);
  if (worker_number == 0)
    atomic_store(&pool.busy, false);
}

__attribute__((constructor)) static void watch_forks(void) {
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

/* Before the code of the threads is unmapped, they end. At the end of a process
 * in which a loop still runs they are left alone. */
__attribute__((destructor)) static void end_threads(void) {
  if (atomic_exchange(&pool.busy, true))
    return;
  pthread_mutex_lock(&pool.mutex);
  pool.stopping = true;
  pthread_cond_broadcast(&pool.published);
  pthread_mutex_unlock(&pool.mutex);
  for (int i = 0; i < pool.started; i++)
    pthread_join(pool.threads[i], NULL);
  pool.started = 0;
}

/* ---- loops --------------------------------------------------------------- */

static bool pieces_under_way(void) {
  return atomic_load_explicit(&pool.inside, memory_order_acquire) > 0;
}

static void run_alone(int64_t count,
                      void (*body)(void *context, int64_t begin, int64_t end),
                      void *context) {
  const int number = worker_number;
  worker_number = 0;
  body(context, 0, count);
  worker_number = number;
}

void tni_parallel_on(int threads, int64_t count, int64_t grain,
                     void (*body)(void *context, int64_t begin, int64_t end),
                     void *context) {
  if (count <= 0)
    return;
  if (grain < 1)
    grain = 1;
  const int64_t grains = (count - 1) / grain + 1;
  if (threads > grains)
    threads = (int)grains;
  if (threads > TNI_MAX_THREADS)
    threads = TNI_MAX_THREADS;
  if (threads <= 1 || atomic_exchange(&pool.busy, true)) {
    run_alone(count, body, context);
    return;
  }
  if (pool.wanted < threads - 1)
    start_threads(threads - 1);
  const int others = pool.started < threads - 1 ? pool.started : threads - 1;
  if (others == 0) {
    atomic_store(&pool.busy, false);
    run_alone(count, body, context);
    return;
  }

  const int64_t pieces = (int64_t)(others + 1) * PIECES_PER_THREAD;
  loop l = {.body = body,
            .context = context,
            .count = count,
            .piece = ((grains - 1) / pieces + 1) * grain,
            .traced = tni_traces() ? tni_trace_current() : NULL};
  if (tni_traces())
    tni_trace_threads(others + 1);
  fegetenv(&l.floating_point);
  const int number = worker_number;
  worker_number = 0;

  pthread_mutex_lock(&pool.mutex);
  pool.open = &l;
  pool.places = others;
  atomic_fetch_add_explicit(&pool.sequence, 1, memory_order_relaxed);
  pthread_mutex_unlock(&pool.mutex);
  if (others == 1 && pool.started == 1)
    pthread_cond_signal(&pool.published);
  else
    pthread_cond_broadcast(&pool.published);

  take_pieces(&l);

  pthread_mutex_lock(&pool.mutex);
  pool.open = NULL;
  pthread_mutex_unlock(&pool.mutex);
  for (int spin = 0; spin < SPINS && pieces_under_way(); spin++)
    relax();
  if (pieces_under_way()) {
    pthread_mutex_lock(&pool.mutex);
    while (pieces_under_way())
      pthread_cond_wait(&pool.left, &pool.mutex);
    pthread_mutex_unlock(&pool.mutex);
  }
  worker_number = number;
  atomic_store(&pool.busy, false);
}

void tni_parallel(int64_t count, int64_t grain,
                  void (*body)(void *context, int64_t begin, int64_t end),
                  void *context) {
  tni_parallel_on(tni_thread_count(), count, grain, body, context);
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * trace.c - TENON_TRACE=file.json: a timeline in the Trace Event Format of Chrome, which Perfetto opens.
 *
 * The file is an array of events, each a line. The format allows the closing bracket to be missing, so a program that
 * is killed leaves a file that opens: lines are written whole, and commas stand in front of them. A child of fork
 * writes a file of its own, with its process id behind the name.
 */
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

enum {
  BUFFER_BYTES = 64 << 10,
  LINE_BYTES = 2048,
  NAME_BYTES = 256,
  COUNTER_STEP = 64 << 10 /* bytes of memory between two values of the counter */
};
static const uint64_t FLUSH_NANOSECONDS = 100000000; /* of events that are in no region */

unsigned char tn_rt_traces;

static struct {
  pthread_mutex_t mutex;
  char path[4096];
  int file; /* -1: none, or not any more */
  int process;
  uint64_t flushed;
  size_t used;
  char text[BUFFER_BYTES];
} trace = {.mutex = PTHREAD_MUTEX_INITIALIZER, .file = -1};

static _Thread_local struct {
  int id;      /* 0: not asked yet */
  bool inside; /* a signal's handler must not wait for what its thread holds */
  int depth;   /* of regions */
  int threads; /* of the last loop */
  const tn_kernel *kernel;
} self;

uint64_t tni_trace_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int thread_id(void) {
  if (self.id == 0) {
#ifdef __linux__
    self.id = (int)syscall(SYS_gettid);
#else
    static atomic_int count;
    self.id = atomic_fetch_add(&count, 1) + 1;
#endif
  }
  return self.id;
}

/* ---- the file, with the mutex held ---------------------------------------------------------------------------------
 */

static void warn(const char *what) {
  fprintf(stderr, "tenon: TENON_TRACE=%s: %s: %s; no timeline is written\n", trace.path, what, strerror(errno));
}

static void flush(void) {
  for (size_t done = 0; trace.file >= 0 && done < trace.used;) {
    const ssize_t n = write(trace.file, trace.text + done, trace.used - done);
    if (n >= 0) {
      done += (size_t)n;
    } else if (errno != EINTR) {
      warn("cannot be written");
      close(trace.file);
      trace.file = -1;
    }
  }
  trace.used = 0;
}

static void put(const char *line, size_t bytes) {
  if (trace.used + bytes > BUFFER_BYTES)
    flush();
  memcpy(trace.text + trace.used, line, bytes);
  trace.used += bytes;
}

static bool open_file(void) {
  trace.file = open(trace.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  trace.process = (int)getpid();
  trace.used = 0;
  trace.flushed = tni_trace_now();
  if (trace.file < 0)
    return false;
  char first[128];
  const int n =
      snprintf(first, sizeof first,
               "[\n{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":%d,\"args\":{\"name\":\"tenon\"}}", trace.process);
  put(first, (size_t)n);
  flush();
  return true;
}

/* ---- events
 * ---------------------------------------------------------------------------------------------------------- */

/* The length of the UTF-8 character at `at`, 0 if there is none. */
static int character(const unsigned char *at) {
  const int more = at[0] < 0x80                    ? 0
                   : at[0] >= 0xc2 && at[0] < 0xe0 ? 1
                   : (at[0] & 0xf0) == 0xe0        ? 2
                   : at[0] >= 0xf0 && at[0] < 0xf5 ? 3
                                                   : -1;
  for (int i = 1; i <= more; i++)
    if ((at[i] & 0xc0) != 0x80)
      return 0;
  /* No surrogates, nothing written longer than need be. */
  if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] >= 0xa0) || (at[0] == 0xf0 && at[1] < 0x90) ||
      (at[0] == 0xf4 && at[1] >= 0x90))
    return 0;
  return more + 1;
}

typedef struct name {
  char text[NAME_BYTES];
} name;

/* As the inside of a JSON string; cut if too long. */
static name escaped(const char *plain) {
  name n;
  size_t to = 0;
  for (const unsigned char *at = (const unsigned char *)(plain ? plain : "?"); *at && to < NAME_BYTES - 8;) {
    const int bytes = character(at);
    if (*at == '"' || *at == '\\') {
      n.text[to++] = '\\';
      n.text[to++] = (char)*at++;
    } else if (*at < ' ' || *at == 0x7f || bytes == 0) {
      to += (size_t)snprintf(n.text + to, NAME_BYTES - to, "\\u%04x", *at++);
    } else {
      for (int i = 0; i < bytes; i++)
        n.text[to++] = (char)*at++;
    }
  }
  n.text[to] = 0;
  return n;
}

static const char *base_name(const char *file) {
  const char *slash = file ? strrchr(file, '/') : NULL;
  return slash ? slash + 1 : file ? file : "";
}

/* Where in the program: `,"file":"x.c","line":3`, or nothing. */
static name place(const char *file, uint32_t line) {
  name n = {""};
  if (line && file)
    snprintf(n.text, NAME_BYTES, ",\"file\":\"%.200s\",\"line\":%u", escaped(base_name(file)).text, line);
  return n;
}

/* One event: common fields, then what the format says. */
static void emit(char phase, uint64_t begin, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void emit(char phase, uint64_t begin, const char *format, ...) {
  if (self.inside)
    return;
  self.inside = true;
  const int error = errno;
  const uint64_t now = tni_trace_now();
  const uint64_t at = begin ? begin : now;
  char line[LINE_BYTES];
  pthread_mutex_lock(&trace.mutex);
  if (trace.file < 0 && trace.process == 0 && *trace.path)
    open_file(); /* of a child, at its first event */
  int n = snprintf(line, sizeof line, ",\n{\"ph\":\"%c\",\"pid\":%d,\"tid\":%d,\"ts\":%llu.%03u", phase, trace.process,
                   thread_id(), (unsigned long long)(at / 1000), (unsigned)(at % 1000));
  if (phase == 'X')
    n += snprintf(line + n, sizeof line - (size_t)n, ",\"dur\":%llu.%03u", (unsigned long long)((now - at) / 1000),
                  (unsigned)((now - at) % 1000));
  va_list arguments;
  va_start(arguments, format);
  const int more = vsnprintf(line + n, sizeof line - (size_t)n, format, arguments);
  va_end(arguments);
  if (more >= 0 && (size_t)(n + more) + 1 < sizeof line && trace.file >= 0) { /* else: too long, which no event is */
    n += more;
    line[n++] = '}';
    put(line, (size_t)n);
    if (now - trace.flushed >= FLUSH_NANOSECONDS) {
      flush();
      trace.flushed = now;
    }
  }
  pthread_mutex_unlock(&trace.mutex);
  errno = error;
  self.inside = false;
}

/* ---- memory
 * ---------------------------------------------------------------------------------------------------------- */

static _Atomic int64_t held, shown;

static void show_memory(int64_t least) {
  const int64_t now = atomic_load_explicit(&held, memory_order_relaxed);
  const int64_t before = atomic_load_explicit(&shown, memory_order_relaxed);
  if (now == before || (now < before ? before - now : now - before) < least)
    return;
  atomic_store_explicit(&shown, now, memory_order_relaxed);
  emit('C', 0, ",\"name\":\"memory of tensors\",\"args\":{\"bytes\":%lld}", (long long)now);
}

void tni_trace_bytes(int64_t more) {
  atomic_fetch_add_explicit(&held, more, memory_order_relaxed);
  show_memory(COUNTER_STEP);
}

/* ---- regions and kernels
 * --------------------------------------------------------------------------------------------- */

void tn_rt_region_begin(const tn_place *at) {
  self.depth++;
  emit('B', 0, ",\"cat\":\"region\",\"name\":\"%s\",\"args\":{\"function\":\"%s\"%s}", escaped(at->function).text,
       escaped(at->function).text, place(at->file, at->line).text);
}

void tn_rt_region_end(uint32_t way) {
  if (self.depth == 0)
    return;
  self.depth--;
  emit('E', 0, ",\"cat\":\"region\",\"args\":{\"left\":\"%s\"}",
       way ? "where a guard failed: the program's own calls go on from there" : "at its end");
  show_memory(1);
  if (self.depth == 0 && !self.inside) { /* a program that dies behind a region has its region on file */
    const int error = errno;
    self.inside = true;
    pthread_mutex_lock(&trace.mutex);
    flush();
    pthread_mutex_unlock(&trace.mutex);
    self.inside = false;
    errno = error;
  }
}

/* Elements that the kernel goes over, and bytes of its operands and results, once each. */
typedef struct work {
  long long elements, read, written, temporary;
} work;

static work work_of(const tn_kernel *kernel, tn_tensor *tensors) {
  work w = {0};
  uint64_t seen[4] = {0}; /* tensors may be several values */
  for (int v = -2; v < kernel->value_count; v++) {
    if (v < 0 && !kernel->product)
      continue;
    const tn_value *value = v < 0 ? NULL : &kernel->values[v];
    const bool result = value && (value->kind == TN_VALUE_RESULT || value->kind == TN_VALUE_ROW_RESULT);
    if (value && !result && value->kind != TN_VALUE_INPUT)
      continue;
    const unsigned index = value ? value->index : (unsigned)(v + 2);
    const tn_tensor t = tensors[index];
    if (!t || (!result && seen[index / 64] >> index % 64 & 1))
      continue;
    seen[index / 64] |= UINT64_C(1) << index % 64;
    const long long bytes = (long long)t->size * (long long)tni_element_bytes(tni_dtype(t));
    *(result ? &w.written : &w.read) += bytes;
    const bool reuses = result && value->mode == TN_RESULT_REUSE && tensors[value->reuse] == t;
    if (result && tni_flags(t) & TN_FLAG_WORKSPACE && !reuses)
      w.temporary += bytes;
    if (t->size > w.elements)
      w.elements = t->size;
  }
  return w;
}

static const char *version(void) {
#if defined __x86_64__
  static const char *const names[] = {"v2", "v3", "v4"};
  return names[tn_rt_isa()];
#else
  return "neon";
#endif
}

static name name_of(const tn_kernel *kernel) {
  name n;
  if (kernel->line_number)
    snprintf(n.text, NAME_BYTES, "%.150s:%u", escaped(base_name(kernel->file)).text, kernel->line_number);
  else
    snprintf(n.text, NAME_BYTES, "%.200s", escaped(kernel->function).text);
  return n;
}

void tni_trace_enter(const tn_kernel *kernel) {
  self.kernel = kernel;
  self.threads = 1;
}
const tn_kernel *tni_trace_current(void) { return self.kernel; }
void tni_trace_threads(int threads) { self.threads = threads > self.threads ? threads : self.threads; }

void tni_trace_kernel(const tn_kernel *kernel, tn_tensor *tensors, uint64_t begin) {
  const work w = work_of(kernel, tensors);
  emit('X', begin,
       ",\"cat\":\"kernel\",\"name\":\"kernel "
       "%s\",\"args\":{\"function\":\"%s\"%s,\"elements\":%lld,\"bytes_read\":%lld,"
       "\"bytes_written\":%lld,\"temporary_bytes\":%lld,\"version\":\"%s\",\"threads\":%d}",
       name_of(kernel).text, escaped(kernel->function).text, place(kernel->file, kernel->line_number).text, w.elements,
       w.read, w.written, w.temporary, version(), self.threads);
}

void tni_trace_element(const tn_kernel *kernel, uint64_t begin) {
  emit('X', begin, ",\"cat\":\"element\",\"name\":\"element %s\",\"args\":{\"function\":\"%s\"%s,\"version\":\"%s\"}",
       name_of(kernel).text, escaped(kernel->function).text, place(kernel->file, kernel->line_number).text, version());
}

void tni_trace_chain(const tn_chain *chain, uint64_t begin) {
  const tn_kernel *last = chain->links[chain->link_count - 1].kernel;
  emit(
      'X', begin,
      ",\"cat\":\"chain\",\"name\":\"%d kernels by blocks of rows, %s\",\"args\":{\"function\":\"%s\"%s,\"kernels\":%d,"
      "\"version\":\"%s\",\"threads\":%d}",
      chain->link_count, name_of(last).text, escaped(last->function).text, place(last->file, last->line_number).text,
      chain->link_count, version(), self.threads);
}

void tni_trace_refusal(const tn_kernel *kernel, const char *why) {
  const name where = kernel ? place(kernel->file, kernel->line_number) : (name){""};
  emit('i', 0, ",\"s\":\"t\",\"cat\":\"guard\",\"name\":\"guard failed\",\"args\":{\"reason\":\"%s\"%s%s%s%s}",
       escaped(why).text, kernel ? ",\"function\":\"" : "", kernel ? escaped(kernel->function).text : "",
       kernel ? "\"" : "", where.text);
}

void tni_trace_slice(const tn_kernel *kernel, uint64_t begin, int64_t pieces, int64_t elements) {
  emit('X', begin, ",\"cat\":\"thread\",\"name\":\"%s\",\"args\":{\"pieces\":%lld,\"units\":%lld}",
       kernel ? name_of(kernel).text : "loop", (long long)pieces, (long long)elements);
}

/* ---- from load to unload
 * --------------------------------------------------------------------------------------------- */

static void before_fork(void) { pthread_mutex_lock(&trace.mutex); }
static void after_fork_in_parent(void) { pthread_mutex_unlock(&trace.mutex); }

/* What the buffer holds is the parent's. */
static void after_fork_in_child(void) {
  if (trace.file >= 0) {
    close(trace.file);
    const size_t used = strlen(trace.path);
    snprintf(trace.path + used, sizeof trace.path - used, ".%d", (int)getpid());
    trace.process = 0;
  }
  trace.file = -1;
  trace.used = 0;
  self.id = 0;
  pthread_mutex_unlock(&trace.mutex);
}

/* Before any code of the program that has kernels: what is traced has a beginning and an end. */
__attribute__((constructor(101))) static void load(void) {
  const char *path = getenv("TENON_TRACE");
  if (!path || !*path)
    return;
  const int error = errno;
  /* Room for what a child adds. */
  if (strlen(path) + 24 > sizeof trace.path) {
    errno = ENAMETOOLONG;
    warn("cannot be opened");
  } else {
    strcpy(trace.path, path);
    if (open_file()) {
      tn_rt_traces = 1;
      pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
    } else {
      warn("cannot be opened");
    }
  }
  errno = error;
}

/* Behind the end of the pool's threads. Other threads may go on; their events are dropped. */
__attribute__((destructor(900))) static void unload(void) {
  pthread_mutex_lock(&trace.mutex);
  if (trace.file >= 0) {
    put("\n]\n", 3);
    flush();
    if (trace.file >= 0)
      close(trace.file);
  }
  trace.file = -1;
  trace.path[0] = 0;
  pthread_mutex_unlock(&trace.mutex);
}

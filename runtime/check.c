/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * check.c - TENON_CHECK: runs each region both ways and compares them bit for
 * bit.
 *
 * A program built with -fplugin-arg-tenon-check has, around each region,
 *
 *   on = tn_rt_check_begin();
 *   r = the compiled region;
 *   if (tn_rt_check_turn(on, which way it came out)) {
 *     the original calls;
 *     tn_rt_check_tensor(...) or tn_rt_check_number(...) for each value;
 *     tn_rt_check_end(...);
 *   }
 *
 * The compiled region's tensors go into a scope of their own, which ends when
 * they were compared. What it stores into is kept before, compared after, and
 * put back between, so that the original calls find what it found.
 */
#include "check.h"

#include "scope.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a destination of a store held before, and what the region made of it. */
typedef struct written {
  struct written *earlier;
  tni_layout place;
  size_t bytes;
  char elements[]; /* before; behind them: as compiled */
} written;

static _Thread_local struct {
  bool open;    /* from begin to end: what runs in there is checked with it */
  bool running; /* the compiled region */
  bool spoiled; /* it cannot be taken back */
  bool was_ok;  /* no error stood when the original calls began */
  tni_scope *scope;
  written *last;
} check;

static _Atomic uint64_t compared, passed_over;

/* ---- the wish ------------------------------------------------------------ */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool wished;

static void read_environment(void) {
  const char *wish = getenv("TENON_CHECK");
  wished = wish && strcmp(wish, "1") == 0;
}

static bool is_wished(void) {
  pthread_once(&once, read_environment);
  return wished;
}

__attribute__((destructor)) static void report(void) {
  if (!is_wished())
    return;
  fflush(stdout);
  const uint64_t done = atomic_load(&compared), left = atomic_load(&passed_over);
  if (done + left == 0) {
    fprintf(stderr, "tenon: check: no region was run; the program is to be built with -fplugin-arg-tenon-check\n");
    return;
  }
  fprintf(stderr, "tenon: check: %" PRIu64 " runs of regions compared, no difference", done);
  if (left)
    fprintf(stderr, "; %" PRIu64 " not compared: a guard or a call failed", left);
  fputc('\n', stderr);
}

/* ---- what the region writes ---------------------------------------------- */

static bool same_place(const tni_layout *a, const tni_layout *b) {
  return a->data == b->data && a->dtype == b->dtype && a->rank == b->rank &&
         memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims) == 0 &&
         memcmp(a->strides, b->strides, (size_t)a->rank * sizeof *a->strides) == 0;
}

void tni_check_write(const struct tn_tensor_impl *dst) {
  if (__builtin_expect(!check.running, 1))
    return;
  /* Elements that the region itself made are compared as its values, and temporaries are nobody's. */
  if (tni_flags(dst) & TN_FLAG_WORKSPACE)
    return;
  const bool of_others = (tni_flags(dst) & TN_FLAG_VIEW) || ((const tni_tensor *)dst)->scope != check.scope;
  if (!of_others)
    return;
  const tni_layout place = tni_layout_of(dst);
  for (const written *w = check.last; w; w = w->earlier)
    if (same_place(&w->place, &place))
      return;
  const size_t bytes = (size_t)place.size * tni_element_bytes(place.dtype);
  written *w = tni_allocate(sizeof *w + 2 * bytes);
  if (!w) {
    check.spoiled = true;
    return;
  }
  w->earlier = check.last;
  w->place = place;
  w->bytes = bytes;
  tni_layout_read(&place, 0, place.size, w->elements);
  check.last = w;
}

void tni_check_error(void) { check.spoiled |= check.running; }

static void forget_writes(void) {
  while (check.last) {
    written *w = check.last;
    check.last = w->earlier;
    tni_release(w, sizeof *w + 2 * w->bytes);
  }
}

/* Destinations may overlap: all is read before anything is put back, and the
 * last is put back first. */
static void take_back_writes(void) {
  for (written *w = check.last; w; w = w->earlier)
    tni_layout_read(&w->place, 0, w->place.size, w->elements + w->bytes);
  for (written *w = check.last; w; w = w->earlier)
    tni_layout_write(&w->place, 0, w->place.size, w->elements);
}

/* ---- both ways ----------------------------------------------------------- */

bool tn_rt_check_begin(void) {
  if (!is_wished() || check.open)
    return false;
  check.scope = tni_scope_open();
  check.open = check.running = check.scope != NULL;
  check.spoiled = false;
  if (!check.open)
    atomic_fetch_add(&passed_over, 1);
  return check.open;
}

bool tn_rt_check_turn(bool on, int32_t way) {
  if (!on)
    return false;
  check.running = false;
  if (way != 0 || check.spoiled) { /* the program goes on from where that ended */
    check.open = false;
    tni_scope_merge(check.scope);
    forget_writes();
    atomic_fetch_add(&passed_over, 1);
    return false;
  }
  take_back_writes();
  tni_scope_leave(check.scope);
  check.was_ok = tn_ok();
  return true;
}

/* ---- comparing ----------------------------------------------------------- */

/* Equal bits, or both NaN. */
static bool equal(unsigned dtype, const char *x, const char *y) {
  if (memcmp(x, y, tni_element_bytes(dtype)) == 0)
    return true;
  if (dtype == TN_HEADER_DTYPE(TN_F32)) {
    float a, b;
    memcpy(&a, x, sizeof a);
    memcpy(&b, y, sizeof b);
    return a != a && b != b;
  }
  if (dtype == TN_HEADER_DTYPE(TN_F64)) {
    double a, b;
    memcpy(&a, x, sizeof a);
    memcpy(&b, y, sizeof b);
    return a != a && b != b;
  }
  return false;
}

/* "1.5 (0x3fc00000)" */
static tni_text element_text(unsigned dtype, const char *element) {
  tni_text text = {""};
  const size_t bytes = tni_element_bytes(dtype);
  uint64_t bits = 0;
  memcpy(&bits, element, bytes); /* little-endian */
  if (dtype == TN_HEADER_DTYPE(TN_F32)) {
    float value;
    memcpy(&value, element, sizeof value);
    snprintf(text.text, sizeof text.text, "%.9g (0x%08" PRIx64 ")", (double)value, bits);
  } else if (dtype == TN_HEADER_DTYPE(TN_F64)) {
    double value;
    memcpy(&value, element, sizeof value);
    snprintf(text.text, sizeof text.text, "%.17g (0x%016" PRIx64 ")", value, bits);
  } else {
    const int64_t value = bytes == 8 ? (int64_t)bits : bytes == 4 ? (int32_t)bits : (int64_t)bits;
    snprintf(text.text, sizeof text.text, "%" PRId64, value);
  }
  return text;
}

/* Whether the original calls, which take more of it than a kernel, had no memory. */
static bool ran_out(void) { return check.was_ok && !tn_ok() && strstr(tn_error(), "out of memory"); }

static void differs(const tn_check *value, const char *where, const char *compiled, const char *original) {
  if (ran_out())
    return;
  fflush(stdout);
  fprintf(stderr, "tenon: check: %s:", value->file);
  if (value->line)
    fprintf(stderr, "%u:", value->line);
  fprintf(stderr, " region %s: %s%s differs: compiled %s, original calls %s\n", value->region, value->what, where,
          compiled, original);
  abort();
}

/* Elements in row-major order. */
static void compare_elements(const tn_check *value, unsigned dtype, int rank, const int64_t *dims, int64_t count,
                             const char *compiled, const char *original) {
  const size_t bytes = tni_element_bytes(dtype);
  for (int64_t i = 0; i < count; i++, compiled += bytes, original += bytes) {
    if (equal(dtype, compiled, original))
      continue;
    int64_t index[TN_MAX_RANK], rest = i;
    for (int d = rank; d-- > 0; rest /= dims[d])
      index[d] = rest % dims[d];
    char where[sizeof(tni_text) + 16];
    snprintf(where, sizeof where, ", element %s", tni_dims_text(rank, index).text);
    differs(value, where, element_text(dtype, compiled).text, element_text(dtype, original).text);
    return;
  }
}

void tn_rt_check_tensor(const tn_check *value, tn_tensor compiled, tn_tensor original) {
  if (!compiled || !original) {
    if (compiled != original)
      differs(value, "", compiled ? tni_tensor_text(compiled).text : "NULL",
              original ? tni_tensor_text(original).text : "NULL");
    return;
  }
  const int rank = tni_rank(compiled);
  if (tni_dtype(compiled) != tni_dtype(original) || rank != tni_rank(original) ||
      memcmp(compiled->dims, original->dims, (size_t)rank * sizeof *compiled->dims) != 0) {
    differs(value, ", dtype or shape,", tni_tensor_text(compiled).text, tni_tensor_text(original).text);
    return;
  }
  const tni_layout x = tni_layout_of(compiled), y = tni_layout_of(original);
  if (same_place(&x, &y)) /* two views; what they show may not be there any more */
    return;
  size_t bytes_x, bytes_y = 0;
  const void *elements_x = tni_layout_array(&x, &bytes_x), *elements_y = NULL;
  if (elements_x)
    elements_y = tni_layout_array(&y, &bytes_y);
  if (elements_y)
    compare_elements(value, x.dtype, rank, compiled->dims, x.size, elements_x, elements_y);
  if (elements_y && bytes_y)
    tni_release((void *)(uintptr_t)elements_y, bytes_y);
  if (elements_x && bytes_x)
    tni_release((void *)(uintptr_t)elements_x, bytes_x);
}

void tn_rt_check_number(const tn_check *value, uint32_t dtype, uint64_t compiled, uint64_t original) {
  const unsigned code = TN_HEADER_DTYPE(dtype);
  if (!equal(code, (const char *)&compiled, (const char *)&original))
    differs(value, "", element_text(code, (const char *)&compiled).text,
            element_text(code, (const char *)&original).text);
}

void tn_rt_check_end(const tn_check *region) {
  /* With an error before it the first error says nothing. */
  if (check.was_ok && !tn_ok())
    differs(region, ", in its error,", "none", tn_error());
  for (written *w = check.last; w; w = w->earlier) {
    char *now = w->elements; /* what was there before is not needed any more */
    tni_layout_read(&w->place, 0, w->place.size, now);
    compare_elements(region, w->place.dtype, w->place.rank, w->place.dims, w->place.size, w->elements + w->bytes, now);
  }
  forget_writes();
  tni_scope_drop(check.scope);
  check.open = false;
  atomic_fetch_add(&compared, 1);
}

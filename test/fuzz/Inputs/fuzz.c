/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * fuzz.c - the main program around the random ones, and the functions of fuzz.h. Never compiled with the plugin.
 *
 *   ./unit          runs all programs       ./unit 3      the one at place 3
 *
 * Linked with --wrap=tn_rt_launch, _launch_chain and _element it counts, on stderr at the end, how many launches were
 * done and how many refused, so that nobody takes a run without kernels for a test.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <tenon/abi.h>
#include <unistd.h>

/* ---- memory ------------------------------------------------------------------------------------------------- */

enum { SLOTS = 16, SLOT_BYTES = 1 << 21, FRONT = 256 };

static struct {
  unsigned char *memory; /* SLOT_BYTES, then an unmapped page */
  unsigned char *array;
} slots[SLOTS];
static int slots_used;

void *fz_array(size_t bytes) {
  if (slots_used == SLOTS || bytes > SLOT_BYTES - 4096) {
    puts("fuzz: no slot");
    exit(3);
  }
  const int s = slots_used++;
  if (!slots[s].memory) {
    slots[s].memory = mmap(NULL, SLOT_BYTES + 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (slots[s].memory == MAP_FAILED || mprotect(slots[s].memory, SLOT_BYTES, PROT_READ | PROT_WRITE)) {
      puts("fuzz: no memory");
      exit(3);
    }
  }
  slots[s].array = slots[s].memory + SLOT_BYTES - bytes;
  memset(slots[s].array - FRONT, 0xa5, FRONT);
  return slots[s].array;
}

static void release_arrays(void) {
  for (int s = 0; s < slots_used; s++)
    for (int i = 1; i <= FRONT; i++)
      if (slots[s].array[-i] != 0xa5) {
        printf("array %d: written %d bytes before it\n", s, i);
        break;
      }
  slots_used = 0;
}

/* ---- values --------------------------------------------------------------------------------------------------- */

/* A program runs several times, on other values of the same shapes: what the first turns leave behind must serve the next. */
enum { TURNS = 3 };
static unsigned turn;

static uint32_t state;
static uint32_t next(void) {
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}
static double between(double low, double high) { return low + (high - low) * (next() >> 8) / 16777216.0; }

static double special(void) {
  static const double table[] = {NAN,     INFINITY, -INFINITY, 0.0,  -0.0,  1e-40,   -1e-42, 3e38, -3e38,
                                 1.4e-45, 1e-38,    0.5,       -1.5, 1e30,  2147483648.0, -1.0,  88.9, 1.0};
  return table[next() % (sizeof table / sizeof table[0])];
}

/* n: near 0; p: above 0; s: some special values; S: many; z: zeros of both signs; i: integers; b: large; c: one value */
static double value(char kind) {
  switch (kind) {
  case 'p': return between(0.0625, 4);
  case 's': return next() % 97 ? between(-3, 3) : special();
  case 'S': return next() % 5 ? between(-3, 3) : special();
  case 'z': return next() % 3 ? (next() & 1 ? 0.0 : -0.0) : between(-1, 1);
  case 'i': return (double)(next() % 21) - 10;
  case 'b': return between(-1e6, 1e6);
  case 'd': return between(-1e-37, 1e-37);
  case 'c': return 0.75;
  default: return between(-2, 2);
  }
}

#define FILL(name, type, convert)                                                                                      \
  void fz_fill_##name(type *a, int64_t n, unsigned seed, char kind) {                                                  \
    state = (seed + turn * 40503) * 2654435761u | 1;                                                                   \
    for (int64_t i = 0; i < n; i++) a[i] = (type)convert;                                                              \
  }
FILL(f32, float, value(kind))
FILL(f64, double, value(kind) * (kind == 'n' || kind == 'p' ? 1 + 0x1p-40 : 1)) /* digits that a float has not */
FILL(i32, int32_t, (kind == 'S' && next() % 9 == 0 ? (int32_t)next() : (int32_t)(next() % 21) - 10))
FILL(i64, int64_t,
     (kind == 'S' && next() % 9 == 0 ? (int64_t)((uint64_t)next() << 32 | next()) : (int64_t)(next() % 21) - 10))

/* ---- printing ---------------------------------------------------------------------------------------------------- */

static size_t size_of(tn_dtype dtype) {
  switch (dtype) {
  case TN_F64: case TN_I64: case TN_U64: return 8;
  case TN_F32: case TN_I32: case TN_U32: return 4;
  default: return 1;
  }
}

static void print_element(uint64_t bits, tn_dtype dtype) {
  float f;
  double d;
  if (dtype == TN_F32) memcpy(&f, &bits, 4), d = f;
  else memcpy(&d, &bits, 8);
  if (dtype != TN_F32 && dtype != TN_F64) printf(" %lld", (long long)(dtype == TN_I32 ? (int32_t)bits : (int64_t)bits));
  else if (d != d) printf(" nan");
  else printf(" %a", d);
}

void fz_memory(const char *name, const void *a, int64_t n, tn_dtype dtype) {
  const size_t width = size_of(dtype);
  uint64_t hash = 14695981039346656037u;
  int64_t nans = 0;
  const bool verbose = getenv("FUZZ_VERBOSE");
  for (int64_t i = 0; i < n; i++) {
    uint64_t bits = 0;
    memcpy(&bits, (const char *)a + i * width, width);
    if (dtype == TN_F32 && (bits & 0x7fffffff) > 0x7f800000) bits = 0x7fc00000, nans++;
    if (dtype == TN_F64 && (bits & 0x7fffffffffffffff) > 0x7ff0000000000000) bits = 0x7ff8000000000000, nans++;
    hash = (hash ^ bits) * 1099511628211u;
    hash ^= hash >> 29;
    if (verbose) {
      if (i % 8 == 0) printf("%s  %s[%lld]", i ? "\n" : "", name, (long long)i);
      print_element(bits, dtype);
    }
  }
  if (verbose && n > 0) puts("");
  printf("%s %016llx nans %lld\n", name, (unsigned long long)hash, (long long)nans);
}

void fz_check(const char *name, tn_tensor t) {
  if (!t) {
    printf("%s NULL\n", name);
    fz_error();
    return;
  }
  const tn_tensor copy = tn_copy(t);
  if (!copy) { /* no memory */
    printf("%s no copy\n", name);
    return;
  }
  printf("%x [", (unsigned)tn_dtype_of(t) & 0xff);
  for (int i = 0; i < tn_rank(t); i++) printf(" %lld", (long long)tn_dim(t, i));
  printf(" ] ");
  fz_memory(name, tn_data_const(copy), tn_size(t), tn_dtype_of(t));
  tn_free(copy);
}

void fz_number(const char *name, double v) {
  if (v != v) printf("%s nan\n", name);
  else printf("%s %a\n", name, v);
}

void fz_integer(const char *name, int64_t v) { printf("%s %lld\n", name, (long long)v); }

void fz_error(void) {
  if (!tn_ok()) {
    const char *text = tn_error(); /* without its path, for units are compiled in several places */
    const char *slash = strrchr(text, '/');
    printf("error %s\n", slash ? slash : text);
  }
  tn_clear_error();
}

/* ---- far calls ------------------------------------------------------------------------------------------------------ */

int64_t fz_n(int64_t n) { return n; }
double fz_v(double v) { return v; }

void fz_touch(float *a, int64_t n) {
  for (int64_t i = 0; i < n; i += 7) a[i] = a[i] * 0.5f + 1;
}

tn_tensor fz_far(tn_tensor x) { return tn_div(tn_tanh(x), 2); }
float fz_far_sum(tn_tensor x) { return fz_bound(tn_item(tn_sum(x))); }

static float before;
float fz_in_order(float v) {
  before = before * 0.5f + v;
  if (!(before > -64 && before < 64)) before = 0.25f;
  return before;
}

/* ---- launches ------------------------------------------------------------------------------------------------------- */

static long launched, refused, elements;

bool __real_tn_rt_launch(const tn_kernel *kernel, tn_tensor *tensors, uint64_t *scalars);
bool __wrap_tn_rt_launch(const tn_kernel *kernel, tn_tensor *tensors, uint64_t *scalars);
bool __wrap_tn_rt_launch(const tn_kernel *kernel, tn_tensor *tensors, uint64_t *scalars) {
  const bool done = __real_tn_rt_launch(kernel, tensors, scalars);
  launched += done;
  refused += !done;
  return done;
}

bool __real_tn_rt_launch_chain(const tn_chain *chain, tn_tensor *tensors, uint64_t *scalars);
bool __wrap_tn_rt_launch_chain(const tn_chain *chain, tn_tensor *tensors, uint64_t *scalars);
bool __wrap_tn_rt_launch_chain(const tn_chain *chain, tn_tensor *tensors, uint64_t *scalars) {
  const bool done = __real_tn_rt_launch_chain(chain, tensors, scalars);
  launched += done ? chain->link_count : 0;
  refused += !done;
  return done;
}

bool __real_tn_rt_element(const tn_kernel *, const tn_tensor *, const uint64_t *, int, const int64_t *, uint64_t *);
bool __wrap_tn_rt_element(const tn_kernel *, const tn_tensor *, const uint64_t *, int, const int64_t *, uint64_t *);
bool __wrap_tn_rt_element(const tn_kernel *kernel, const tn_tensor *tensors, const uint64_t *scalars, int count,
                          const int64_t *index, uint64_t *out_element) {
  const bool done = __real_tn_rt_element(kernel, tensors, scalars, count, index, out_element);
  elements += done;
  refused += !done;
  return done;
}

int main(int argc, char **argv) {
  for (int i = 0; i < fz_program_count; i++) {
    if (argc > 1 && atoi(argv[1]) != i) continue;
    printf("program %d\n", fz_program_names[i]);
    for (turn = 0; turn < TURNS; turn++) {
      printf("turn %u\n", turn);
      fflush(stdout);
      before = 0;
      const int64_t mark = tn_scope_begin();
      fz_programs[i]();
      fz_error();
      tn_scope_end(mark);
      release_arrays();
    }
  }
  fprintf(stderr, "launched %ld refused %ld elements %ld guards %llu\n", launched, refused, elements,
          (unsigned long long)tn_rt_guards());
  return 0;
}

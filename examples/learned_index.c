/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * learned_index.c - finds keys among sorted ones by models of where they lie (Kraska, Beutel, Chi, Dean, Polyzotis, "The
 * Case for Learned Index Structures", 2018): a line picks one of many lines, which tells the place to within a window, and
 * a few steps of binary search in there find it.
 *
 *   learned_index [keys [models [rounds [file]]]]
 *
 * models: 0 is one for each 1536 keys. With rounds the table of lookups a second goes to stderr. file: real keys, 64-bit
 * little-endian numbers behind their count.
 *
 * A lookup gives the lower bound: how many keys are less than the one that is looked for, which need not be there. BATCH
 * lookups at once are tensor ops on static shapes; one lookup is plain C on the same trained numbers.
 */
#include "ordered_search.h"

#include <math.h>

enum { BATCH = 1024, COLUMNS = 4, KEYS_A_MODEL = 1536 };
enum { SLOPE, BASE, START, STOP }; /* the columns of a model */

typedef struct learned {
  const uint64_t *keys;
  int64_t n, models;
  bool bent;           /* the lines go over the eighth root of the key, not over the key */
  double first, scale; /* of the root: model = (u - first) * scale */
  double *model;       /* [models, COLUMNS]: the window begins at slope * u + base, but not outside of start .. stop */
  uint8_t *halvings;   /* [models]: the window is 2^halvings - 1 keys */
  int most_halvings;
} learned;

static size_t learned_bytes(const learned *l) {
  return (size_t)l->models * (COLUMNS * sizeof *l->model + sizeof *l->halvings) + sizeof *l;
}

/* ---- training ---- */

/* What lines go over. Roots, for keys whose density falls over many powers of ten: unlike a logarithm a square root is
 * correctly rounded, so a greater key never has a lesser one, and whatever is proven of two keys holds of all between. */
static tn_tensor straight(tn_tensor keys) { return tn_cast(keys, TN_F64); }
static tn_tensor eighth_root(tn_tensor keys) { return tn_sqrt(tn_sqrt(tn_sqrt(tn_cast(keys, TN_F64)))); }

static tn_tensor model_of(const learned *l, tn_tensor u) {
  return tn_cast(tn_clip(tn_mul(tn_sub(u, l->first), l->scale), 0, (double)(l->models - 1)), TN_I64);
}

/* The root goes through the first key and the last. Returns how many keys the largest model has; out_start[m] is the first
 * key of model m, and out_start[models] is n. */
static int64_t fit_root(learned *l, bool bent, int64_t *out_start) {
  TN_SCOPE;
  tn_tensor keys = tn_view_const(l->keys, TN_U64, l->n), u = bent ? eighth_root(keys) : straight(keys);
  const double first = tn_get_flat(u, 0), last = tn_get_flat(u, -1);
  l->bent = bent;
  l->first = first;
  l->scale = last > first ? (double)l->models / (last - first) : 0;
  const int64_t *model = tn_data_const(model_of(l, u));
  int64_t largest = 0, at = 0;
  for (int64_t m = 0; model && m <= l->models; m++) { /* they ascend, as the keys do */
    while (at < l->n && model[at] < m) at++;
    out_start[m] = at;
    if (m && at - out_start[m - 1] > largest) largest = at - out_start[m - 1];
  }
  return largest;
}

/* The line of least squares through count > 0 keys, as numbers; then how wide the window has to be, found by trying. */
static int64_t fit_model(const double *us, int64_t start, int64_t count, double *row) {
  TN_SCOPE;
  tn_tensor u = tn_view_const(us + start, TN_F64, count), place = tn_arange(TN_F64, start, start + count, 1);
  const double middle = (double)start + 0.5 * (double)(count - 1), mean = tn_item(tn_mean(u));
  tn_tensor from_mean = tn_sub(u, mean);
  const double along = tn_item(tn_sum(tn_mul(from_mean, tn_sub(place, middle))));
  const double slope = along / tn_item(tn_sum(tn_square(from_mean)));
  row[SLOPE] = slope > 0 && slope < HUGE_VAL ? slope : 0; /* a falling line would prove nothing of absent keys */
  const double base = middle - row[SLOPE] * mean;

  tn_tensor error = tn_sub(place, tn_floor(tn_add(tn_mul(u, row[SLOPE]), base)));
  const double least = tn_item(tn_reduce_min(error)), greatest = tn_item(tn_reduce_max(error));
  /* One key to spare on both sides: compilers of C may contract slope * u + base, which can move its floor by one. */
  row[BASE] = base + least - 2;
  return (int64_t)(greatest - least) + 5;
}

static int halvings_for(int64_t window) {
  int halvings = 0;
  while ((INT64_C(1) << halvings) - 1 < window) halvings++;
  return halvings;
}

static double *all_values(const learned *l) {
  TN_SCOPE;
  double *us = search_memory((size_t)l->n * sizeof *us);
  tn_tensor keys = tn_view_const(l->keys, TN_U64, l->n);
  tn_store(tn_view(us, TN_F64, l->n), l->bent ? eighth_root(keys) : straight(keys));
  return us;
}

static learned train(const uint64_t *keys, int64_t n, int64_t models) {
  learned l = {.keys = keys, .n = n, .models = models};
  int64_t *start = search_memory(((size_t)models + 1) * sizeof *start);
  const int64_t when_bent = fit_root(&l, true, start), when_straight = fit_root(&l, false, start);
  if (when_bent < when_straight) fit_root(&l, true, start);
  l.model = search_memory((size_t)models * COLUMNS * sizeof *l.model);
  l.halvings = search_memory((size_t)models);
  double *us = all_values(&l);
  for (int64_t m = 0; m < models; m++) {
    const int64_t count = start[m + 1] - start[m];
    double *row = l.model + m * COLUMNS;
    row[SLOPE] = 0;
    row[BASE] = row[START] = (double)start[m];
    row[STOP] = (double)start[m + 1];
    /* A window of `count` keys from the start holds the lower bound of every key that the root sends here. */
    int64_t window = count ? fit_model(us, start[m], count, row) : 0;
    if (window > count) {
      window = count;
      row[SLOPE] = 0;
      row[BASE] = row[START];
    }
    l.halvings[m] = (uint8_t)halvings_for(window);
    if (l.halvings[m] > l.most_halvings) l.most_halvings = l.halvings[m];
  }
  free(us);
  free(start);
  return l;
}

/* ---- lookups ---- */

/* One step of binary search for the whole batch: which of the 2 * half - 1 keys from `low` on are less? */
static tn_tensor halve(tn_tensor keys, tn_tensor wanted, tn_tensor low, int64_t half, int64_t n) {
  tn_tensor middle = tn_take(keys, tn_minimum(tn_add(low, half - 1), n - 1), 0);
  return tn_where(tn_less(middle, wanted), tn_add(low, half), low);
}

/* The window begins at `low` for each key of the batch; u: what the lines go over. */
static tn_tensor window_of(const learned *l, tn_tensor u) {
  tn_tensor rows = tn_take(tn_view_const(l->model, TN_F64, l->models, COLUMNS), model_of(l, u), 0); /* [BATCH, COLUMNS] */
  tn_tensor low = tn_floor(tn_add(tn_mul(tn_select(rows, 1, SLOPE), u), tn_select(rows, 1, BASE)));
  return tn_cast(tn_clip(low, tn_select(rows, 1, START), tn_select(rows, 1, STOP)), TN_I64);
}

static void find_batch(const learned *l, const uint64_t *wanted, int64_t *out) {
  TN_SCOPE;
  tn_tensor keys = tn_view_const(l->keys, TN_U64, l->n), batch = tn_view_const(wanted, TN_U64, BATCH);
  tn_tensor low = l->bent ? window_of(l, eighth_root(batch)) : window_of(l, straight(batch));
  for (int64_t half = (INT64_C(1) << l->most_halvings) / 2; half; half /= 2) low = halve(keys, batch, low, half, l->n);
  tn_store(tn_view(out, TN_I64, BATCH), tn_minimum(low, l->n));
}

static int64_t find_one(const learned *l, uint64_t wanted) {
  double u = (double)wanted;
  if (l->bent) u = sqrt(sqrt(sqrt(u)));
  const double scaled = (u - l->first) * l->scale, last = (double)(l->models - 1);
  const int64_t m = (int64_t)(scaled > 0 ? scaled < last ? scaled : last : 0);
  const double *row = l->model + m * COLUMNS, guess = row[SLOPE] * u + row[BASE];
  /* Below 0 truncation is no floor, but there the start is greater. */
  int64_t low = (int64_t)(guess > row[START] ? guess < row[STOP] ? guess : row[STOP] : row[START]);
  search_prefetch(l->keys + low, sizeof *l->keys << (l->halvings[m] < 7 ? l->halvings[m] : 7));
  for (int64_t half = (INT64_C(1) << l->halvings[m]) / 2; half; half /= 2) {
    const int64_t middle = low + half - 1 < l->n ? low + half - 1 : l->n - 1;
    low += (l->keys[middle] < wanted) * half;
  }
  return low < l->n ? low : l->n;
}

/* ---- the keys ---- */

static uint64_t random_key(uint64_t *state) { /* splitmix64 */
  uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
  return z ^ z >> 31;
}

static uint64_t *random_keys(int64_t n, uint64_t state) {
  uint64_t *keys = search_memory((size_t)n * sizeof *keys);
  for (int64_t i = 0; i < n; i++) keys[i] = random_key(&state);
  return keys;
}

static void sort_keys(uint64_t *keys, int64_t n) {
  TN_SCOPE;
  tn_tensor all = tn_view(keys, TN_U64, n);
  tn_store(all, tn_sort(all, 0));
}

/* A billion times e to twice a normal number (Box and Muller's), whole: over twelve powers of ten. */
static void make_lognormal(uint64_t *keys, int64_t n) {
  TN_SCOPE;
  uint64_t *more = random_keys(n, 2);
  tn_tensor all = tn_view(keys, TN_U64, n), unit = tn_mul(tn_add(tn_cast(all, TN_F64), 1), 0x1p-64);
  tn_tensor angle = tn_mul(tn_cast(tn_view(more, TN_U64, n), TN_F64), 6.283185307179586 * 0x1p-64);
  tn_tensor normal = tn_mul(tn_sqrt(tn_mul(tn_log(unit), -2)), tn_cos(angle));
  tn_store(all, tn_cast(tn_mul(tn_exp(tn_mul(normal, 2)), 1e9), TN_U64));
  free(more);
}

static uint64_t *read_keys(const char *path, int64_t *out_n) {
  uint64_t count = 0, *keys = NULL;
  FILE *file = fopen(path, "rb");
  if (file && fread(&count, sizeof count, 1, file) == 1 && count > 0 && count < UINT64_C(1) << 40) {
    keys = search_memory((size_t)count * sizeof *keys);
    count = fread(keys, sizeof *keys, (size_t)count, file);
  }
  if (file) fclose(file);
  if (!keys || !count) {
    fprintf(stderr, "learned_index: no keys in %s\n", path);
    exit(1);
  }
  *out_n = (int64_t)count;
  return keys;
}

/* ---- is it right, how fast is it ---- */

static uint64_t hash_number(uint64_t hash, uint64_t number) { return (hash ^ number) * UINT64_C(0x100000001b3); }

/* Looks for `count` keys in each way; the number of answers that are not binary search's. */
static int64_t count_wrong(const learned *l, const tree *t, const blocks *b, const uint64_t *wanted, int64_t count, uint64_t *hash) {
  int64_t wrong = 0;
  for (int64_t first = 0; first < count; first += BATCH) {
    uint64_t batch[BATCH];
    int64_t found[BATCH], together[BATCH], halved[BATCH];
    for (int64_t i = 0; i < BATCH; i++) batch[i] = wanted[first + i < count ? first + i : count - 1];
    find_batch(l, batch, found);
    blocks_search_many(b, batch, together, BATCH);
    search_many(l->keys, l->n, batch, halved, BATCH);
    for (int64_t i = 0; i < BATCH && first + i < count; i++) {
      const int64_t right = search_branchless(l->keys, l->n, batch[i]);
      wrong += found[i] != right || find_one(l, batch[i]) != right || tree_search(t, batch[i]) != right ||
               blocks_search(b, batch[i]) != right || together[i] != right || halved[i] != right;
      *hash = hash_number(*hash, (uint64_t)found[i]);
    }
  }
  return wrong;
}

/* Beside and between the keys, at both ends, and anywhere. */
static uint64_t *other_keys(const uint64_t *keys, int64_t n, int64_t *out_count) {
  uint64_t *others = random_keys(4 * n + 3, 3);
  for (int64_t i = 0; i < n; i++) {
    others[3 * i] = keys[i] - 1; /* of 0 the greatest number */
    others[3 * i + 1] = keys[i] + 1;
    others[3 * i + 2] = keys[i] + (i + 1 < n ? (keys[i + 1] - keys[i]) / 2 : 0);
  }
  others[3 * n] = 0;
  others[3 * n + 1] = UINT64_MAX;
  others[3 * n + 2] = UINT64_C(1) << 63;
  *out_count = 4 * n + 3;
  return others;
}

enum { TIMED = 1 << 20 };
typedef enum way { LIBC, BRANCHLESS, BRANCHLESS_MANY, TREE, BLOCKS, BLOCKS_MANY, LEARNED, LEARNED_MANY, WAYS } way;

static void run_way(way how, const learned *l, const tree *t, const blocks *b, const uint64_t *wanted, int64_t *out) {
  for (int64_t i = 0; how != BRANCHLESS_MANY && how != BLOCKS_MANY && how != LEARNED_MANY && i < TIMED; i++)
    out[i] = how == LIBC         ? search_libc(l->keys, l->n, wanted[i])
             : how == BRANCHLESS ? search_branchless(l->keys, l->n, wanted[i])
             : how == TREE       ? tree_search(t, wanted[i])
             : how == BLOCKS     ? blocks_search(b, wanted[i])
                                 : find_one(l, wanted[i]);
  for (int64_t i = 0; (how == BRANCHLESS_MANY || how == BLOCKS_MANY || how == LEARNED_MANY) && i < TIMED; i += BATCH)
    how == BRANCHLESS_MANY ? search_many(l->keys, l->n, wanted + i, out + i, BATCH)
    : how == BLOCKS_MANY   ? blocks_search_many(b, wanted + i, out + i, BATCH)
                           : find_batch(l, wanted + i, out + i);
}

/* Keys that are there, in random order; of some rounds, in which each has its turn, the median. */
static void print_speed(const learned *l, const tree *t, const blocks *b, int rounds) {
  static const char *const names[WAYS] = {
      "bsearch of libc", "binary search", "the same, batches", "B+-tree", "B+-tree, leaves are keys", "the same, batches",
      "learned index", "the same, batches"};
  const size_t bytes[WAYS] = {[TREE] = t->bytes - (size_t)t->n * 8, [BLOCKS] = b->bytes, [BLOCKS_MANY] = b->bytes,
                              [LEARNED] = learned_bytes(l), [LEARNED_MANY] = learned_bytes(l)};
  uint64_t *wanted = random_keys(TIMED, 4);
  int64_t *out = search_memory(TIMED * sizeof *out);
  double seconds[WAYS], times[WAYS][64];
  if (rounds > 64) rounds = 64;
  for (int64_t i = 0; i < TIMED; i++) wanted[i] = l->keys[wanted[i] % (uint64_t)l->n];
  for (int r = 0; r < rounds; r++)
    for (way how = 0; how < WAYS; how++) {
      const double start = example_seconds();
      run_way(how, l, t, b, wanted, out);
      times[how][r] = example_seconds() - start;
    }
  for (way how = 0; how < WAYS; how++) {
    qsort(times[how], (size_t)rounds, sizeof times[how][0], example_compare_);
    seconds[how] = times[how][rounds / 2] / TIMED;
  }
  fprintf(stderr, "  %-26s %12s %8s %10s %14s\n", "", "lookups/s", "ns", "of B+-tree", "bytes besides");
  for (way how = 0; how < WAYS; how++)
    fprintf(stderr, "  %-26s %12.0f %8.1f %9.2fx %14zu\n", names[how], 1 / seconds[how], 1e9 * seconds[how],
            seconds[TREE] / seconds[how], bytes[how]);
  fprintf(stderr, "time_us %.1f\n", 1e6 * TIMED * seconds[LEARNED_MANY]);
  free(wanted);
  free(out);
}

static bool report(const char *name, const uint64_t *keys, int64_t n, int64_t models, int rounds) {
  const double start = example_seconds();
  learned l = train(keys, n, models ? models : (n + KEYS_A_MODEL - 1) / KEYS_A_MODEL);
  if (rounds) fprintf(stderr, "%s: %lld keys, trained in %.2f s\n", name, (long long)n, example_seconds() - start);
  tree t = tree_load(keys, n);
  blocks b = blocks_load(keys, n);
  int64_t others;
  double steps = 0; /* for a key, on average */
  uint64_t *absent = other_keys(keys, n, &others), hash = UINT64_C(0xcbf29ce484222325);
  for (int64_t m = 0; m < l.models; m++)
    steps += l.halvings[m] * (l.model[m * COLUMNS + STOP] - l.model[m * COLUMNS + START]) / (double)n;
  const int64_t wrong = count_wrong(&l, &t, &b, keys, n, &hash), wrong_others = count_wrong(&l, &t, &b, absent, others, &hash);
  printf("%-10s %lld keys, %lld models over the %s: %.2f steps of binary search, %d at most\n", name, (long long)n, (long long)l.models,
         l.bent ? "eighth root" : "key", steps, l.most_halvings);
  printf("           of the keys %lld found wrong, of %lld others %lld; %016llx\n", (long long)wrong, (long long)others,
         (long long)wrong_others, (unsigned long long)hash);
  printf("           besides the keys %zu bytes; B+-tree %zu, one whose leaves are the keys %zu\n", learned_bytes(&l),
         t.bytes - (size_t)n * sizeof *keys, b.bytes);
  if (rounds) print_speed(&l, &t, &b, rounds);
  free(absent);
  free(l.model);
  free(l.halvings);
  free(t.nodes);
  blocks_free(&b);
  return !wrong && !wrong_others;
}

int main(int argc, char **argv) {
  const int64_t n = example_argument(argc, argv, 1, 100000), models = example_argument(argc, argv, 2, 0);
  const int rounds = (int)example_argument(argc, argv, 3, 0);
  bool right = true;
  if (n < 1 || models < 0) return fprintf(stderr, "learned_index: at least one key\n"), 1;
  for (int set = 0; set < 2 + (argc > 4); set++) {
    static const char *const names[] = {"uniform", "lognormal", "file"};
    int64_t count = n;
    uint64_t *keys = set == 2 ? read_keys(argv[4], &count) : random_keys(n, 1);
    if (set == 1) make_lognormal(keys, n);
    sort_keys(keys, count);
    right &= report(names[set], keys, count, models, rounds);
    free(keys);
  }
  const int status = example_status();
  return status ? status : right ? 0 : 1;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * filetype.c - tells programs from text by how often each byte occurs in a file: 256-bin histograms and the nearest
 * class mean, learned from one half of the machine's own files and tried on the other.
 *
 *   filetype [programs [text [repeats]]]         folders; /usr/bin and /usr/share when absent
 */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* scandir, lstat */
#endif
#include <dirent.h>
#include <sys/stat.h>

#include "example.h"

enum { BINS = 256, CLASSES = 2, FILES = 400, SAMPLE = 65536, MIN_SIZE = 256, MAX_DEPTH = 6, PATH_SIZE = 1024 };

/* The histograms of one class, FILES rows at most. */
typedef struct collection {
  bool wants_elf;
  int64_t count;
  float histogram[FILES][BINS];
} collection;

/* ---- reading files, in plain C ---- */

/* What a file is said to be decides where it counts: text by its name, programs by the mark at their start. */
static bool has_text_name(const char *name) {
  static const char *const endings[] = {".txt", ".md",  ".rst", ".html", ".xml", ".conf", ".cmake", ".pm",
                                        ".pl",  ".vim", ".py",  ".h",    ".c",   ".sql",  ".json",  ".sh"};
  if (!strcmp(name, "copyright"))
    return true;
  const char *dot = strrchr(name, '.');
  for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
    if (!strcmp(dot, endings[i]))
      return true;
  return false;
}

static void read_file(const char *path, collection *to) {
  static unsigned char bytes[SAMPLE];
  FILE *file = fopen(path, "rb");
  if (!file)
    return;
  const size_t n = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  const bool is_elf = n >= 4 && !memcmp(bytes,
                                        "\x7f"
                                        "ELF",
                                        4);
  if (n < MIN_SIZE || is_elf != to->wants_elf)
    return;
  float *histogram = to->histogram[to->count++];
  for (size_t i = 0; i < n; i++)
    histogram[bytes[i]]++;
}

/* In the order of names, so that two runs see the same files. At most `limit` from one folder, to see many. */
static void read_folder(const char *folder, int depth, int64_t limit, collection *to) {
  struct dirent **entries;
  const int n = scandir(folder, &entries, NULL, alphasort);
  const int64_t start = to->count;
  for (int i = 0; i < n; i++) {
    char path[PATH_SIZE];
    struct stat about;
    const char *name = entries[i]->d_name;
    const int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (to->count < FILES && name[0] != '.' && length < PATH_SIZE && !lstat(path, &about)) {
      if (S_ISDIR(about.st_mode) && depth < MAX_DEPTH)
        read_folder(path, depth + 1, limit, to);
      else if (S_ISREG(about.st_mode) && (to->wants_elf || has_text_name(name)) && to->count - start < limit)
        read_file(path, to);
    }
    free(entries[i]);
  }
  if (n >= 0)
    free(entries);
}

/* ---- the classifier, in tensors ---- */

/* [files, 256] counts to shares. The square root makes distances Hellinger's: rare bytes count too. */
static tn_tensor shares(tn_tensor counts) { return tn_sqrt(tn_div(counts, tn_sum_keepdims(counts, 1))); }

/* The class of each row: the nearest of `means`, [classes, 256]. */
static tn_tensor nearest(tn_tensor rows, tn_tensor means) {
  tn_tensor each = tn_reshape(rows, tn_dim(rows, 0), 1, BINS); /* [files, 1, 256] against [classes, 256] */
  return tn_argmin(tn_sum(tn_square(tn_sub(each, means)), -1), -1);
}

static tn_tensor class_mean(const collection *train) {
  tn_tensor counts = tn_view_const(train->histogram, TN_F32, train->count, BINS);
  return tn_reshape(tn_mean(shares(counts), 0), 1, BINS);
}

/* [classes, 256] */
static tn_tensor class_means(const collection train[CLASSES]) {
  return tn_concat(0, class_mean(&train[0]), class_mean(&train[1]));
}

/* How many of `test`, files of the class `label`, are nearest to its mean. */
static int64_t count_right(const collection *test, int label, tn_tensor means) {
  TN_SCOPE;
  tn_tensor rows = shares(tn_view_const(test->histogram, TN_F32, test->count, BINS));
  return tn_item_i64(tn_sum(tn_equal(nearest(rows, means), label)));
}

/* Every second file is kept for the test. */
static void split(const collection *all, collection *train, collection *test) {
  for (int64_t i = 0; i < all->count; i++) {
    collection *to = i % 2 ? test : train;
    memcpy(to->histogram[to->count++], all->histogram[i], sizeof *all->histogram);
  }
}

int main(int argc, char **argv) {
  static const char *const names[CLASSES] = {"programs", "text"};
  static collection all[CLASSES] = {{.wants_elf = true}, {.wants_elf = false}}, train[CLASSES], test[CLASSES];
  const int repeats = (int)example_argument(argc, argv, 3, 0);
  read_folder(argc > 1 ? argv[1] : "/usr/bin", 0, FILES, &all[0]);
  read_folder(argc > 2 ? argv[2] : "/usr/share", 0, 4, &all[1]);
  for (int i = 0; i < CLASSES; i++) {
    split(&all[i], &train[i], &test[i]);
    if (!test[i].count)
      return fprintf(stderr, "filetype: fewer than two %s found\n", names[i]), 1;
  }

  double times[64];
  const int rounds = repeats < 1 ? 1 : repeats > 64 ? 64 : repeats;
  int64_t right[CLASSES] = {0}, tried = 0, hits = 0;
  for (int r = 0; r < rounds; r++) {
    TN_SCOPE;
    const double start = example_seconds();
    tn_tensor means = class_means(train);
    for (int i = 0; i < CLASSES; i++)
      right[i] = count_right(&test[i], i, means);
    times[r] = example_seconds() - start;
    if (r == 0)
      printf("class means   %016llx\n", (unsigned long long)example_checksum(tn_data_const(means), tn_size(means)));
  }
  for (int i = 0; i < CLASSES; i++) {
    printf("%-8s      learned from %lld, right on %lld of %lld others\n", names[i], (long long)train[i].count,
           (long long)right[i], (long long)test[i].count);
    tried += test[i].count;
    hits += right[i];
  }
  printf("accuracy      %.1f %%\n", 100.0 * (double)hits / (double)tried);
  example_report(times, repeats > 0 ? rounds : 0);
  const int status = example_status();
  return status ? status : (double)hits > 0.95 * (double)tried ? 0 : 1;
}

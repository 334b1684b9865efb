/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * contract.c - shape contracts, checked when the program runs.
 */
#include "internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNBOUND = -1 };

/* One dim of a contract: factor * names[name] + offset; a number where factor is 0. */
typedef struct term {
  int64_t factor, name, offset;
} term;

/* Whether dim can be what the term says; a name without a value gets the one that it takes. */
static bool fits(term dim_term, int64_t dim, int64_t *name) {
  int64_t rest, expected;
  if (__builtin_sub_overflow(dim, dim_term.offset, &rest))
    return false;
  if (dim_term.factor == 0)
    return rest == 0;
  if (*name != UNBOUND)
    return !__builtin_mul_overflow(dim_term.factor, *name, &expected) && expected == rest;
  if (rest < 0 || rest % dim_term.factor != 0)
    return false;
  *name = rest / dim_term.factor;
  return true;
}

/* The word in a list of words that are separated by spaces. */
static int word_at(const char *words, int64_t index, const char **out_start) {
  while (index-- > 0)
    words += strcspn(words, " ") + 1;
  *out_start = words;
  return (int)strcspn(words, " ");
}

tn_tensor tn_rt_contract(tn_tensor t, const char *function, const char *value, const char *shape, const char *place,
                         const char *terms, const char *names, int64_t bound_count, int64_t *bound) {
  if (!tni_is_live(t))
    return t;
  int64_t own[TN_MAX_RANK];
  for (int i = 0; i < TN_MAX_RANK; i++)
    own[i] = UNBOUND;
  int rank = 0;
  bool right = true;
  char conflict[96] = "";
  for (char *next = (char *)(uintptr_t)terms; *next; rank++) {
    term at;
    at.factor = strtoll(next, &next, 10);
    at.name = strtoll(next, &next, 10);
    at.offset = strtoll(next, &next, 10);
    if (!right || rank >= tni_rank(t))
      continue;
    int64_t *cell = at.name < bound_count ? &bound[at.name] : &own[at.name - bound_count];
    const int64_t before = at.factor ? *cell : UNBOUND;
    right = fits(at, t->dims[rank], cell);
    if (right || before == UNBOUND)
      continue;
    const char *word;
    const int length = word_at(names, at.name, &word);
    snprintf(conflict, sizeof conflict, ", and %.*s is %" PRId64, length, word, before);
  }
  if (!right || rank != tni_rank(t))
    tni_fail(function, "%s is %s; its contract is %s%s (%s)", value, tni_tensor_text(t).text, shape,
             rank == tni_rank(t) ? conflict : "", place);
  return t;
}

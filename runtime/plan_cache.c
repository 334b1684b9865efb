/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * plan_cache.c - plans of small launches, kept for the next one.
 *
 * To check and to plan a launch of a few hundred elements takes longer than to run it, and a kernel in a loop meets the
 * same shapes turn after turn. Its second launch on tensors that look alike is therefore planned in memory of its own,
 * and each later one follows that plan: it compares headers, makes its results, and runs. Nothing else can differ: checks
 * and plans depend on dtypes, flags, dims, strides and alignment alone; what depends on where elements are, results and
 * their overlaps, is looked at each time.
 *
 * Plans are a thread's own. Kernels are known by a number, not by their address: a library that is loaded where another
 * one was has kernels of its own.
 */
#include "plan_cache.h"

#include "script.h"
#include "workspace.h"

#include <stdatomic.h>
#include <stdlib.h>

enum {
  MOST_KERNELS = 4096,      /* that have plans */
  MOST_ELEMENTS = 16 << 10, /* in an iteration space, */
  LEAST_BYTES = 2 << 10, MOST_BYTES = 16 << 10, /* for a plan, */
  MOST_TENSORS = 16,        /* and that a kernel reads or stores to */
  MOST_WORDS = 128,
  MOST_PATIENCE = 1 << 20
};

/* Whose memory it is does not matter to a plan. */
static const uint64_t LOOKS = ~(TN_HEADER(0, 0, TN_FLAG_VIEW | TN_FLAG_EXPOSED | TN_FLAG_WORKSPACE) & UINT32_MAX);

/* How tensors look: of each its header and dims, and its strides where those are not by its dims. */
typedef struct looks {
  int tensors, words;
  uint8_t index[MOST_TENSORS];
  uint8_t element_mask[MOST_TENSORS]; /* of addresses: bits that are 0 */
  int64_t word[MOST_WORDS];
} looks;

typedef struct cached_plan {
  bool busy; /* in use, and a signal's handler may launch the same kernel */
  bool unfit; /* not to be kept for tensors that look so */
  bool seen;
  looks looks;   /* of the tensors last seen */
  size_t wanted; /* of memory for them */
  size_t bytes;  /* of memory */
  void *memory;
  int misses, patience;
  tni_job *job; /* NULL: nothing was planned yet */
  tni_script *script; /* of the job; NULL: it is not one call after another */
  tni_results *results;
  bool places; /* a result goes where it is stored to, which may be over an input */
  tni_launch checked, planned;
} cached_plan;

static _Thread_local struct {
  cached_plan **of; /* by the kernel's number */
  uint32_t count;
} cache;

/* ---- looks ------------------------------------------------------------------------------------------------------- */

static bool add_look(looks *l, uint64_t *seen, int index, tn_tensor t) {
  if (index >= 64)
    return false;
  if (*seen >> index & 1)
    return true;
  *seen |= UINT64_C(1) << index;
  const int rank = tni_rank(t), sides = tni_flags(t) & TN_FLAG_STRIDED ? 2 : 1;
  if (l->tensors == MOST_TENSORS || l->words + 1 + sides * rank > MOST_WORDS)
    return false;
  l->index[l->tensors] = (uint8_t)index;
  l->element_mask[l->tensors++] = (uint8_t)(tni_element_bytes(tni_dtype(t)) - 1);
  l->word[l->words++] = (int64_t)(t->header & LOOKS);
  for (int d = 0; d < rank; d++)
    l->word[l->words++] = t->dims[d];
  for (int d = 0; d < rank && sides == 2; d++)
    l->word[l->words++] = t->strides[d];
  return true;
}

/* Of all tensors that a launch is checked for. False where those are too many. */
static bool take_looks(const tn_kernel *kernel, tn_tensor *tensors, looks *out) {
  uint64_t seen = 0;
  out->tensors = out->words = 0;
  for (int factor = 0; factor < 2 * kernel->product; factor++)
    if (!add_look(out, &seen, factor, tensors[factor]))
      return false;
  for (int v = 0; v < kernel->value_count; v++) {
    const tn_value *value = &kernel->values[v];
    const bool counts = value->kind == TN_VALUE_INPUT || (tni_is_result(value) && value->mode == TN_RESULT_STORE);
    if (counts && !add_look(out, &seen, value->index, tensors[value->index]))
      return false;
    const bool placed = tni_is_result(value) && value->mode == TN_RESULT_PLACE;
    if (placed && !(tensors[value->reuse] && add_look(out, &seen, value->reuse, tensors[value->reuse])))
      return false;
  }
  return true;
}

static inline bool look_so(const looks *l, tn_tensor *tensors) {
  const int64_t *word = l->word;
  for (int i = 0; i < l->tensors; i++) {
    tn_tensor t = tensors[l->index[i]];
    if (!t || (int64_t)(t->header & LOOKS) != *word++ || (uintptr_t)t->data & l->element_mask[i])
      return false;
    const int rank = tni_rank(t);
    if (!tni_same_dims(rank, t->dims, word))
      return false;
    word += rank;
    if (tni_flags(t) & TN_FLAG_STRIDED) {
      if (!tni_same_dims(rank, t->strides, word))
        return false;
      word += rank;
    }
  }
  return true;
}

/* ---- the cache --------------------------------------------------------------------------------------------------- */

/* 0: none. */
static inline uint32_t number_of(const tn_kernel *kernel) {
  static _Atomic uint32_t last;
  _Atomic uint32_t *number = (_Atomic uint32_t *)kernel->number;
  if (!number)
    return 0;
  uint32_t known = atomic_load_explicit(number, memory_order_relaxed);
  if (__builtin_expect(known == 0, 0)) {
    const uint32_t next = atomic_fetch_add(&last, 1) + 1;
    if (atomic_compare_exchange_strong(number, &known, next))
      known = next;
  }
  return known;
}

/* What this thread knows of a kernel; NULL if that is nothing, or if it is in use. */
static inline cached_plan *plan_of(const tn_kernel *kernel) {
  const uint32_t number = number_of(kernel);
  cached_plan *plan = number < cache.count ? cache.of[number] : NULL;
  return plan && !plan->busy ? plan : NULL;
}

/* A place for the kernel's plan; NULL where there is none. */
static cached_plan *new_entry(const tn_kernel *kernel) {
  const uint32_t number = number_of(kernel);
  if (number == 0 || number >= MOST_KERNELS || (number < cache.count && cache.of[number]) || tni_in_buffer())
    return NULL;
  if (number >= cache.count) {
    uint32_t count = cache.count ? cache.count : 32;
    while (count <= number)
      count *= 2;
    cached_plan **grown = realloc(cache.of, count * sizeof *grown);
    if (!grown)
      return NULL;
    memset(grown + cache.count, 0, (count - cache.count) * sizeof *grown);
    cache.of = grown;
    cache.count = count;
  }
  cached_plan *plan = calloc(1, sizeof *plan);
  if (plan)
    plan->patience = 1;
  return cache.of[number] = plan;
}

/* Memory that the plan may fit into. */
static bool have_memory(cached_plan *plan) {
  if (plan->wanted <= plan->bytes)
    return true;
  free(plan->memory);
  plan->memory = aligned_alloc(64, plan->wanted);
  plan->bytes = plan->memory ? plan->wanted : 0;
  return plan->memory;
}

void tni_forget_cached_plans(void) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < cache.count; i++) {
    cached_plan *plan = cache.of[i];
    kept += plan && plan->busy;
    if (!plan || plan->busy)
      continue;
    free(plan->memory);
    free(plan);
    cache.of[i] = NULL;
  }
  if (kept)
    return;
  free(cache.of);
  cache.of = NULL;
  cache.count = 0;
}

/* ---- launches ---------------------------------------------------------------------------------------------------- */

/* With the plan's job; with results in tensors[]. */
static bool run_job(cached_plan *plan, tn_tensor *tensors, uint64_t *scalars) {
  tni_launch *l = &plan->planned;
  l->scalars = scalars;
  for (int i = 0; i < l->operand_count; i++)
    l->operands[i].data = tensors[l->kernel->values[l->operands[i].value].index]->data;
  const bool holds = plan->job->renew(plan->job, tensors);
  if (holds)
    plan->job->run(plan->job);
  return holds;
}

/* What the plan relies on does not hold for these places. */
static bool plan_again(const tni_launch *checked, tn_tensor *tensors, uint64_t *scalars) {
  tni_launch again = *checked;
  again.scalars = scalars;
  const uint64_t scratch = tni_workspace_mark();
  const bool done = tni_run_launch(&again, tensors);
  if (!done)
    tni_unmake_results(again.kernel, tensors);
  tni_workspace_release(scratch);
  return done;
}

static bool follow(cached_plan *plan, tn_tensor *tensors, uint64_t *scalars) {
  if (!plan->job || !look_so(&plan->looks, tensors) || !tni_make_planned_results(plan->results, &plan->checked, tensors))
    return false;
  const bool holds = (!plan->places || plan->planned.staged == tni_staged_result(&plan->checked, tensors) + 1) &&
                     (plan->script ? tni_run_script(plan->script, tensors, scalars) : run_job(plan, tensors, scalars));
  return holds || plan_again(&plan->checked, tensors, scalars);
}

bool tni_launch_known(const tn_kernel *kernel, tn_tensor *tensors, uint64_t *scalars) {
  cached_plan *plan = plan_of(kernel);
  if (!plan)
    return false;
  plan->busy = true;
  const bool done = follow(plan, tensors, scalars);
  plan->busy = false;
  return done;
}

/* Plans the launch in memory that is kept. Where that does not suffice there is more the next time. */
static bool make_plan(cached_plan *plan, const tni_launch *l, tn_tensor *tensors) {
  plan->checked = plan->planned = *l;
  plan->planned.staged = tni_staged_result(l, tensors) + 1;
  plan->places = false;
  for (int v = 0; v < l->kernel->value_count; v++)
    plan->places |= tni_is_result(&l->kernel->values[v]) && l->kernel->values[v].mode == TN_RESULT_PLACE;
  tni_workspace_lend(plan->memory, plan->bytes);
  plan->results = tni_plan_results(l, tensors);
  tni_job *job = plan->results ? tni_prepare_launch(&plan->planned, tensors) : NULL;
  const bool fits = job && job->alone;
  plan->script = fits ? job->write(job) : NULL;
  const bool suffices = tni_workspace_take_back();
  if (!suffices)
    plan->wanted *= 2;
  plan->unfit = suffices ? !fits : plan->wanted > MOST_BYTES;
  plan->job = suffices && fits ? job : NULL;
  return plan->job;
}

/* Makes the plan, and runs it. */
static bool run_and_keep(cached_plan *plan, const tni_launch *l, tn_tensor *tensors) {
  bool done = false;
  plan->busy = true;
  while (!done && !plan->unfit && have_memory(plan))
    done = make_plan(plan, l, tensors);
  if (done && plan->script)
    done = tni_run_script(plan->script, tensors, l->scalars);
  else if (done)
    plan->job->run(plan->job);
  plan->busy = false;
  return done;
}

/* Notes how the tensors of a launch looked that was not planned to be kept. Where shapes change all the time plans are made
 * anew less and less often. */
static void note(cached_plan *plan, const tn_kernel *kernel, tn_tensor *tensors) {
  if (plan->job) {
    if (++plan->misses < plan->patience)
      return;
    plan->job = NULL;
    if (plan->patience < MOST_PATIENCE)
      plan->patience *= 2;
  }
  plan->misses = 0;
  plan->seen = true;
  plan->wanted = LEAST_BYTES;
  plan->unfit = !take_looks(kernel, tensors, &plan->looks);
}

bool tni_run_and_cache_plan(tni_launch *l, tn_tensor *tensors, bool (*run)(tni_launch *l, tn_tensor *tensors)) {
  const tn_kernel *kernel = l->kernel;
  if (!kernel->number || l->size == 0 || l->size > MOST_ELEMENTS || tni_needs_columns(l))
    return run(l, tensors);
  cached_plan *plan = plan_of(kernel);
  const bool again = plan && plan->seen && !plan->job && look_so(&plan->looks, tensors);
  if (again && run_and_keep(plan, l, tensors))
    return true;
  const bool done = run(l, tensors);
  if (!plan)
    plan = new_entry(kernel);
  if (done && plan && !again)
    note(plan, kernel, tensors);
  return done;
}

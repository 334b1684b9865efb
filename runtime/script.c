/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * script.c - a small launch as a list of calls.
 */
#include "script.h"

#include "lanes.h"
#include "workspace.h"

/* A pointer that is where the elements of tensors[index] are. */
typedef struct pointer {
  char **to;
  int index;
} pointer;

typedef struct splat {
  tni_splat_function function;
  char *to;
  bool scalar; /* of scalars[index], else of the first element of tensors[index] */
  uint8_t index;
} splat;

typedef enum call_kind { STAGE, TOTAL, FILL, PRODUCT } call_kind;

typedef struct call {
  call_kind kind;
  union {
    tn_stage_function stage;
    void (*total)(const void *, void *);
    tni_splat_function fill;
    const tni_product_plan *product;
  } by;
  char **data;
  const int64_t *steps;
  int64_t n;
} call;

typedef struct put {
  const char *from;
  bool scalar;
  uint8_t index, bytes;
} put;

struct tni_script {
  const tn_kernel *kernel;
  int pointer_count, splat_count, call_count, put_count;
  int holder; /* of the product, in the table; -1: none */
  pointer *pointers;
  splat *splats;
  call *calls;
  put *puts;
  char **data; /* what is left of it for calls */
};

/* ---- writing ----------------------------------------------------------------------------------------------------- */

/* How many entries data have, at most; and how many calls there are. */
static size_t most_data(const tn_kernel *kernel, size_t *out_calls) {
  size_t data = kernel->product ? 3 : 0;
  *out_calls = kernel->product + kernel->reduction_count;
  for (int i = 0; i < kernel->stage_count; i++) {
    const tn_stage *stage = &kernel->stages[i];
    data += stage->operand_count;
    *out_calls += 1 + (stage->row ? stage->operand_count : 0);
  }
  data += 2 * (*out_calls - kernel->stage_count); /* of totals and of what is filled */
  return data;
}

tni_script *tni_new_script(const tn_kernel *kernel) {
  size_t calls;
  const size_t data = most_data(kernel, &calls), values = kernel->value_count;
  tni_script *s = tni_workspace_take(sizeof *s + calls * sizeof *s->calls + data * (sizeof *s->pointers + sizeof *s->data) +
                                     values * (sizeof *s->splats + sizeof *s->puts));
  if (!s)
    return NULL;
  *s = (tni_script){.kernel = kernel, .holder = -1};
  s->calls = (call *)(s + 1);
  s->pointers = (pointer *)(s->calls + calls);
  s->splats = (splat *)(s->pointers + data);
  s->puts = (put *)(s->splats + values);
  s->data = (char **)(s->puts + values);
  return s;
}

/* The next call, with so many data. */
static call *add_call(tni_script *s, call_kind kind, int data) {
  call *c = &s->calls[s->call_count++];
  *c = (call){.kind = kind, .data = s->data};
  s->data += data;
  return c;
}

static void set_pointer(tni_script *s, char **to, int index) {
  s->pointers[s->pointer_count++] = (pointer){to, index};
}

void tni_script_splat(tni_script *s, const tn_value *value, char *to) {
  s->splats[s->splat_count++] = (splat){.function = tni_splats()[tni_element_bytes(value->dtype)],
                                        .to = to,
                                        .scalar = value->kind == TN_VALUE_SCALAR,
                                        .index = value->index};
}

void tni_script_stage(tni_script *s, const tn_stage *stage, int isa, char *const *places, const int64_t *steps, int64_t n) {
  call *c = add_call(s, STAGE, stage->operand_count);
  c->by.stage = stage->function[isa];
  c->steps = steps;
  c->n = n;
  for (int i = 0; i < stage->operand_count; i++) {
    const tn_value *value = &s->kernel->values[stage->operands[i]];
    c->data[i] = places[stage->operands[i]];
    if (!c->data[i])
      set_pointer(s, &c->data[i], value->kind == TN_VALUE_PRODUCT ? s->holder : value->index);
  }
}

void tni_script_total(tni_script *s, void (*total)(const void *, void *), char *lanes, char *slot) {
  call *c = add_call(s, TOTAL, 2);
  c->by.total = total;
  c->data[0] = lanes;
  c->data[1] = slot;
}

void tni_script_fill(tni_script *s, size_t element_bytes, char *slot) {
  call *c = add_call(s, FILL, 1);
  c->by.fill = tni_splats()[element_bytes];
  c->data[0] = slot;
}

void tni_script_product(tni_script *s, const tni_product_plan *plan, char *c, const tn_value *holder) {
  call *product = add_call(s, PRODUCT, 3);
  product->by.product = plan;
  product->data[2] = c;
  for (int factor = 0; factor < 2; factor++)
    set_pointer(s, &product->data[factor], factor);
  if (!c)
    set_pointer(s, &product->data[2], s->holder = holder->index);
}

void tni_script_put(tni_script *s, const tn_value *value, const char *from) {
  s->puts[s->put_count++] = (put){.from = from,
                                  .scalar = value->kind == TN_VALUE_ROW_SCALAR,
                                  .index = value->index,
                                  .bytes = (uint8_t)tni_element_bytes(value->dtype)};
}

/* ---- running ----------------------------------------------------------------------------------------------------- */

static bool is_over_input(const tni_script *s, tn_tensor *tensors) {
  for (int v = 0; v < s->kernel->value_count; v++) {
    const tn_value *value = &s->kernel->values[v];
    if (value->kind == TN_VALUE_INPUT && tensors[value->index]->data == tensors[s->holder]->data)
      return true;
  }
  return false;
}

bool tni_run_script(const tni_script *s, tn_tensor *tensors, uint64_t *scalars) {
  if (s->holder >= 0 && is_over_input(s, tensors))
    return false;
  for (int i = 0; i < s->pointer_count; i++)
    *s->pointers[i].to = tensors[s->pointers[i].index]->data;
  for (int i = 0; i < s->splat_count; i++) {
    const splat *p = &s->splats[i];
    p->function(p->to, p->scalar ? (const void *)&scalars[p->index] : tensors[p->index]->data);
  }
  for (int i = 0; i < s->call_count; i++) {
    const call *c = &s->calls[i];
    switch (c->kind) {
    case STAGE:
      c->by.stage(c->data, c->steps, c->n);
      break;
    case TOTAL:
      c->by.total(c->data[0], c->data[1]);
      break;
    case FILL:
      c->by.fill(c->data[0], c->data[0]);
      break;
    case PRODUCT:
      tni_product_run(c->by.product, c->data[0], c->data[1], c->data[2]);
      break;
    }
  }
  for (int i = 0; i < s->put_count; i++) {
    const put *p = &s->puts[i];
    uint64_t word = 0;
    char *const to = p->scalar ? (char *)&word : tensors[p->index]->data;
    if (p->bytes == 4)
      memcpy(to, p->from, 4);
    else if (p->bytes == 8)
      memcpy(to, p->from, 8);
    else
      memcpy(to, p->from, p->bytes);
    if (p->scalar)
      scalars[p->index] = word;
  }
  return true;
}

/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * retry.c - when to send a packet again: a learned retransmission timer, small enough for a kernel or a radio's
 * firmware.
 *
 * While an answer is awaited, a model of eight weights says every few milliseconds how likely it is that the packet was
 * lost, from how long it took, what the last round trips took and how many packets were lost of late. When it is sure
 * enough the packet is sent again; when it turns out what became of the packet, the model learns from each moment of
 * the wait. The three functions of the model are ordinary tensor code under `noalloc`: compiled, they are a few dozen
 * vector instructions that call nothing. With -DBARE this file is only that, and needs no libc.
 *
 * The rest is a link with three moods (calm, bufferbloat, fading), on which the timer meets a fixed timeout and that of
 * TCP (RFC 6298, by Jacobson and Karels). All see the same packets, and each only what a sender sees.
 *
 *   retry [requests [repeats]]            with repeats, the time of one prediction and one update goes to stderr
 */
#include <tenon.h>

/* ---- the model ------------------------------------------------------------------------------------------------ */

enum { FEATURES = 8, RECENT = 16 };
struct model {
  float weights[FEATURES];
  float recent[RECENT]; /* the last round trips, in ms, in any order */
  float mean, spread, longest;
  int next;
};
void model_observe(struct model *m, float round_trip);
float model_predict(const struct model *m, const float *features);
void model_learn(struct model *m, const float *features, float lost, float rate);

/* A round trip that was measured. */
TN_PRAGMA(noalloc)
void model_observe(struct model *m, float round_trip) {
  TN_SCOPE;
  m->recent[m->next] = round_trip;
  m->next = (m->next + 1) % RECENT;
  tn_tensor recent = tn_view_const(m->recent, TN_F32, RECENT);
  m->mean = tn_item_f32(tn_mean(recent));
  m->spread = tn_item_f32(tn_sqrt(tn_var(recent)));
  m->longest = tn_item_f32(tn_reduce_max(recent));
}

/* The probability that the packet is lost. */
TN_PRAGMA(noalloc)
float model_predict(const struct model *m, const float *features) {
  TN_SCOPE;
  tn_tensor w = tn_view_const(m->weights, TN_F32, FEATURES), x = tn_view_const(features, TN_F32, FEATURES);
  return tn_item_f32(tn_sigmoid(tn_matmul(x, w)));
}

/* A step of gradient descent on the logarithmic loss: lost is 1 or 0. */
TN_PRAGMA(noalloc)
void model_learn(struct model *m, const float *features, float lost, float rate) {
  TN_SCOPE;
  tn_tensor w = tn_view(m->weights, TN_F32, FEATURES), x = tn_view_const(features, TN_F32, FEATURES);
  tn_tensor error = tn_sub(tn_sigmoid(tn_matmul(x, w)), lost);
  tn_store(w, tn_sub(w, tn_mul(x, tn_mul(error, rate))));
}

#ifndef BARE
#include "example.h"

/* ---- the link: what becomes of a packet ------------------------------------------------------------------------ */

enum { ATTEMPTS = 10 };
struct packet {
  bool lost;
  float round_trip; /* ms, of a packet that is not lost */
};
struct link {
  uint32_t random;
  int mood; /* calm, bufferbloat, fading */
  float queue;
};

/* The packets of one request, sent or not. Every sender meets the same. */
static void link_next(struct link *l, struct packet *packets) {
  static const float queues[] = {6, 260, 20}, losses[] = {0.004f, 0.01f, 0.3f};
  if (example_uniform(&l->random, 0, 1) < 1.f / 80)
    l->mood = (int)example_uniform(&l->random, 0, 3);
  l->queue += 0.12f * (queues[l->mood] - l->queue);
  for (int i = 0; i < ATTEMPTS; i++) {
    float jitter = 0;
    for (int j = 0; j < 4; j++)
      jitter += example_uniform(&l->random, 0, 1);
    const float sway = example_uniform(&l->random, 0.85f, 1.15f);
    const bool spike = example_uniform(&l->random, 0, 1) < 0.01f;
    packets[i].lost = example_uniform(&l->random, 0, 1) < losses[l->mood];
    packets[i].round_trip = 35 + l->queue * sway + 3 * jitter + (spike ? example_uniform(&l->random, 30, 150) : 0);
  }
}

/* ---- senders: how long to wait ---------------------------------------------------------------------------------- */

enum { TICK = 4, LONGEST_WAIT = 1500 };
#define SURE 0.9f   /* of the loss, before a packet is sent again: a packet too many costs more than some waiting */
#define RATE 0.005f /* of learning */
struct sender {
  const char *name;
  enum { FIXED, RFC6298, LEARNED } kind;
  float least; /* timeout in ms: the fixed one, the floor of RFC 6298's */
  float smoothed, variation;
  bool measured;
  struct model model;
  float last, change, loss_rate; /* the last round trip, how much they change, how many packets were lost */
  double total, lost_wait;
  int spurious, resent, losses;
};

static float clamp(float x, float low, float high) { return x < low ? low : x > high ? high : x; }

static void describe(const struct sender *s, float waited, int attempt, float *x) {
  const float beyond_last = (waited - s->last) / (2 * s->change + 8),
              beyond_mean = (waited - s->model.mean) / (s->model.spread + 8);
  x[0] = 1;
  x[1] = clamp(beyond_last, -3, 6);
  x[2] = clamp(beyond_mean, -3, 6);
  x[3] = clamp(waited / (s->model.longest + 8) - 1, -1, 2);
  x[4] = 4 * s->loss_rate;
  x[5] = 0.25f * (float)attempt;
  x[6] = clamp((s->last - s->model.mean) / (s->model.spread + 8), -2, 2);
  x[7] = x[1] > 0 ? 4 * s->loss_rate * x[1] : 0;
}

/* How long this attempt waits before the next one. */
static float patience(const struct sender *s, int attempt) {
  if (s->kind == FIXED)
    return s->least;
  if (s->kind == RFC6298) {
    float timeout = s->measured ? s->smoothed + 4 * s->variation : 1000;
    timeout = timeout < s->least ? s->least : timeout;
    return clamp(timeout * (float)(1 << attempt), 1, 60000);
  }
  float x[FEATURES], waited = TICK;
  for (; waited < LONGEST_WAIT; waited += TICK) {
    describe(s, waited, attempt, x);
    if (model_predict(&s->model, x) > SURE)
      break;
  }
  return waited;
}

static void measure(struct sender *s, float round_trip) {
  if (!s->measured) {
    s->smoothed = s->last = round_trip;
    s->variation = round_trip / 2;
    for (int i = 0; i < RECENT; i++)
      model_observe(&s->model, round_trip);
    s->measured = true;
    return;
  }
  const float off = round_trip - s->smoothed, change = round_trip - s->last;
  s->variation += 0.25f * ((off < 0 ? -off : off) - s->variation);
  s->smoothed += 0.125f * off;
  s->change += 0.125f * ((change < 0 ? -change : change) - s->change);
  s->last = round_trip;
  if (s->kind == LEARNED)
    model_observe(&s->model, round_trip);
}

/* Returns how long the request took. */
static float request(struct sender *s, const struct packet *packets) {
  float answered = 1e9f, now = 0;
  int attempts = 0;
  bool needed = true; /* all so far are lost */
  const struct sender before = *s;
  while (true) {
    const struct packet *p = &packets[attempts];
    if (attempts) {
      s->resent++;
      s->spurious += !needed;
    }
    if (!p->lost && now + p->round_trip < answered)
      answered = now + p->round_trip;
    needed = needed && p->lost;
    const float wait = patience(s, attempts);
    if (p->lost) {
      s->losses++;
      s->lost_wait += answered < now + wait ? 0 : (double)wait;
    }
    attempts++;
    now += wait;
    if (answered <= now || attempts == ATTEMPTS)
      break;
  }
  if (attempts == ATTEMPTS && answered > now)
    answered = now;
  /* What became of each packet is known by now, or soon: answers name the packet that they are for. */
  for (int i = 0; i < attempts; i++) {
    const bool lost = packets[i].lost;
    s->loss_rate += 0.06f * ((float)lost - s->loss_rate);
    if (s->kind == LEARNED && s->measured) {
      const float until = lost ? 2 * before.model.longest + 60 : packets[i].round_trip;
      float x[FEATURES];
      for (float waited = TICK; waited < until; waited += TICK) {
        describe(&before, waited, i, x);
        model_learn(&s->model, x, (float)lost, RATE);
      }
    }
    if (!lost)
      measure(s, packets[i].round_trip);
  }
  s->total += (double)answered;
  return answered;
}

static int compare_floats(const void *a, const void *b) {
  const float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  const int64_t requests = example_argument(argc, argv, 1, 20000);
  const int repeats = (int)example_argument(argc, argv, 2, 0);
  if (requests < 1 || requests > 10000000)
    return fprintf(stderr, "usage: retry [requests [repeats]]\n"), 2;
  struct sender senders[] = {
      {.name = "fixed, 1000 ms", .kind = FIXED, .least = 1000},
      {.name = "fixed, 400 ms", .kind = FIXED, .least = 400},
      {.name = "fixed, 150 ms", .kind = FIXED, .least = 150},
      {.name = "RFC 6298", .kind = RFC6298, .least = 1000},
      {.name = "RFC 6298, floor 200 ms", .kind = RFC6298, .least = 200},
      {.name = "RFC 6298, no floor", .kind = RFC6298, .least = 1},
      {.name = "learned", .kind = LEARNED},
  };
  float *times = malloc((size_t)requests * sizeof *times);
  if (!times)
    return fprintf(stderr, "out of memory\n"), 1;
  printf("%-24s %10s %10s %12s %12s\n", "timer", "mean ms", "99% ms", "lost ms/loss", "spurious/1000");
  struct sender *const last = senders + sizeof senders / sizeof *senders;
  for (struct sender *s = senders; s < last; s++) {
    struct link l = {.random = 2026};
    struct packet packets[ATTEMPTS];
    for (int64_t i = 0; i < requests; i++) {
      link_next(&l, packets);
      times[i] = request(s, packets);
    }
    qsort(times, (size_t)requests, sizeof *times, compare_floats);
    printf("%-24s %10.2f %10.2f %12.2f %12.2f\n", s->name, s->total / (double)requests,
           (double)times[requests * 99 / 100], s->losses ? s->lost_wait / s->losses : 0,
           1000.0 * s->spurious / (double)requests);
  }
  printf("weights      ");
  for (int i = 0; i < FEATURES; i++)
    printf(" % .4f", (double)last[-1].model.weights[i]);
  printf("\n");

  double *costs = calloc((size_t)repeats + 1, sizeof *costs);
  for (int i = 0; costs && i < repeats; i++) {
    float x[FEATURES] = {1, 0.5f, -0.25f, 0.1f};
    const double start = example_seconds();
    for (int j = 0; j < 1000; j++) {
      x[4] = model_predict(&last[-1].model, x);
      model_learn(&last[-1].model, x, 0, 1e-6f);
    }
    costs[i] = (example_seconds() - start) / 1000;
  }
  if (costs && repeats > 0) {
    qsort(costs, (size_t)repeats, sizeof *costs, example_compare_);
    fprintf(stderr, "time_us %.3f\n", 1e6 * costs[repeats / 2]);
  }
  free(costs);
  free(times);
  return example_status();
}
#endif

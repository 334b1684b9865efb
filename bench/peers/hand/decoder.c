/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * decoder.c - examples/decoder.c by straight loops: a matrix times a vector is a loop over rows, keys and values are
 * arrays. Built for this machine, with -ffast-math.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

enum { TOKENS = 256, HEADS = 6, HIDDEN = 768, VOCABULARY = 32000, MOST_LAYERS = 32 };

typedef struct block {
  const float *attention_norm, *wq, *wk, *wv, *wo, *mlp_norm, *w1, *w2, *w3;
  float *keys, *values; /* [HEADS][TOKENS][dim / HEADS] */
} block;

static struct {
  const float *embedding, *norm;
  block layer[MOST_LAYERS];
  float *cosines, *sines;                           /* [TOKENS][dim / HEADS / 2] */
  float *x, *normed, *q, *k, *v, *mixed, *h, *gate; /* of the token at hand */
  float *logits;
} d;

/* Of the weights p, as examples/decoder.c lays them out. */
static void make(float *p, int64_t dim, int64_t layers) {
  const int64_t half = dim / HEADS / 2, matrix = dim * dim, mlp = HIDDEN * dim;
  float *cache = calloc((size_t)(layers * 2 * TOKENS * dim), sizeof *cache);
  float *rest = calloc((size_t)(2 * TOKENS * half + 6 * dim + 2 * HIDDEN + VOCABULARY), sizeof *rest);
  if (!cache || !rest)
    abort();
  const float *w = p;
  d.embedding = w, w += VOCABULARY * dim;
  float *ones = p + (w - p);
  d.norm = w, w += dim;
  for (int64_t i = 0; i < dim; i++)
    ones[i] = 1;
  for (int64_t l = 0; l < layers; l++) {
    block *b = &d.layer[l];
    b->attention_norm = w, w += dim;
    b->wq = w, w += matrix;
    b->wk = w, w += matrix;
    b->wv = w, w += matrix;
    b->wo = w, w += matrix;
    b->mlp_norm = w, w += dim;
    b->w1 = w, w += mlp;
    b->w2 = w, w += mlp;
    b->w3 = w, w += mlp;
    b->keys = cache, cache += TOKENS * dim;
    b->values = cache, cache += TOKENS * dim;
    for (int64_t i = 0; i < dim; i++)
      p[b->attention_norm - p + i] = p[b->mlp_norm - p + i] = 1;
  }
  d.cosines = rest, rest += TOKENS * half;
  d.sines = rest, rest += TOKENS * half;
  for (int64_t t = 0; t < TOKENS; t++)
    for (int64_t i = 0; i < half; i++) {
      const double angle = (double)t * exp(-9.21034037 * (double)i / (double)half);
      d.cosines[t * half + i] = (float)cos(angle);
      d.sines[t * half + i] = (float)sin(angle);
    }
  d.x = rest, d.normed = d.x + dim, d.q = d.normed + dim, d.k = d.q + dim, d.v = d.k + dim, d.mixed = d.v + dim;
  d.h = d.mixed + dim, d.gate = d.h + HIDDEN, d.logits = d.gate + HIDDEN;
}

static void product(float *restrict out, const float *restrict w, const float *restrict x, int64_t rows,
                    int64_t columns) {
  for (int64_t i = 0; i < rows; i++) {
    float s = 0;
    for (int64_t j = 0; j < columns; j++)
      s += w[i * columns + j] * x[j];
    out[i] = s;
  }
}

static void rms_norm(float *restrict out, const float *restrict x, const float *restrict w, int64_t n) {
  float s = 0;
  for (int64_t i = 0; i < n; i++)
    s += x[i] * x[i];
  s = 1 / sqrtf(s / (float)n + 1e-5f);
  for (int64_t i = 0; i < n; i++)
    out[i] = x[i] * s * w[i];
}

static void rotate(float *restrict x, const float *restrict cosine, const float *restrict sine, int64_t head) {
  const int64_t half = head / 2;
  for (int64_t h = 0; h < HEADS; h++, x += head)
    for (int64_t i = 0; i < half; i++) {
      const float u = x[i], v = x[i + half];
      x[i] = u * cosine[i] - v * sine[i];
      x[i + half] = u * sine[i] + v * cosine[i];
    }
}

static void attend(const block *b, int64_t dim, int64_t place) {
  const int64_t head = dim / HEADS;
  const float scale = 1 / sqrtf((float)head), *cosine = d.cosines + place * (head / 2),
              *sine = d.sines + place * (head / 2);
  product(d.q, b->wq, d.normed, dim, dim);
  product(d.k, b->wk, d.normed, dim, dim);
  product(d.v, b->wv, d.normed, dim, dim);
  rotate(d.q, cosine, sine, head);
  rotate(d.k, cosine, sine, head);
  for (int64_t h = 0; h < HEADS; h++) {
    float *keys = b->keys + h * TOKENS * head, *values = b->values + h * TOKENS * head, scores[TOKENS], sum = 0;
    memcpy(keys + place * head, d.k + h * head, (size_t)head * sizeof *keys);
    memcpy(values + place * head, d.v + h * head, (size_t)head * sizeof *values);
    product(scores, keys, d.q + h * head, place + 1, head);
    float top = scores[0];
    for (int64_t t = 0; t <= place; t++)
      top = fmaxf(top, scores[t]);
    for (int64_t t = 0; t <= place; t++)
      sum += scores[t] = expf((scores[t] - top) * scale);
    float *restrict mixed = d.mixed + h * head;
    memset(mixed, 0, (size_t)head * sizeof *mixed);
    for (int64_t t = 0; t <= place; t++) {
      const float f = scores[t] / sum;
      for (int64_t i = 0; i < head; i++)
        mixed[i] += f * values[t * head + i];
    }
  }
  product(d.normed, b->wo, d.mixed, dim, dim);
}

void hand_decoder(bench_case *c) {
  const int64_t dim = c->n;
  if (!d.embedding)
    make(c->a, dim, c->m);
  memcpy(d.x, d.embedding + dim, (size_t)dim * sizeof *d.x); /* token 1 */
  for (int64_t l = 0; l < c->m; l++) {
    const block *b = &d.layer[l];
    rms_norm(d.normed, d.x, b->attention_norm, dim);
    attend(b, dim, c->k);
    for (int64_t i = 0; i < dim; i++)
      d.x[i] += d.normed[i];
    rms_norm(d.normed, d.x, b->mlp_norm, dim);
    product(d.h, b->w1, d.normed, HIDDEN, dim);
    product(d.gate, b->w3, d.normed, HIDDEN, dim);
    for (int64_t i = 0; i < HIDDEN; i++)
      d.h[i] *= d.gate[i] / (1 + expf(-d.h[i]));
    product(d.normed, b->w2, d.h, dim, HIDDEN);
    for (int64_t i = 0; i < dim; i++)
      d.x[i] += d.normed[i];
  }
  rms_norm(d.normed, d.x, d.norm, dim);
  product(d.logits, d.embedding, d.normed, VOCABULARY, dim);
  int64_t best = 0;
  for (int64_t i = 1; i < VOCABULARY; i++)
    if (d.logits[i] > d.logits[best])
      best = i;
  c->sink = (float)best;
}

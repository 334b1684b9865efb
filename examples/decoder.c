/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * decoder.c - a transformer that speaks: each step takes a token through layers of attention to all tokens before it,
 * whose keys and values are kept, and chooses the likeliest next one. The shape is that of Llama; the weights are
 * random, so what it says is nothing, but it says it at the speed of one that makes sense.
 *
 *   decoder [tokens [dim [layers [heads [hidden [vocabulary [repeats]]]]]]]
 *
 * 256 288 6 6 768 32000 is the shape of a model of 15 million weights that tells stories. With repeats, the time of a
 * token goes to stderr.
 */
#include <math.h>

#include "example.h"

enum { MOST_LAYERS = 32 };

typedef struct block {
  tn_tensor attention_norm, wq, wk, wv, wo; /* [dim], [dim, dim] */
  tn_tensor mlp_norm, w1, w2, w3;           /* [dim], [hidden, dim], [dim, hidden], [hidden, dim] */
  tn_tensor keys, values;                   /* [heads, tokens, dim / heads]: of the tokens so far */
} block;

typedef struct decoder {
  int64_t dim, heads, hidden, vocabulary, tokens;
  int layers;
  tn_tensor embedding, norm; /* [vocabulary, dim], also the last layer; [dim] */
  tn_tensor cosines, sines;  /* [tokens, dim / heads / 2] */
  float *angles;             /* their memory */
  block layer[MOST_LAYERS];
} decoder;

static tn_tensor rms_norm(tn_tensor x, tn_tensor weight) {
  return tn_mul(tn_mul(x, tn_rsqrt(tn_add(tn_mean(tn_square(x)), 1e-5f))), weight);
}

/* Turns each pair (x[i], x[i + half]) of each head by the angle of its place: x and the result are [heads, head]. */
static tn_tensor rotate(tn_tensor x, tn_tensor cosine, tn_tensor sine) {
  const int64_t half = tn_dim(x, 1) / 2;
  tn_tensor u = tn_slice(x, 1, 0, half), v = tn_slice(x, 1, half, TN_END);
  return tn_concat(1, tn_sub(tn_mul(u, cosine), tn_mul(v, sine)), tn_add(tn_mul(u, sine), tn_mul(v, cosine)));
}

/* What the heads make of x, the token at `place`; its key and value are added to those kept. */
static tn_tensor attend(const decoder *d, const block *b, tn_tensor x, int64_t place) {
  const int64_t heads = d->heads, head = d->dim / heads;
  tn_tensor cosine = tn_at(d->cosines, place), sine = tn_at(d->sines, place);
  tn_tensor q = rotate(tn_reshape(tn_matmul(b->wq, x), heads, head), cosine, sine);
  tn_tensor k = rotate(tn_reshape(tn_matmul(b->wk, x), heads, head), cosine, sine);
  tn_store_at(b->keys, tn_reshape(k, heads, 1, head), 0, place);
  tn_store_at(b->values, tn_reshape(tn_matmul(b->wv, x), heads, 1, head), 0, place);
  tn_tensor keys = tn_slice(b->keys, 1, 0, place + 1), values = tn_slice(b->values, 1, 0, place + 1);
  tn_tensor scores =
      tn_mul(tn_matmul(keys, tn_reshape(q, heads, head, 1)), 1 / sqrtf((float)head)); /* [heads, place + 1, 1] */
  tn_tensor mixed = tn_matmul(tn_transpose(tn_softmax(scores, 1)), values);           /* [heads, 1, head] */
  return tn_matmul(b->wo, tn_reshape(mixed, d->dim));
}

/* The likeliest token behind `token`, which stands at `place`. */
static int64_t next_token(const decoder *d, int64_t token, int64_t place) {
  TN_SCOPE;
  tn_tensor x = tn_at(d->embedding, token);
  for (int l = 0; l < d->layers; l++) {
    const block *b = &d->layer[l];
    x = tn_add(x, attend(d, b, rms_norm(x, b->attention_norm), place));
    tn_tensor h = rms_norm(x, b->mlp_norm);
    h = tn_mul(tn_silu(tn_matmul(b->w1, h)), tn_matmul(b->w3, h));
    x = tn_add(x, tn_matmul(b->w2, h));
  }
  return tn_item_i64(tn_argmax(tn_matmul(d->embedding, rms_norm(x, d->norm))));
}

/* The next weights: rows * columns of them, or columns where rows is 0. */
static tn_tensor weights(float **p, int64_t rows, int64_t columns) {
  tn_tensor w = rows ? tn_view(*p, TN_F32, rows, columns) : tn_view(*p, TN_F32, columns);
  *p += (rows ? rows : 1) * columns;
  return w;
}

static int64_t count_weights(int64_t dim, int64_t layers, int64_t hidden, int64_t vocabulary) {
  return vocabulary * dim + dim + layers * (2 * dim + 4 * dim * dim + 3 * hidden * dim);
}

/* p: the weights, as many as count_weights says; those of norms become 1. */
static decoder make_decoder(float *p, int64_t tokens, int64_t dim, int layers, int64_t heads, int64_t hidden,
                            int64_t vocabulary) {
  const int64_t half = dim / heads / 2;
  decoder d = {
      .dim = dim, .heads = heads, .hidden = hidden, .vocabulary = vocabulary, .tokens = tokens, .layers = layers};
  d.embedding = weights(&p, vocabulary, dim);
  d.norm = weights(&p, 0, dim);
  tn_store(d.norm, 1);
  for (int l = 0; l < layers; l++) {
    block *b = &d.layer[l];
    *b = (block){.attention_norm = weights(&p, 0, dim), .wq = weights(&p, dim, dim), .wk = weights(&p, dim, dim)};
    b->wv = weights(&p, dim, dim), b->wo = weights(&p, dim, dim), b->mlp_norm = weights(&p, 0, dim);
    b->w1 = weights(&p, hidden, dim), b->w2 = weights(&p, dim, hidden), b->w3 = weights(&p, hidden, dim);
    tn_store(b->attention_norm, 1);
    tn_store(b->mlp_norm, 1);
    b->keys = tn_zeros(TN_F32, heads, tokens, dim / heads);
    b->values = tn_zeros(TN_F32, heads, tokens, dim / heads);
  }
  /* Angles from the functions of the ops, which are the same everywhere; those of libm are not. */
  tn_tensor rate =
      tn_exp(tn_mul(tn_arange(TN_F32, 0, half, 1), -9.21034037f / (float)half)); /* 10000 to the -i / half */
  tn_tensor angle = tn_mul(tn_reshape(tn_arange(TN_F32, 0, tokens, 1), tokens, 1), rate);
  d.angles = example_array(2 * tokens * half, 1, 0.f, 1.f);
  d.cosines = tn_view(d.angles, TN_F32, tokens, half);
  d.sines = tn_view(d.angles + tokens * half, TN_F32, tokens, half);
  tn_store(d.cosines, tn_cos(angle));
  tn_store(d.sines, tn_sin(angle));
  return d;
}

int main(int argc, char **argv) {
  const int64_t tokens = example_argument(argc, argv, 1, 24), dim = example_argument(argc, argv, 2, 32);
  const int layers = (int)example_argument(argc, argv, 3, 4), repeats = (int)example_argument(argc, argv, 7, 0);
  const int64_t heads = example_argument(argc, argv, 4, 4), hidden = example_argument(argc, argv, 5, 80);
  const int64_t vocabulary = example_argument(argc, argv, 6, 100);
  if (layers < 1 || layers > MOST_LAYERS || heads < 1 || dim % (2 * heads))
    return fputs("decoder: no such shape\n", stderr), 1;
  const float wide = 1.5f / sqrtf((float)dim);
  float *memory = example_array(count_weights(dim, layers, hidden, vocabulary), 11, -wide, wide);
  decoder d = make_decoder(memory, tokens, dim, layers, heads, hidden, vocabulary);
  double *times = calloc((size_t)(repeats * tokens) + 1, sizeof *times);

  printf("tokens         1");
  for (int64_t place = 0, token = 1; place < tokens; place++) {
    token = next_token(&d, token, place);
    printf(" %lld", (long long)token);
  }
  tn_tensor keys = tn_copy(d.layer[layers - 1].keys);
  printf("\nkeys           %016llx\n", (unsigned long long)example_checksum(tn_data_const(keys), tn_size(keys)));

  int count = 0;
  for (int i = 0; i < repeats; i++)
    for (int64_t place = 0, token = 1; place < tokens; place++) {
      const double start = example_seconds();
      token = next_token(&d, token, place);
      times[count++] = example_seconds() - start;
    }
  example_report(times, count);
  free(times);
  free(memory);
  free(d.angles);
  return example_status();
}

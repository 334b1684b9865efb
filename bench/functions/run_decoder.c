/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_decoder.c - examples/decoder.c: a token at place k, for a model of dim n and m layers with the weights a, which
 * all ways read: how fast memory is depends on where its pages lie.
 */
#include "bench.h"

#define main NAME(decoder_main)
#include "decoder.c"

void NAME(decoder)(bench_case *c) {
  static decoder d; /* stays: views of its memory belong to the root scope */
  if (!d.angles) d = make_decoder(c->a, 256, c->n, (int)c->m, 6, 768, 32000);
  c->sink = (float)next_token(&d, 1, c->k);
}

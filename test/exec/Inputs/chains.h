/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * chains.h - the functions of chains.c, for chains_main.c.
 */
#ifndef CHAINS_H
#define CHAINS_H

#include <tenon.h>

tn_tensor attention(tn_tensor q, tn_tensor k, tn_tensor v, tn_tensor mask);
tn_tensor attention_and_scores(tn_tensor q, tn_tensor k, tn_tensor v, tn_tensor *out_scores);
tn_tensor to_itself(tn_tensor x);
tn_tensor layers(tn_tensor x, tn_tensor w0, tn_tensor b0, tn_tensor w1, tn_tensor b1);
tn_tensor covariance(tn_tensor x);
tn_tensor weighted(tn_tensor w, tn_tensor x, tn_tensor plus);
tn_tensor gradient(tn_tensor x, tn_tensor y);
tn_tensor wide(tn_tensor q, tn_tensor k, tn_tensor v);
tn_tensor wide_covariance(tn_tensor x);

#endif

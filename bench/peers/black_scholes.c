/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * black_scholes.c - the formula as a loop over plain C, for a compiler that may relax it and has vector forms of the
 * functions (-ffast-math -fveclib=libmvec). Built for this machine.
 */
#include <math.h>

#include "bench.h"

/* As it is usually written for this formula, for there is no vector form of erff: Abramowitz and Stegun, 26.2.17, with an
 * error of 7.5e-8. */
static inline float normal(float x) {
  const float k = 1.f / (1.f + 0.2316419f * fabsf(x));
  const float sum = k * (0.319381530f + k * (-0.356563782f + k * (1.781477937f + k * (-1.821255978f + k * 1.330274429f))));
  const float tail = 0.39894228f * expf(-0.5f * x * x) * sum;
  return x < 0.f ? tail : 1.f - tail;
}

void vector_math_black_scholes(bench_case *c) {
  const float *restrict stock = c->a, *restrict strike = c->a + c->n, *restrict years = c->a + 2 * c->n;
  float *restrict call = c->y, *restrict put = c->y + c->n;
  const float rate = c->p, volatility = c->q;
  for (int64_t i = 0; i < c->n; i++) {
    const float spread = volatility * sqrtf(years[i]);
    const float d1 = (logf(stock[i] / strike[i]) + (rate + 0.5f * volatility * volatility) * years[i]) / spread;
    const float d2 = d1 - spread;
    const float discounted = strike[i] * expf(-rate * years[i]);
    call[i] = stock[i] * normal(d1) - discounted * normal(d2);
    put[i] = call[i] - stock[i] + discounted;
  }
}

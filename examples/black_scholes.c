/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * black_scholes.c - prices of call and put options by the formula of Black and Scholes (Journal of Political Economy
 * 81(3), 1973). Compiled, one pass over memory for both.
 *
 *   black_scholes [n [repeats]]                  n options; with repeats, the time goes to stderr
 */
#include "example.h"

typedef struct prices {
  tn_tensor call, put;
} prices;

/* The normal distribution's function. */
static tn_tensor normal(tn_tensor x) { return tn_mul(tn_add(tn_erf(tn_mul(x, 0.70710678f)), 1.f), 0.5f); }

static prices black_scholes(tn_tensor stock, tn_tensor strike, tn_tensor years, float rate, float volatility) {
  TN_SCOPE;
  tn_tensor spread = tn_mul(tn_sqrt(years), volatility);
  const float half_variance = 0.5f * volatility * volatility; /* by itself: a compiler might fuse it with the sum */
  tn_tensor drift = tn_mul(years, rate + half_variance);
  tn_tensor d1 = tn_div(tn_add(tn_log(tn_div(stock, strike)), drift), spread);
  tn_tensor d2 = tn_sub(d1, spread);
  tn_tensor discounted = tn_mul(strike, tn_exp(tn_mul(years, -rate)));
  tn_tensor call = tn_sub(tn_mul(stock, normal(d1)), tn_mul(discounted, normal(d2)));
  tn_tensor put = tn_add(tn_sub(call, stock), discounted); /* what a call and a put are worth differs by that */
  prices p = {tn_keep(call), tn_keep(put)};
  return p;
}

int main(int argc, char **argv) {
  const int64_t n = example_argument(argc, argv, 1, 10000);
  const int repeats = (int)example_argument(argc, argv, 2, 0);
  float *stock = example_array(n, 1, 5.f, 30.f), *strike = example_array(n, 2, 1.f, 100.f);
  float *years = example_array(n, 3, 0.25f, 10.f);
  double *times = calloc((size_t)repeats + 1, sizeof *times);
  tn_tensor s = tn_view(stock, TN_F32, n), k = tn_view(strike, TN_F32, n), t = tn_view(years, TN_F32, n);

  {
    TN_SCOPE;
    const prices p = black_scholes(s, k, t, 0.02f, 0.3f);
    if (p.call)
      printf("call %016llx\n", (unsigned long long)example_checksum(tn_data_const(p.call), n));
    if (p.put)
      printf("put  %016llx\n", (unsigned long long)example_checksum(tn_data_const(p.put), n));
    example_number("first call", tn_get(p.call, 0));
    example_number("first put", tn_get(p.put, 0));
  }
  for (int i = 0; i < repeats; i++) {
    TN_SCOPE;
    const double start = example_seconds();
    const prices p = black_scholes(s, k, t, 0.02f, 0.3f);
    example_use(p.call);
    example_use(p.put);
    times[i] = example_seconds() - start;
  }
  example_report(times, repeats);
  free(times);
  free(years);
  free(strike);
  free(stock);
  return example_status();
}

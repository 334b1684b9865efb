// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// eigen.cpp - the same work as Eigen expressions, at Eigen's best: mapped arrays, one expression where one will do, built
// for this machine.
#include <Eigen/Core>
#include <unsupported/Eigen/SpecialFunctions>

#include "bench.h"

using Array = Eigen::Map<Eigen::ArrayXf>;
using ConstArray = Eigen::Map<const Eigen::ArrayXf>;

extern "C" void eigen_chain(bench_case *c) {
  Array y(c->y, c->n);
  ConstArray x(c->a, c->n), z(c->b, c->n);
  y = (c->p * x + c->q).logistic() * z.tanh();
}

extern "C" void eigen_black_scholes(bench_case *c) {
  // In pieces that stay in the cache: as whole arrays the temporaries would cost more.
  const int64_t piece = 4096;
  for (int64_t first = 0; first < c->n; first += piece) {
    const int64_t n = std::min(piece, c->n - first);
    ConstArray stock(c->a + first, n), strike(c->a + c->n + first, n), years(c->a + 2 * c->n + first, n);
    Array call(c->y + first, n), put(c->y + c->n + first, n);
    const float rate = c->p, volatility = c->q, root = 0.70710678f;
    const Eigen::ArrayXf spread = volatility * years.sqrt();
    const Eigen::ArrayXf d1 = ((stock / strike).log() + (rate + 0.5f * volatility * volatility) * years) / spread;
    const Eigen::ArrayXf discounted = strike * (-rate * years).exp();
    call = stock * (0.5f * (1.f + (d1 * root).erf())) - discounted * (0.5f * (1.f + ((d1 - spread) * root).erf()));
    put = call - stock + discounted;
  }
}

// All pairs as matrices of broadcast rows and columns.
extern "C" void eigen_nbody(bench_case *c) {
  const int64_t n = c->n;
  ConstArray x(c->a, n), y(c->a + n, n), z(c->a + 2 * n, n), mass(c->a + 3 * n, n);
  auto across = [n](const ConstArray &v) { return v.replicate(1, n) - v.transpose().replicate(n, 1); };
  const Eigen::ArrayXXf dx = across(x), dy = across(y), dz = across(z);
  const Eigen::ArrayXXf square = dx.square() + dy.square() + dz.square() + 1e-4f;
  const Eigen::ArrayXXf pull = mass.replicate(1, n) / (square * square.sqrt());
  Array(c->y, n) = (dx * pull).colwise().sum().transpose();
  Array(c->y + n, n) = (dy * pull).colwise().sum().transpose();
  Array(c->y + 2 * n, n) = (dz * pull).colwise().sum().transpose();
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// eigen.cpp - the chain as an Eigen expression, at Eigen's best: mapped arrays, one expression, built for this machine.
#include <Eigen/Core>

#include "bench.h"

extern "C" void eigen_chain(bench_case *c) {
  Eigen::Map<Eigen::ArrayXf> y(c->y, c->n);
  Eigen::Map<const Eigen::ArrayXf> x(c->a, c->n), z(c->b, c->n);
  y = (c->p * x + c->q).logistic() * z.tanh();
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// eigen_loops.cpp - programs with loops in Eigen, where they are natural there: mapped matrices, temporaries that are made once,
// noalias where it is so. Built for this machine.
#include <Eigen/Core>
#include <cmath>

#include "bench.h"

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Matrix = Eigen::Map<const RowMajor>;
using Vector = Eigen::Map<const Eigen::VectorXf>;
using Row = Eigen::Map<const Eigen::RowVectorXf>;

extern "C" void eigen_power(bench_case *c) {
  Matrix a(c->a, c->n, c->n);
  Eigen::VectorXf v = Eigen::VectorXf::Ones(c->n), w(c->n);
  float value = 0, change = 1;
  for (int turns = 0; change > 1e-5f && turns < 1000; turns++) {
    w.noalias() = a * v;
    value = w.norm();
    w /= value;
    change = (w - v).cwiseAbs().maxCoeff();
    v.swap(w);
  }
  c->sink = value;
}

extern "C" void eigen_conjugate(bench_case *c) {
  Matrix a(c->a, c->n, c->n);
  Eigen::VectorXf x = Eigen::VectorXf::Zero(c->n), r = Vector(c->b, c->n), p = r, ap(c->n);
  float rest = r.squaredNorm();
  for (int turns = 0; turns < 500 && std::sqrt(rest) > 1e-4f; turns++) {
    ap.noalias() = a * p;
    const float alpha = rest / p.dot(ap), before = rest;
    x += alpha * p;
    r -= alpha * ap;
    rest = r.squaredNorm();
    p = r + (rest / before) * p;
  }
  c->sink = x.cwiseAbs().maxCoeff();
}

extern "C" void eigen_descent(bench_case *c) {
  Matrix x(c->a, c->n, c->m);
  Vector y(c->b, c->n);
  Eigen::VectorXf w = Eigen::VectorXf::Zero(c->m), rest(c->n), change(c->m);
  float loss = 0, step = 1;
  for (int turns = 0; step > 1e-5f && turns < 1000; turns++) {
    rest.noalias() = x * w;
    rest -= y;
    change.noalias() = x.transpose() * rest;
    change *= 0.5f * 2.f / static_cast<float>(c->n);
    loss = rest.squaredNorm() / static_cast<float>(c->n);
    step = change.cwiseAbs().maxCoeff();
    w -= change;
  }
  c->sink = loss;
}

extern "C" void eigen_layers(bench_case *c) {
  const int64_t m = c->m;
  RowMajor x = Matrix(c->a, c->n, m), h(c->n, m);
  const float *weights = c->b;
  for (int64_t l = 0; l < c->k; l++, weights += m * m + m) {
    h.noalias() = x * Matrix(weights, m, m);
    h.rowwise() += Row(weights + m * m, m);
    if (l + 1 < c->k) {
      h = h.cwiseMax(0.f);
    } else {
      h.colwise() -= h.rowwise().maxCoeff().eval();
      h = h.array().exp();
      h.array().colwise() /= h.rowwise().sum().eval().array();
    }
    x.swap(h);
  }
  c->sink = x.maxCoeff();
}

extern "C" void eigen_rnn(bench_case *c) {
  const int64_t n = c->n, m = c->m;
  Matrix wx(c->b, m, m), wh(c->b + m * m, m, m);
  Row b(c->b + 2 * m * m, m);
  RowMajor h = RowMajor::Zero(n, m), next(n, m);
  for (int64_t t = 0; t < c->k; t++) {
    next.noalias() = Matrix(c->a + t * n * m, n, m) * wx;
    next.noalias() += h * wh;
    next.rowwise() += b;
    h = next.array().tanh();
  }
  c->sink = h.cwiseAbs().maxCoeff();
}

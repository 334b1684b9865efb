// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// onednn.cpp - attention on 8 heads of n x 64 by oneDNN's primitives: product with a scale, softmax in place, product.
// Primitives are made once, as its users are told to.
#include <dnnl.hpp>

#include <cmath>

#include "bench.h"

using namespace dnnl;

namespace {

struct Attention {
  int64_t n;
  engine cpu{engine::kind::cpu, 0};
  stream queue{cpu};
  memory q, k, v, scores, y;
  matmul first, last;
  softmax_forward middle;

  explicit Attention(bench_case *c) : n(c->n) {
    const memory::dim heads = 8, depth = 64;
    auto describe = [](memory::dims dims, memory::dims strides) {
      return memory::desc(dims, memory::data_type::f32, strides);
    };
    const auto rows = describe({heads, n, depth}, {n * depth, depth, 1});
    const auto transposed = describe({heads, depth, n}, {n * depth, 1, depth});
    const auto square = describe({heads, n, n}, {n * n, n, 1});
    primitive_attr scale;
    scale.set_output_scales(0, {1.f / std::sqrt(float(depth))});
    first = matmul(matmul::primitive_desc(matmul::desc(rows, transposed, square), scale, cpu));
    middle = softmax_forward(softmax_forward::primitive_desc({prop_kind::forward_inference, square, 2}, cpu));
    last = matmul(matmul::primitive_desc(matmul::desc(square, rows, rows), cpu));
    q = memory(rows, cpu, c->a);
    k = memory(transposed, cpu, c->a + heads * n * depth);
    v = memory(rows, cpu, c->a + 2 * heads * n * depth);
    y = memory(rows, cpu, c->y);
    scores = memory(square, cpu);
  }

  void run() {
    first.execute(queue, {{DNNL_ARG_SRC, q}, {DNNL_ARG_WEIGHTS, k}, {DNNL_ARG_DST, scores}});
    middle.execute(queue, {{DNNL_ARG_SRC, scores}, {DNNL_ARG_DST, scores}});
    last.execute(queue, {{DNNL_ARG_SRC, scores}, {DNNL_ARG_WEIGHTS, v}, {DNNL_ARG_DST, y}});
    queue.wait();
  }
};

} // namespace

extern "C" void onednn_attention(bench_case *c) {
  static Attention *made = nullptr;
  if (!made || made->n != c->n) {
    delete made;
    made = new Attention(c);
  }
  made->run();
}

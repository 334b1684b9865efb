// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A C++ unit: overloads, classes, exceptions around ops, lambdas; the same output with the plugin as without.
//
// RUN: %clangxx -std=c++17 -O2 %tenon_cflags %s -o %t.eager %tenon_libs
// RUN: %clangxx -std=c++17 -O2 %plugin -Rpass=tenon %tenon_cflags %s -o %t.compiled %tenon_libs 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: %t.eager > %t.eager.txt
// RUN: %t.compiled > %t.compiled.txt
// RUN: diff %t.eager.txt %t.compiled.txt
// RUN: FileCheck %s < %t.compiled.txt
// RUN: %if g++ %{ %gxx -std=c++17 -O2 %tenon_cflags %s -o %t.gxx %tenon_libs %}
// RUN: %if g++ %{ %t.gxx > %t.gxx.txt %}
// RUN: %if g++ %{ diff %t.eager.txt %t.gxx.txt %}
//
// REMARK: remark: one kernel
// CHECK: caught 3
#include <cstdio>
#include <stdexcept>
#include <vector>

#include <tenon.h>

namespace {

class Layer {
public:
  Layer(tn_tensor w, tn_tensor b) : w(w), b(b) {}
  tn_tensor operator()(tn_tensor x) const { return tn_tanh(tn_add(tn_matmul(x, w), b)); }

private:
  tn_tensor w, b;
};

float square(float v) { return v * v - 1; }

void show(const char *what, tn_tensor t) {
  tn_tensor own = tn_copy(t);
  unsigned long long hash = 0;
  for (int64_t i = 0; i < tn_size(own); i++) {
    const float v = tn_get_flat_f32(own, i);
    hash = hash * 31 + static_cast<unsigned long long>(static_cast<long long>(v * 1048576));
  }
  std::printf("%s %lld %llx\n", what, static_cast<long long>(tn_size(own)), hash);
}

[[gnu::noinline]] void may_throw(int i) {
  if (i == 3) throw std::runtime_error("3");
}

[[gnu::noinline]] tn_tensor around_throws(tn_tensor x, int i) {
  TN_SCOPE;
  tn_tensor y = tn_exp(tn_mul(x, 0.5));
  may_throw(i);
  return tn_keep(tn_add(y, tn_sum(y)));
}

} // namespace

int main() {
  std::vector<float> a(48), b(48);
  for (int i = 0; i < 48; i++) a[i] = 0.1f * i - 2, b[i] = 1.f / (i + 1);
  tn_tensor x = tn_view(a.data(), TN_F32, 8, 6), w = tn_view(b.data(), TN_F32, 6, 8);
  const std::vector<Layer> layers{{w, tn_full(TN_F32, 0.5, 8)}, {x, tn_zeros(TN_F32, 6)}};
  tn_tensor h = x;
  for (const Layer &layer : layers) h = layer(h);
  show("layers", h);
  show("map", tn_mul(tn_map(square, tn_add(x, 1)), 2));
  auto scaled = [&](auto by) { return tn_sub(tn_mul(x, by), 1); };
  show("int", scaled(2));
  show("double", scaled(0.3));
  int caught = -1;
  for (int i = 0; i < 5; i++) {
    TN_SCOPE;
    try {
      show("no throw", around_throws(x, i));
    } catch (const std::exception &) {
      caught = i;
    }
  }
  std::printf("caught %d\n", caught);
  return tn_ok() ? 0 : 1;
}

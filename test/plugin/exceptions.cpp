// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exceptions, thrown by functions that stand between ops, by callees that are inlined, in destructors' way, through callers of
// regions and out of scopes: caught where they are without the plugin, with the same output, and with no scope left open.
//
// RUN: %clangxx -std=c++17 -O1 %tenon_cflags %s -o %t.eager %tenon_libs
// RUN: %t.eager > %t.txt
// RUN: FileCheck %s < %t.txt
// RUN: %clangxx -std=c++17 -O1 %plugin %tenon_cflags %s -o %t.1 %tenon_libs
// RUN: %t.1 | diff %t.txt -
// RUN: %clangxx -std=c++17 -O2 %plugin -Rpass=tenon %tenon_cflags %s -o %t.2 %tenon_libs 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: %t.2 | diff %t.txt -
// RUN: env TENON_FAIL_GUARD=1 %t.2 | diff %t.txt -
// RUN: env TENON_FAIL_GUARD=3 %t.2 | diff %t.txt -
// RUN: %clangxx -std=c++17 -O3 -flto -fuse-ld=lld %plugin %tenon_cflags %s -o %t.3 %tenon_libs
// RUN: %t.3 | diff %t.txt -
// RUN: %if g++ %{ %gxx -std=c++17 -O2 %tenon_cflags %s -o %t.gxx %tenon_libs %}
// RUN: %if g++ %{ %t.gxx | diff %t.txt - %}
// REMARK: remark: one kernel
#include <cstdio>
#include <stdexcept>

#include <tenon.h>

namespace {

float memory[64];
int depth; /* of objects that are alive */

struct Counted {
  Counted() { depth++; }
  ~Counted() { depth--; }
};

double total(tn_tensor t) { return tn_item(tn_sum(tn_cast(t, TN_F64))); }

/* Computes while an exception is on its way. */
struct StoresOnItsWayOut {
  tn_tensor to;
  ~StoresOnItsWayOut() { tn_store(to, tn_add(tn_mul(to, 2), 1)); }
};

[[gnu::noinline]] float check(float v) {
  if (v > 60) throw std::range_error("above 60");
  return v + 1;
}
inline float inlined(float v) {
  if (v < 0) throw v;
  return v * 2;
}

/* Between ops: what comes before the throw has happened, what comes behind has not. */
[[gnu::noinline]] double between(tn_tensor x, float v) {
  TN_SCOPE;
  Counted counted;
  tn_tensor y = tn_exp(tn_mul(x, 0.01));
  tn_store(x, tn_add(x, 1));
  const float w = check(v);
  tn_store(x, tn_add(x, 1));
  return total(tn_mul(y, w));
}

[[gnu::noinline]] double with_inlined(tn_tensor x, float v) {
  TN_SCOPE;
  StoresOnItsWayOut out{x};
  tn_tensor y = tn_tanh(tn_mul(x, inlined(v)));
  return total(tn_add(y, inlined(v - 1)));
}

/* A region on each side of a call that may throw, in a function that catches. */
[[gnu::noinline]] double catches(tn_tensor x, float v) {
  tn_tensor y = tn_mul(tn_add(x, 1), 0.5);
  try {
    y = tn_tanh(tn_mul(y, check(v)));
  } catch (const std::range_error &) {
    y = tn_sub(tn_exp(tn_mul(y, 0.01)), 1);
  }
  return total(tn_add(y, x));
}

/* An element decides. */
[[gnu::noinline]] double throws_element(tn_tensor x) {
  TN_SCOPE;
  tn_tensor y = tn_add(tn_mul(x, 2), 3);
  const float v = tn_get_flat_f32(y, 0);
  if (v > 5) throw v;
  return total(tn_mul(y, v));
}

template <class F> void attempt(const char *what, F f) {
  const int64_t mark = tn_scope_begin();
  try {
    std::printf("%s: %a", what, f());
  } catch (const std::exception &error) {
    std::printf("%s: %s", what, error.what());
  } catch (float v) {
    std::printf("%s: %g", what, static_cast<double>(v));
  }
  /* The scope of attempt is the innermost again: its mark ends one and no other. */
  tn_tensor x = tn_view(memory, TN_F32, 64);
  std::printf(", then %a, depth %d\n", total(x), depth);
  tn_scope_end(mark);
}

} // namespace

int main() {
  for (int i = 0; i < 64; i++) memory[i] = static_cast<float>(i) * 0.25f - 4;
  tn_tensor x = tn_view(memory, TN_F32, 64);
  const float numbers[] = {1, 100, 30, -3, 0.5f};
  for (float v : numbers) {
    attempt("between", [&] { return between(x, v); });
    attempt("inlined", [&] { return with_inlined(x, v); });
    attempt("catches", [&] { return catches(x, v); });
    attempt("element", [&] { return throws_element(tn_view(memory, TN_F32, 64)); });
    tn_store(x, tn_sub(tn_mul(x, 0.001), 1));
  }
  std::printf("%s\n", tn_ok() ? "fine" : tn_error());
  // CHECK: between: 0x
  // CHECK: between: above 60, then {{.*}}, depth 0
  // CHECK: inlined: -3, then {{.*}}, depth 0
  // CHECK: fine
}

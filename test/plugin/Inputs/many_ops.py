# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""many_ops.py KIND N: a C program with N ops in a function: chain, one behind the other; deep, in one expression; output, with
output between them; calls, that stay calls with others between them; loop, in one loop; branches, each in two arms; nest, each in
a loop of its own within the last one's; small, as nest, of small tensors, which become code."""

import sys

kind, count = sys.argv[1], int(sys.argv[2])
print('#include "../../exec/Inputs/show.h"\n#include <tenon.h>')
if kind == "chain":
    print("tn_tensor compute(tn_tensor x) {\n  tn_tensor t0 = x;")
    ops = ["tn_add(t{0}, 0.5f)", "tn_mul(t{0}, 0.25f)", "tn_sub(t{0}, x)", "tn_abs(t{0})", "tn_maximum(t{0}, t{1})"]
    for i in range(count):
        print(f"  tn_tensor t{i + 1} = {ops[i % len(ops)].format(i, max(0, i - 3))};")
    print(f"  return t{count};\n}}")
elif kind in ("output", "calls"):
    print("tn_tensor compute(tn_tensor x) {\n  tn_tensor t = x, u = x;")
    for i in range(count):
        print(f"  t = tn_mul(t, {1 + i % 3 * 0.125}f);")
        print(f'  printf("%d ", {i});' if kind == "output" else "  u = tn_sort(u, 0);")
    print("  return tn_add(t, u);\n}")
elif kind in ("loop", "branches", "nest", "small"):
    ops = ["tn_add({0}, 0.5f)", "tn_mul({0}, 0.25f)", "tn_sub({0}, x)", "tn_abs({0})", "tn_maximum({0}, x)"]
    print("tn_tensor compute(tn_tensor outer) {\n  TN_SCOPE;\n  volatile int n = 3;\n  const int k = n;")
    print("  float *p = tn_data(outer);\n  tn_tensor x = tn_view(p, TN_F32, 10), t = tn_copy(x);" if kind == "small" else
          "  tn_tensor x = outer, t = tn_copy(x);")
    if kind == "loop":
        print("  for (int i = 0; i < k; i++) {\n    TN_SCOPE;\n    tn_tensor u = t;")
    for i in range(count):
        op, other = (ops[(i + j) % len(ops)] for j in (0, 1))
        if kind == "loop":
            print(f"    u = {op.format('u')};")
        elif kind == "branches":
            print(f"  if (k & {1 << i % 20}) t = {op.format(other.format('t'))};\n  else t = {other.format(op.format('t'))};")
        else:
            print(f"  for (int i{i} = 0; i{i} < k - {i}; i{i}++) {{\n    TN_SCOPE;\n    tn_replace(&t, {op.format(other.format('t'))});")
    print("    tn_replace(&t, u);\n  }" if kind == "loop" else "" if kind == "branches" else "}" * count)
    print("  tn_store(x, t);\n  return outer;\n}" if kind == "small" else "  return tn_keep(t);\n}")
else:
    expression = "x"
    for i in range(count):
        # Of macros clang itself, without a plugin, does not bear 1,000 on the stack that it has.
        expression = f"tn_{'neg' if i % 2 else 'abs'}({expression})" if i % 5 else f"tn_mul({expression}, 1.75f)"
    print(f"tn_tensor compute(tn_tensor x) {{\n  return {expression};\n}}")
print("""int main(void) {
  float m[100];
  for (int i = 0; i < 100; i++) m[i] = (float)i * 0.1f - 4;
  show("result", compute(tn_view(m, TN_F32, 100)));
  return 0;
}""")

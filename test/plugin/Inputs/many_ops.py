# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""many_ops.py chain N | deep N | output N | calls N: a C program with N ops in a function one behind the other, in one
expression, with output between them, or of those that stay calls with others between them."""

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

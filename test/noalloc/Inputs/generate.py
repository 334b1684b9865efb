# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a C program of random functions under `noalloc`: views that overlap, values that outlive stores into what they
read, slices of slices, branches and loops. It prints a checksum of all memory after each function.

    generate.py SEED FUNCTIONS > program.c
"""

import random
import sys

MEMORY = 160  # floats that views lie in


class Function:
    def __init__(self, rng, name):
        self.rng, self.name, self.lines, self.count, self.indent = rng, name, [], 0, 1
        self.values = []  # (variable, dims) that this point sees
        self.views = []  # those that may be stored to
        self.live = set()  # names of memory that stores change
        self.numbers = ["0.5f", "-1.25f"]

    def line(self, text):
        self.lines.append("  " * self.indent + text)

    def new(self, expression, dims):
        name = f"t{self.count}"
        self.count += 1
        self.line(f"tn_tensor {name} = {expression};")
        self.values.append((name, dims))
        return name

    def dims(self, most=3):
        rng = self.rng
        while True:
            dims = [rng.choice([1, 2, 3, 4, 5, 8, 12]) for _ in range(rng.randint(0, most))]
            if size(dims) <= 64:
                return dims

    def view(self):
        dims = self.dims()
        while not dims:
            dims = self.dims()
        array = self.rng.choice("ppq")
        offset = self.rng.choice([0, 0, 1, 4, 8, self.rng.randint(0, MEMORY - size(dims))])
        const = self.rng.random() < 0.2
        name = self.new(f"tn_view{'_const' if const else ''}({array} + {offset}, TN_F32, {words(dims)})", dims)
        self.live.add(name)
        if not const:
            self.views.append((name, dims))

    def pick(self):
        return self.rng.choice(self.values[-8:] if self.rng.random() < 0.7 else self.values)

    def fitting(self, dims):
        """A value or number that broadcasts with dims."""
        found = [v for v in self.values if broadcast(v[1], dims) is not None and size(broadcast(v[1], dims)) <= 100]
        if not found or self.rng.random() < 0.2:
            return self.rng.choice(self.numbers), []
        return self.rng.choice(found)

    def statement(self, depth=0):
        rng = self.rng
        kind = rng.choice("uuubbbbrraaaaassssSkkgwmmxcCfzILVVWN" if depth == 0 else "uuubbbbrraasssSkgm" + "VN" * (depth == 1))
        if kind == "u":
            x, dims = self.pick()
            self.new(f"tn_{rng.choice(['neg', 'abs', 'tanh', 'sigmoid', 'square', 'relu', 'floor', 'copy'])}({x})", dims)
        elif kind == "b":
            x, dims = self.pick()
            y, other = self.fitting(dims)
            if rng.random() < 0.2 and y not in self.numbers:
                x, y, dims, other = y, x, other, dims
            self.new(f"tn_{rng.choice(['add', 'sub', 'mul', 'add', 'maximum', 'minimum', 'div'])}({x}, {y})", broadcast(dims, other))
        elif kind == "r":
            x, dims = self.pick()
            axes = sorted(rng.sample(range(len(dims)), rng.randint(0, len(dims))))
            keep = rng.random() < 0.5
            op = rng.choice(["sum", "mean", "reduce_max", "reduce_min", "prod", "var", "any", "all"])
            gone = axes or list(range(len(dims)))
            left = [1 if i in gone else n for i, n in enumerate(dims)] if keep else [n for i, n in enumerate(dims) if i not in gone]
            of = f"tn_greater({x}, {rng.choice(self.numbers)})" if op in ("any", "all") else x
            made = f"tn_{op}{'_keepdims' if keep else ''}({words([of] + axes)})"
            self.new(f"tn_cast({made}, TN_F32)" if of != x else made, left)
        elif kind == "a":
            self.arrangement()
        elif kind in "sS":
            to, dims = rng.choice(self.views)
            found = [v for v in self.values if broadcast(v[1], dims) == dims]
            value = rng.choice(found)[0] if found and rng.random() < 0.9 else rng.choice(self.numbers)
            self.line(f"tn_store({to}, {value});")
        elif kind == "k":
            self.line(f"{rng.choice('pq')}[{rng.randint(0, MEMORY - 1)}] {rng.choice(['=', '+=', '*='])} {rng.choice(self.numbers)};")
        elif kind == "g":
            x, dims = self.pick()
            name = f"f{self.count}"
            self.count += 1
            self.line(f"float {name} = tn_get_flat_f32({x}, {rng.randint(0, size(dims) - 1)});")
            self.numbers.append(name)
        elif kind == "w":
            x, dims = self.pick()
            y, other = self.fitting(dims)
            self.new(f"tn_where(tn_less({x}, {y}), {x}, {y if y in self.numbers else x})",
                     broadcast(dims, other) if y not in self.numbers else dims)
        elif kind == "m":
            pairs = [(x, y) for x in self.values for y in self.values if matmul(x[1], y[1]) is not None]
            if pairs:
                x, y = rng.choice(pairs)
                self.new(f"tn_matmul({x[0]}, {y[0]})", matmul(x[1], y[1]))
        elif kind == "x":
            x, dims = self.pick()
            if dims:
                self.new(f"tn_softmax({x}, {rng.randrange(len(dims))})", dims)
        elif kind == "c":
            x, dims = self.pick()
            if dims and size(dims) <= 40:
                axis = rng.randrange(len(dims))
                self.new(f"tn_concat({axis}, {x}, tn_mul({x}, 2))", dims[:axis] + [2 * dims[axis]] + dims[axis + 1:])
        elif kind == "C":
            to, dims = rng.choice(self.views)
            found = [v for v in self.values if len(v[1]) <= len(dims) and all(n <= m for n, m in zip(v[1], dims[len(dims) - len(v[1]):]))]
            if found:
                x, window = rng.choice(found)
                window = [1] * (len(dims) - len(window)) + window
                starts = [rng.randint(0, n - m) for n, m in zip(dims, window)]
                self.line(f"tn_store_at({words([to, x] + starts)});")
        elif kind == "f":
            to, dims = rng.choice(self.views)
            self.line(f"tn_set({words([to, rng.choice(self.numbers)] + [rng.randrange(n) for n in dims])});")
        elif kind == "z":
            dims = self.dims()
            name = self.new(f"tn_full({words(['TN_F32', rng.choice(self.numbers)] + dims)})", dims)
            if rng.random() < 0.6:
                self.views.append((name, dims))
                self.live.add(name)
        elif kind in "VW":
            self.carried(depth, kind == "W")
        elif kind == "N":
            self.merged(depth)
        elif kind in "IL":
            kept = list(self.values), list(self.views), list(self.numbers)
            self.line("for (int i = 0; i < 3; i++) {" if kind == "L" else f"if ({rng.choice(self.numbers)} < p[{rng.randrange(MEMORY)}]) {{")
            self.indent += 1
            if rng.random() < 0.5:
                self.line("TN_SCOPE;")
            if kind == "L":
                name = self.new("tn_view(p + 8 * i, TN_F32, 2, 8)", [2, 8])
                self.views.append((name, [2, 8]))
                self.live.add(name)
            for _ in range(rng.randint(2, 6)):
                self.statement(1)
            self.indent -= 1
            self.line("}")
            self.values, self.views, self.numbers = kept

    def variable(self, dims=None):
        """A name that holds a value of its own, or a copy of one."""
        rng = self.rng
        found = [v for v in self.values if (dims is None or v[1] == dims) and v not in self.views]
        if found and rng.random() < 0.6:
            x, dims = rng.choice(found)
            expression = f"tn_copy({x})" if x in self.live else x
        else:
            dims = self.dims() if dims is None else dims
            expression = rng.choice([f"tn_zeros({words(['TN_F32'] + dims)})", f"tn_full({words(['TN_F32', rng.choice(self.numbers)] + dims)})"])
        name = f"w{self.count}"
        self.count += 1
        self.line(f"tn_tensor {name} = {expression};")
        return name, dims

    def of_shape(self, dims):
        """An expression of these dims, of values that are seen here."""
        rng = self.rng
        same = [v[0] for v in self.values if v[1] == dims]
        if not same:
            return None
        x = rng.choice(same)
        other, _ = self.fitting(dims)
        if other not in self.numbers and broadcast(dims, dict(self.values)[other]) != dims:
            other = rng.choice(same)
        kinds = [f"tn_mul(tn_add({x}, {other}), 0.5)", f"tn_tanh({x})", f"tn_sub({x}, {other})", f"tn_maximum({x}, {other})"]
        if x not in self.live:
            kinds += [x]
        if dims and dims[-1] > 1:
            kinds += [f"tn_slice_step({x}, -1, TN_END, TN_END, -1)", f"tn_softmax({x}, -1)"]
        if len(dims) == 2 and dims[0] == dims[1]:
            kinds += [f"tn_matmul({x}, {rng.choice(same)})", f"tn_transpose({x})"]
        return rng.choice(kinds)

    def carried(self, depth, is_while):
        """A loop with variables that each turn may give another value."""
        rng = self.rng
        first = self.variable()
        names = [first] + [self.variable(first[1] if rng.random() < 0.6 else None) for _ in range(rng.randint(0, 2))]
        self.values += names
        kept = list(self.values), list(self.views), list(self.numbers)
        i = f"i{self.count}"
        self.count += 1
        if is_while:
            self.line(f"int {i} = 0;")
            self.line(f"while ({i}++ < 4) {{")
        else:
            self.line(f"for (int {i} = 0; {i} < {rng.randint(0, 4)}; {i}++) {{")
        self.indent += 1
        for _ in range(rng.randint(0, 3)):
            self.statement(depth + 1)
        if rng.random() < 0.3:
            self.line(f"if (p[{rng.randrange(MEMORY)}] > {rng.choice(self.numbers)} + {i}) {rng.choice(['break', 'continue'])};")
        if len(names) > 1 and names[0][1] == names[1][1] and rng.random() < 0.4:
            self.line(f"tn_tensor s{self.count} = {names[0][0]}; {names[0][0]} = {names[1][0]}; {names[1][0]} = s{self.count};")
            self.count += 1
        for name, dims in names:
            made = self.of_shape(dims)
            if made and rng.random() < 0.85:
                self.line(f"{name} = {made};")
        self.indent -= 1
        self.line("}")
        self.values, self.views, self.numbers = kept

    def merged(self, depth):
        """A variable that a branch may give another value."""
        rng = self.rng
        name, dims = self.variable()
        self.values.append((name, dims))
        kept = list(self.values), list(self.views), list(self.numbers)
        for head in [f"if (p[{rng.randrange(MEMORY)}] > {rng.choice(self.numbers)}) {{", "} else {"][:rng.randint(1, 2)]:
            self.line(head)
            self.indent += 1
            for _ in range(rng.randint(0, 2)):
                self.statement(depth + 1)
            made = self.of_shape(dims)
            if made:
                self.line(f"{name} = {made};")
            self.indent -= 1
            self.values, self.views, self.numbers = [list(each) for each in kept]
        self.line("}")

    def arrangement(self):
        rng = self.rng
        x, dims = self.pick()
        if not dims:
            return
        axis, n = rng.randrange(len(dims)), 0
        n = dims[axis]
        kind = rng.randrange(6)
        if kind == 0 and len(dims) >= 2:
            self.new(f"tn_transpose({x})", dims[:-2] + [dims[-1], dims[-2]])
        elif kind == 1:
            start = rng.randrange(n)
            stop = rng.randint(start + 1, n)
            self.new(f"tn_slice({x}, {axis}, {start}, {stop})", dims[:axis] + [stop - start] + dims[axis + 1:])
        elif kind == 2:
            self.new(f"tn_slice_step({x}, {axis}, TN_END, TN_END, -1)", dims)
        elif kind == 3:
            self.new(f"tn_select({x}, {axis}, {rng.randint(-n, n - 1)})", dims[:axis] + dims[axis + 1:])
        elif kind == 4:
            new = [size(dims)] if rng.random() < 0.5 else [n, size(dims) // n]
            self.new(f"tn_reshape({words([x] + new)})", new)
        elif len(dims) < 3 and size(dims) <= 30:
            self.new(f"tn_broadcast_to({words([x, 2] + dims)})", [2] + dims)

    def text(self):
        rng = self.rng
        for _ in range(rng.randint(2, 4)):
            self.view()
        while not self.views:
            self.view()
        for _ in range(rng.randint(8, 26)):
            self.statement()
            if rng.random() < 0.1:
                self.view()
        for i, (x, dims) in enumerate(rng.sample(self.values, min(4, len(self.values)))):
            self.line(f"r[{i}] = tn_item_f32(tn_sum({x}));")
        body = "\n".join(self.lines)
        return f"NOALLOC static void {self.name}(float *p, float *q, float *r) {{\n  TN_SCOPE;\n{body}\n}}\n"


def size(dims):
    product = 1
    for n in dims:
        product *= n
    return product


def words(list_of):
    return ", ".join(str(word) for word in list_of)


def broadcast(x, y):
    dims = []
    for i in range(max(len(x), len(y))):
        a, b = (d[-1 - i] if i < len(d) else 1 for d in (x, y))
        if a != b and 1 not in (a, b):
            return None
        dims.insert(0, b if a == 1 else a)
    return dims


def matmul(x, y):
    if not x or not y or x[-1] != (y[0] if len(y) == 1 else y[-2]):
        return None
    batch = broadcast(x[:-2], y[:-2])
    if batch is None or len(batch) > 1:
        return None
    dims = batch + (x[-2:-1] if len(x) > 1 else []) + (y[-1:] if len(y) > 1 else [])
    return dims if size(dims) <= 100 and len(dims) <= 3 else None


def main():
    seed, functions = int(sys.argv[1]), int(sys.argv[2])
    print(f"""/* seed {seed} */
#include <stdio.h>
#include <string.h>
#include <tenon.h>
#define NOALLOC TN_PRAGMA(noalloc) __attribute__((noinline))
static float a[{MEMORY}], b[{MEMORY}], r[4];
""")
    for i in range(functions):
        print(Function(random.Random(seed * 1000003 + i), f"f{i}").text())
    print("""static void show(const char *name) {
  uint64_t hash = 1469598103934665603u;
  const float *all[] = {a, b, r};
  for (int j = 0; j < 3; j++)
    for (int i = 0; i < (int)(j < 2 ? sizeof a : sizeof r) / 4; i++) {
      uint32_t bits = 0x7fc00000;
      if (all[j][i] == all[j][i]) memcpy(&bits, &all[j][i], 4);
      hash = (hash ^ bits) * 1099511628211u;
    }
  printf("%s %016llx %a\\n", name, (unsigned long long)hash, r[0] == r[0] ? (double)r[0] : 999.0);
}
int main(void) {""")
    for i in range(functions):
        print(f"""  for (int i = 0; i < {MEMORY}; i++) a[i] = (float)(i * 37 % 64 - 31) / 16, b[i] = (float)(i * 53 % 100 - 49) / 32;
  f{i}(a, b, r);
#ifdef EAGER
  if (!tn_ok()) return puts(tn_error()), 1;
#endif
  show("f{i}");""")
    print("  return 0;\n}")


main()

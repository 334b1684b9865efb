#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Differential fuzzing of control flow: random functions whose tensors go through branches, loops, switches and jumps must print
the same built without the plugin and with it, at each level, whichever guards fail.

    control.py --clang CLANG --build BUILD --functions 200 --seed 1 [--guards 8] [--keep DIR] [--only N]

run.py generates long expressions with little control flow; here expressions are short. A function is one of two kinds.
*Loose* ones have no scopes within: their variables are assigned as they come and are names for each other's tensors. *Scoped*
ones open a scope in each loop and carry by tn_replace. What differs is saved in --keep, a unit alone; --only N writes
function N of the seed to stdout. The last line is the count.
"""

import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PREAMBLE = '''
#include <stdlib.h>
#include "show.h"
static float a[64], b[64];
static void begin(void) { for (int i = 0; i < 64; i++) a[i] = (float)(i % 11) * 0.25f - 1, b[i] = 1.f / (float)(i + 1); }
__attribute__((noinline)) static void opaque(int i) { a[i & 15] += 0.5f; }
typedef struct node { tn_tensor t; struct node *next; } node;
'''


class Function:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.scoped = self.r.random() < 0.5
        self.lines, self.depth, self.loops, self.counter, self.budget = [], 1, 0, 0, self.r.randint(8, 26)
        self.locals = []  # of the innermost scope, in scoped functions
        self.levels = []

    def line(self, text):
        self.lines.append("  " * self.depth + text)

    def name(self, stem):
        self.counter += 1
        return f"{stem}{self.counter}"

    # -- expressions: m is [n, n], v is [n], d is f64 [n, n]

    def number(self):
        return self.r.choice(["0.5f", "0.25f", "-1.5f", "2", "0", "1", "0.125f", "(float)k", "s", "s * 0.5f", "(float)turns"])

    def m(self, deep=2):
        r = self.r
        leaves = ["x", "y", "z", "w[0]", "w[1]", "w[2]", "va", "vb"] + self.locals
        if self.loops:
            leaves += ["w[turns % 3]", "at->t"]
        if deep == 0 or r.random() < 0.15:
            return r.choice(leaves)
        sub = lambda: self.m(deep - 1)
        form = r.randrange(16)
        if form < 6:
            op = r.choice(["add", "sub", "mul", "maximum", "minimum"])
            return f"tn_{op}({sub()}, {r.choice([sub, sub, self.number, self.v])()})"
        if form < 9:
            return f"tn_{r.choice(['tanh', 'neg', 'abs', 'sigmoid', 'relu', 'square'])}({sub()})"
        if form == 9:
            return f"tn_mul(tn_matmul({sub()}, {r.choice(leaves)}), 0.25f)"
        if form == 10:
            return f"tn_transpose({sub()})"
        if form == 11:
            return f"tn_softmax({sub()}, {r.choice(['0', '1', '-1', 'k & 1'])})"
        if form == 12:
            reduction = r.choice(["mean", "reduce_max", "sum"])
            return f"tn_sub({sub()}, tn_{reduction}_keepdims({sub()}, {r.choice(['0', '1', 'k & 1'])}))"
        if form == 13:
            return f"({self.condition()} ? {sub()} : {sub()})"
        if form == 14:
            return f"tn_slice_step({sub()}, {r.choice(['0', '1'])}, TN_END, TN_END, -1)"
        return f"tn_cast({r.choice(['d', 'tn_mul(d, 0.5)'])}, {r.choice(['TN_F32', 'steps < 0 ? TN_F64 : TN_F32'])})"

    def v(self):
        r = self.r
        return r.choice([f"tn_at({self.m(0)}, {self.index()})", f"tn_sum({self.m(1)}, {r.choice(['0', '1'])})",
                         f"tn_select({self.m(0)}, 1, {self.index()})", "row"])

    def fresh(self, deep=2):
        """An expression that is surely a new tensor."""
        return f"tn_{self.r.choice(['add', 'sub', 'mul'])}({self.m(deep)}, {self.r.choice([self.number(), self.m(1)])})"

    def index(self):
        return self.r.choice(["0", "1", "n - 1", "k", "turns % n"] + (["i % n"] if self.loops else []))

    def read(self):
        r = self.r
        reduction = r.choice(["sum", "mean", "reduce_max", "reduce_min"])
        return r.choice([lambda: f"tn_get_f32({self.m(1)}, {self.index()}, {self.index()})",
                         lambda: f"tn_item_f32(tn_{reduction}({self.m(1)}))",
                         lambda: f"tn_get_f32(row, {self.index()})", lambda: "(float)tn_item(tn_mean(d))"])()

    def condition(self):
        r = self.r
        return r.choice(["k", "k > 1", "turns & 1", "turns % 3 == k", f"s {r.choice('<>')} {r.choice(['0', '0.5f', '2', '-1'])}",
                         f"a[{r.randrange(16)}] > b[{r.randrange(4)}]",
                         f"{self.read()} {r.choice('<>')} {r.choice(['0', '0.5f', '1', 's'])}"])

    # -- statements

    def assign(self, variable, value):
        if self.scoped:
            self.line(f"tn_replace(&{variable}, {value});")
        else:
            self.line(f"{variable} = {value};")

    def statement(self):
        r = self.r
        self.budget -= 1
        if self.loops and r.random() < 0.1:
            self.line("if (++steps > 400) goto out;")
        form = r.randrange(30)
        if form < 8:
            variable = r.choice(["x", "y", "z", f"w[{r.randrange(3)}]"] + ["w[turns % 3]", "w[i % 3]"] * bool(self.loops))
            self.assign(variable, self.fresh() if self.scoped or r.random() < 0.8 else self.m(0))
        elif form == 8:
            self.assign("row", f"tn_mul({self.v()}, {self.number()})")
        elif form == 9:
            self.assign("d", r.choice([f"tn_cast({self.m(1)}, TN_F64)", "tn_tanh(tn_add(d, 0.25))",
                                       f"tn_add(d, tn_cast({self.m(1)}, steps < 0 ? TN_F32 : TN_F64))"]))
        elif form == 10:
            self.line(f"s = {self.read()} * 0.5f + {r.choice(['s * 0.25f', '1', '0'])};")
        elif form == 11:
            self.line(f'printf("%d %a\\n", turns, (double){self.read()});' if r.random() < 0.7 else 'puts("here");')
        elif form == 12:
            self.line(r.choice([f"a[{r.randrange(16)}] = {self.read()};", "b[turns & 15] -= s;", f"opaque({r.randrange(16)});",
                                "turns++;"]))
        elif form == 13:
            self.line(f"tn_store({r.choice(['va', 'vb'])}, {self.m(2)});")
        elif form == 14:
            target = r.choice(["va", "vb", "x", "w[1]"] if self.scoped else ["va", "vb"])
            self.line(f"tn_store_at({target}, {self.v()}, {self.index()});")
        elif form == 15 and not self.scoped:
            u, v = r.sample(["x", "y", "z", "w[0]", "w[2]"], 2)
            self.line(f"{{ tn_tensor t = {u}; {u} = {v}; {v} = t; }}")
        elif form == 16:
            u = self.name("u")
            self.line(f"tn_tensor {u} = {self.fresh()};")
            self.locals.append(u)
        elif form == 17:
            wrong = f"tn_add({self.m(1)}, tn_zeros(TN_F32, n - (turns % 4 == {r.randrange(4)})))"
            if self.scoped:
                tell = 'printf("wrong: %s\\n", tn_error()), tn_clear_error()'
                self.line(f"if (!tn_replace(&{r.choice('xyz')}, {wrong})) {tell};")
            else:
                u = self.name("u")
                self.line(f'tn_tensor {u} = {wrong};')
                self.line(f'if ({u}) {r.choice("xyz")} = {u}; else printf("wrong: %s\\n", tn_error()), tn_clear_error();')
        elif form == 18 and self.loops:
            jump = "break" if self.levels[-1] == "switch" else r.choice(["break", "continue", "continue", "goto out"])
            self.line(f"if ({self.condition()}) {jump};")
        elif form == 19 and self.loops:
            self.line("at = at->next;")
        elif form == 20:
            self.line(f"if ({self.condition()} && {self.condition()}) s += 1; else s *= 0.5f;")
        elif form < 25:
            self.branch()
        else:
            self.loop()

    def block(self, most=4, scope=False):
        outer = list(self.locals)
        if scope and self.scoped:
            self.depth += 1
            self.line("TN_SCOPE;")
            self.depth -= 1
        self.depth += 1
        for _ in range(self.r.randint(1, most)):
            if self.budget > 0:
                self.statement()
        self.depth -= 1
        self.locals = outer

    def branch(self):
        r = self.r
        if r.random() < 0.2:
            self.levels.append("switch")
            self.line(f"switch ({r.choice(['k', 'turns % 3', 'turns & 3'])}) {{")
            for case in range(r.randint(2, 3)):
                self.line(f"case {case}: {{")
                self.block(2)
                self.line("}" if r.random() < 0.3 else "} break;")
            self.line("default: {")
            self.block(2)
            self.line("}")
            self.line("}")
            self.levels.pop()
            return
        self.line(f"if ({self.condition()}) {{")
        self.block(3, r.random() < 0.3)
        if r.random() < 0.6:
            self.line("} else {")
            self.block(3)
        self.line("}")

    def loop(self):
        r = self.r
        if len([l for l in self.levels if l == "loop"]) >= 2:
            return
        self.levels.append("loop")
        self.loops += 1
        form = r.randrange(5)
        if form < 3:
            count = r.choice(["3", "k", "k + 2", "4 - k", "n", "(int)tn_dim(row, 0)", "(int)(tn_item_f32(tn_mean(vb)) * 8)"])
            self.line(f"for (int i = 0; i < {count} && steps < 400; i++, steps++) {{")
        elif form == 3:
            self.line(f"for (int i = 0; steps < 400 && i < 9 && {self.condition()}; i++, steps++) {{")
        else:
            self.line("{ int i = 0; do {")
        self.depth += 1
        self.line("turns++;")
        self.depth -= 1
        self.block(5, True)
        self.line("}" if form < 4 else f"}} while (i++ < 4 && ++steps < 400 && {self.condition()}); }}")
        self.loops -= 1
        self.levels.pop()

    def text(self, name):
        self.line("TN_SCOPE;")
        self.line("tn_tensor va = tn_view(a, TN_F32, n, n), vb = tn_view(b, TN_F32, n, n), x = tn_mul(va, 0.5f), y = tn_copy(vb);")
        self.line("tn_tensor z = tn_zeros(TN_F32, n, n), w[3] = {tn_add(va, vb), tn_copy(va), tn_full(TN_F32, 0.75, n, n)};")
        self.line("tn_tensor row = tn_copy(tn_at(va, 1)), d = tn_cast(va, TN_F64);")
        self.line("node nodes[3] = {{va, &nodes[1]}, {vb, &nodes[2]}, {tn_copy(va), &nodes[0]}}, *at = nodes;")
        self.line("int turns = 0, steps = 0; float s = 0.5f; (void)at;")
        self.depth -= 1
        while self.budget > 0:
            self.block()
            self.locals = []
        self.depth += 1
        self.lines.append("out:")
        for what in ("va", "vb", "x", "y", "z", "w[0]", "w[1]", "w[2]", "row", "d"):
            self.line(f'show("{what}", {what});')
        self.line('show_number("s", s);')
        return f"__attribute__((noinline)) static void {name}(int n, int k) {{\n" + "\n".join(self.lines) + "\n}\n"


def unit(seed, first, count):
    functions = [f"f{first + i}" for i in range(count)]
    bodies = "\n".join(Function(f"{seed}/{first + i}").text(name) for i, name in enumerate(functions))
    calls = "\n".join(f'    {{ TN_SCOPE; begin(); printf("== {name} %d %d\\n", n, k); {name}(n, k); }}' for name in functions)
    loop = f"  for (int c = 0; c < 4; c++) {{\n    const int n = c < 3 ? 5 : 8, k = c;\n{calls}\n  }}\n"
    return f"/* seed {seed} */{PREAMBLE}{bodies}int main(void) {{\n{loop}  return 0;\n}}\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--clang", default="clang-22")
    parser.add_argument("--build", default=str(HERE.parent.parent / "build"))
    parser.add_argument("--functions", type=int, default=100)
    parser.add_argument("--unit", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--guards", type=int, default=8)
    parser.add_argument("--keep")
    parser.add_argument("--only", type=int)
    parser.add_argument("--cflags", default="")
    options = parser.parse_args()
    if options.only is not None:
        print(unit(options.seed, options.only, 1))
        return 0
    root, lib = HERE.parent.parent, pathlib.Path(options.build) / "lib"
    different = launched = 0

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)

        def build(source, name, flags):
            out = folder / name
            command = [options.clang, "-std=gnu11", "-w", "-ffp-contract=off", *flags, *options.cflags.split()]
            command += ["-I", str(root / "headers"), "-I", str(HERE.parent / "exec" / "Inputs"), str(source)]
            command += [str(HERE.parent / "Inputs" / "launches.c"), "-o", str(out), "-L", str(lib), "-ltenon", f"-Wl,-rpath,{lib}"]
            made = subprocess.run(command + ["-lm", "-lpthread"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
            return out if made.returncode == 0 else made.stdout.decode(errors="replace")

        def run(program, **environment):
            result = subprocess.run([str(program)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, env={**os.environ, **environment})
            return result.returncode, result.stdout

        def differences(source):
            """What is wrong with a unit, in words."""
            nonlocal launched
            eager = build(source, "eager", ["-O1"])
            if not isinstance(eager, pathlib.Path):
                sys.exit(f"the generator is wrong: {eager}")
            want = run(eager)
            if want[0]:
                return [f"eager: exit status {want[0]}"]
            found = []

            def compare(what, got):
                if got == want:
                    return
                section = ""
                lines = [output.decode(errors="replace").splitlines() for output in (got[1], want[1])]
                for mine, theirs in zip(*lines):
                    section = theirs if theirs.startswith("==") else section
                    if mine != theirs:
                        found.append(f"{what}: {section}: {mine!r}, not {theirs!r}")
                        return
                found.append(f"{what}: exit status {got[0]}, behind {section}")

            for level, target in ("-O1", ["-march=native"]), ("-O2", []), ("-O3", ["-march=native"]):  # one version of kernels, or all
                unchecked = ["-Wno-tenon-shape", "-Wno-unknown-warning-option"]
                program = build(source, "compiled", [level, *target, f"-fplugin={lib}/tenon.so", *unchecked])
                if not isinstance(program, pathlib.Path):
                    found.append(f"{level}: {program}")
                    continue
                counts = folder / "counts"
                counts.unlink(missing_ok=True)
                compare(level, run(program, TEST_GUARDS_FILE=str(counts)))
                if not counts.exists():
                    continue
                guards, ran = (int(word) for word in counts.read_text().split())
                launched += ran
                if level == "-O2":
                    picker = random.Random(options.seed)
                    for k in sorted(picker.sample(range(1, guards + 1), min(options.guards, guards))):
                        compare(f"TENON_FAIL_GUARD={k}", run(program, TENON_FAIL_GUARD=str(k)))
                    compare("TENON_FAIL_GUARD=all", run(program, TENON_FAIL_GUARD="all"))
            return found

        for first in range(0, options.functions, options.unit):
            source = folder / "unit.c"
            count = min(options.unit, options.functions - first)
            source.write_text(unit(options.seed, first, count))
            if not differences(source):
                continue
            for i in range(first, first + count):  # which of them?
                source.write_text(unit(options.seed, i, 1))
                for wrong in differences(source)[:3]:
                    print(f"seed {options.seed}, function {i}: {wrong}")
                    different += 1
                    if options.keep:
                        pathlib.Path(options.keep).mkdir(parents=True, exist_ok=True)
                        (pathlib.Path(options.keep) / f"control-{options.seed}-{i}.c").write_text(source.read_text())
    print(f"{options.functions} functions, {launched} kernels ran, {different} differences")
    return 1 if different or launched < options.functions else 0


if __name__ == "__main__":
    sys.exit(main())

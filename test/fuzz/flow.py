# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One random function with branches, loops, switches and jumps, called a few times: a Program whose subject is control flow.

Every statement leaves each variable with a tensor that lives as long as the scope in which the variable was declared, so that a
jump may come anywhere:

- In the scope of its declaration a variable may be assigned anything that lives there.
- Further in it becomes what tn_replace makes of it, what tn_keep or tn_keep_in moves out far enough, or another name's tensor that
  lives as long. What is replaced or freed has one name only (an *owner*); what has several is never freed.
- Blocks by tn_scope_begin are left at their end, or behind a tn_scope_end of their own.

Turns are bounded by constants, by arguments and by reads that are masked.
"""

import random

from flow_helpers import Helper
from flow_statements import Statements
from flow_values import Handle, Values


class Flow(Values, Statements):
    def __init__(self, seed, number, most=30):
        self.r = random.Random(f"flow:{seed}:{number}")
        self.which = number
        self.budget = min(self.r.choice([4, 6, 8, 12, 16, 24]), most)
        self.lines, self.top, self.indent, self.counter = [], [], 1, 0
        self.blocks = [[]]  # of C; the handles declared in each
        self.scope = 0  # tensor scopes that are open
        self.marks = {}  # their marks, of those by tn_scope_begin
        self.open = []  # from the outside in: "TN_SCOPE", a mark, "loop" or "switch"
        self.levels = []  # "loop", "switch" or "goto"
        self.counters, self.floats = [], []
        self.stores = 0
        self.helpers, self.functions = [], []

    def line(self, text):
        self.lines.append("  " * self.indent + text)

    def shown(self, h, name):
        """A line that prints it, or makes it be printed at the end."""
        if not self.quiet:
            return f'fz_check("{h.name}", {name});'
        if h.cls in "mrs" and h.dtype == "f32" and self.stores < 12:
            dims = {"m": f", {self.P}, {self.N}", "r": f", {self.N}", "s": ""}[h.cls]
            self.stores += 1
            return f"tn_store(tn_view(o + {64 * (self.stores - 1)}, TN_F32{dims}), {name});"
        return f'fz_number("{h.name}", tn_item(tn_{self.r.choice(["sum", "reduce_max"])}({name})));'

    def declare(self, handle):
        self.blocks[-1].append(handle)
        return handle

    # ---- the whole ------------------------------------------------------------------

    def choose_dims(self):
        """Literals, or arguments; the calls that the program makes."""
        r = self.r
        self.constant, self.empty = self.chance(0.45), False
        self.square = self.chance(0.5)
        if self.constant:
            p = r.choice([1, 2, 3, 4, 4, 5, 8])
            n = p if self.square else r.choice([d for d in (1, 2, 3, 4, 5, 6, 8) if d * p <= 64])
            self.P, self.N, self.capacity = str(p), str(n), 160
            self.calls = [(p, n, k) for k in range(r.choice([1, 3, 4]))]
            return
        self.P, self.N = ("n", "n") if self.square else r.choice([("p", "n"), ("p", "n"), ("2", "n"), ("p", "4")])
        fixed = lambda text, d: d if text in "pn" else int(text)
        some = [(5, 5), (8, 8), (3, 3), (1, 1), (4, 4)] if self.square else [(3, 5), (8, 2), (1, 7), (4, 8), (5, 1)]
        if self.chance(0.12):
            some = [(17, 17), (70, 70), (4, 4)] if self.square else [(17, 33), (64, 130), (2, 300)]
        if self.chance(0.01):
            some = [(400, 400)] if self.square else [(300, 500)]
        if self.chance(0.05):
            self.empty = True
            some.append((0, 0) if self.square else (3, 0))
        self.calls = [(fixed(self.P, p), fixed(self.N, n), r.randrange(5)) for p, n in r.sample(some, min(len(some), r.randint(1, 3)))]
        self.capacity = max(p * n for p, n, _ in self.calls) + 160

    def text(self):
        r = self.r
        self.choose_dims()
        for _ in range(r.choice([0, 0, 1, 1, 2])):
            helper = Helper(r, f"h{self.which}_{len(self.helpers)}")
            self.helpers.append(helper)
            self.top.append(helper.text)
        for _ in range(r.choice([0, 0, 1])):
            self.functions.append(f"f{self.which}_{len(self.functions)}")
            body = r.choice(["return v > 0 ? v * 0.5f : v + 1;", "if (v > 4) return 4; return v - 0.25f;", "return tn_tanhf(v) * 2;",
                             "float r = v; for (int i = 0; i < 3; i++) r = r * 0.5f + v; return r;"])
            self.top.append(f"static float {self.functions[-1]}(float v) {{ {body} }}\n")
        self.style = r.choice(["scoped", "scoped", "loose", "mixed"])
        self.flavour = r.choice(self.FLAVOURS)
        # No handle gets out: what small tensors are is shown by stores and as numbers.
        self.quiet = self.constant and self.chance(0.6)
        self.memory = r.choice(["pointers", "pointers", "static", "local"] if self.capacity < 400 else ["pointers", "static"])
        # With memory that ends behind the last element of the views.
        self.tight = self.memory == "pointers" and self.chance(0.4)
        if self.tight:
            self.capacity = max(max(p * n for p, n, _ in self.calls) + 16, 32)
        self.declare_all()
        variables = list(self.blocks[0])
        while self.budget > 0:
            self.statement()
        self.lines.append(f"out{self.which}:;")
        for h in variables:
            for i in range(h.count or 1):
                name = f"{h.name}[{i}]{h.field}" if h.count else h.name
                self.line(self.shown(h, name))
        self.line('fz_number("s", s);')
        for name, ctype, _, size in self.arrays():
            self.line(f'fz_memory("{name}", {name}, {size}, TN_{"F32" if ctype == "float" else "F64"});')
        return "\n".join(self.top) + self.function() + self.caller()

    def arrays(self):
        """(name, C type, what it is filled with, elements)."""
        return [("a", "float", "n", self.capacity), ("b", "float", "p", self.capacity), ("d", "double", "n", self.capacity)] + \
            [("o", "float", "c", 64 * 12)] * self.quiet

    def filled(self, name, ctype, kind, size):
        return f"fz_fill_{'f32' if ctype == 'float' else 'f64'}({name}, {size}, 7, '{kind}');"

    def function(self):
        parameters = ["int p", "int n", "int k"]
        if self.memory == "pointers":
            restrict = "restrict " if self.chance(0.2) else ""
            parameters += [f"{ctype} *{restrict}{name}" for name, ctype, _, _ in self.arrays()]
        parameters += [f"tn_tensor {name}" for name in self.parameters]
        attribute = self.r.choice(["__attribute__((noinline)) static ", "static ", "static ", ""])
        head = f"{attribute}void run_{self.which}({', '.join(parameters)})"
        return (f"{head};\n" if not attribute else "") + head + " {\n" + "\n".join(self.lines) + "\n}\n\n"

    def caller(self):
        lines = [f"static void program_{self.which}(void) {{"]
        calls = [(str(p), str(n), str(k) if self.constant or self.chance(0.5) else f"(int)fz_n({k})") for p, n, k in self.calls]
        turns = self.constant and len(calls) > 1 and self.chance(0.4)
        for p, n, k in calls[:1] if turns else calls:
            lines.append(f"  for (int k = 0; k < {len(calls)}; k++) {{" if turns else "  {")
            arguments = [p, n, "k" if turns else k]
            if self.memory == "pointers":
                for name, ctype, kind, size in self.arrays():
                    tight = self.tight and not turns
                    array = f"{ctype} *{name} = fz_array({size} * sizeof({ctype}));" if tight else f"static {ctype} {name}[{size}];"
                    lines.append(f"    {array} {self.filled(name, ctype, kind, size)}")
                    arguments.append(name)
            if self.parameters:
                lines.append("    TN_SCOPE;")
                lines.append(f"    static float e[{self.capacity}]; fz_fill_f32(e, {self.capacity}, 5, 'n');")
                shape = f"{p}, {n}"
                for name in self.parameters:
                    seen = self.chance(0.6)
                    arguments.append(f"tn_view(e + {self.r.choice([0, 0, 1, 9])}, TN_F32, {shape})" if seen else f"tn_full(TN_F32, 0.5, {shape})")
            lines.append(f"    run_{self.which}({', '.join(arguments)});")
            lines.append("  }")
        return "\n".join(lines + ["}"]) + "\n"

    def declare_all(self):
        """The variables of the function, in front of everything that may jump."""
        r = self.r
        self.parameters = ["px", "py"][:r.choice([0, 0, 1, 2])]
        if self.memory != "pointers":
            for name, ctype, kind, size in self.arrays():
                self.line(f"{'static ' * (self.memory == 'static')}{ctype} {name}[{size}]; {self.filled(name, ctype, kind, size)}")
        self.line("int turns = 0; float s = 0.5f; (void)p; (void)n;")
        if self.style != "loose" and self.chance(0.5):
            self.line("TN_SCOPE;")
            self.scope = 1
        elif self.style != "loose" and self.chance(0.3):
            self.line("const int64_t mark0 = tn_scope_begin();")  # ends with the caller's
            self.scope = 1
            self.marks[1] = "mark0"
        if self.parameters:
            for name in self.parameters:
                self.declare(Handle(name, "m", "f32", 0, owner=False, fixed=True))
        m, at = f"{self.P}, {self.N}", lambda: self.r.choice(["a", "a + 3", "b", "b + 1", "a + 16"])

        def new(name, cls, dtype, call, **flags):
            self.line(f"tn_tensor {name} = {call};")
            self.declare(Handle(name, cls, dtype, self.scope, **flags))

        new("va", "m", "f32", f"tn_view(a, TN_F32, {m})", owner=False, fixed=True, view=True)
        new("vb", "m", "f32", f"tn_view(b, TN_F32, {m})", owner=False, fixed=True, view=True)
        if self.chance(0.3):
            new("vc", "m", "f32", f"tn_view({at()}, TN_F32, {m})", owner=False, fixed=True, view=True)
        if self.chance(0.4):
            new("vr", "r", "f32", f"tn_view({at()}, TN_F32, {self.N})", owner=False, fixed=True, view=True)
        if self.chance(0.3):
            new("vd", "m", "f64", f"tn_view(d, TN_F64, {m})", owner=False, fixed=True, view=True)
        for name in r.sample(["x", "y", "z"], r.choice([1, 2, 2, 3])):
            new(name, "m", "f32", self.fresh("m", 1), owner=self.style == "scoped" or self.style == "mixed" and self.chance(0.5))
        if self.chance(0.6):
            new("row", "r", "f32", f"tn_copy(tn_at(va, 0))" if self.chance(0.7) else self.made("r", "f32"), owner=self.chance(0.6))
        if self.chance(0.3):
            new("col", "c", "f32", f"tn_sum_keepdims(va, 1)" if self.chance(0.7) else self.made("c", "f32"), owner=self.chance(0.6))
        if self.chance(0.3):
            new("g", "g", "f32", self.made("g", "f32"), owner=self.chance(0.6))
        if self.chance(0.3):
            new("acc", "s", "f32", f"tn_full(TN_F32, {self.r.choice(['0', '0.25'])})", owner=self.chance(0.6))
        if self.chance(0.3):
            new("dd", "m", "f64", f"tn_cast(va, TN_F64)", owner=self.chance(0.6))
        if self.chance(0.2):
            dtype = r.choice(["i32", "i64"])
            new("ii", "m", dtype, f"tn_cast(va, TN_{dtype.upper()})", owner=self.chance(0.6))
        if self.chance(0.35):
            self.line(f"tn_tensor w[3] = {{{', '.join(self.fresh('m', 1) for _ in range(3))}}};")
            self.declare(Handle("w", "m", "f32", self.scope, count=3))
        if self.chance(0.25):
            self.top.append(f"struct net{self.which} {{ int size; struct {{ tn_tensor w, b; }} layer[3]; }};\n")
            layers = ", ".join(f"{{{self.fresh('m', 1)}, {self.made('r', 'f32')}}}" for _ in range(3))
            self.line(f"struct net{self.which} net = {{3, {{{layers}}}}}, *m = &net; (void)m;")
            self.declare(Handle("m->layer" if self.chance(0.6) else "net.layer", "m", "f32", self.scope, count=3, field=".w"))
            self.declare(Handle("m->layer", "r", "f32", self.scope, count=3, field=".b"))
        if self.chance(0.12):
            name = f"kept_{self.which}"
            self.top.append(f"static tn_tensor {name};\n")
            self.line(f"tn_free({name}); {name} = tn_own({self.made('m', 'f32')});")
            self.declare(Handle(name, "m", "f32", -1))

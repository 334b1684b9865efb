# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A C function of tensors with branches and loops in it, for programs of flow.py to call from several places.

    value    static tn_tensor h(tn_tensor x, tn_tensor y, int k, float s)    a tensor of x's shape
    pointer  static void h(tn_tensor *w, tn_tensor y, int k, float s)        changes *w
    number   static float h(tn_tensor x, tn_tensor y, int k, float s)

x and y are of f32 or of f64, y broadcasts to x. A *loose* one assigns its variables, and may return its own argument; a
*scoped* one opens scopes and carries by tn_replace. A loose pointer one assigns to *w, so that it is for variables of the
caller's innermost scope.
"""


class Helper:
    def __init__(self, r, name):
        self.r, self.name = r, name
        self.kind = r.choice(["value", "value", "value", "pointer", "pointer", "number"])
        self.scoped = r.random() < 0.5
        self.fresh = True  # what it returns has no other name
        self.lines, self.indent, self.loops = [], 1, 0
        self.recursive = r.random() < 0.25
        self.attribute = r.choice(["static ", "static ", "static inline ", "static __attribute__((noinline)) "])
        self.write()

    def line(self, text):
        self.lines.append("  " * self.indent + text)

    def pick(self):
        return self.r.choice(["*w", "t", "*w"] if self.kind == "pointer" else ["x", "t", "t"])

    def number(self):
        return self.r.choice(["s", "0.5f", "-0.75f", "(float)k", "2", "s * 0.25f", "1.5f"] + ["i", "0.25f * i"] * bool(self.loops))

    def op(self, deep=2):
        """A new tensor of x's shape."""
        r = self.r
        inner = (lambda: self.op(deep - 1)) if deep and r.random() < 0.6 else self.pick
        form = r.randrange(14)
        if form < 5:
            other = r.choice([self.number, self.number, self.pick, lambda: "y"])()
            return f"tn_{r.choice(['add', 'sub', 'mul', 'maximum', 'minimum'])}({inner()}, {other})"
        if form < 9:
            return f"tn_{r.choice(['tanh', 'sin', 'neg', 'abs', 'sigmoid', 'relu'])}({inner()})"
        if form == 9:
            of = inner()
            return f"tn_sub({of}, tn_{r.choice(['mean', 'reduce_max', 'reduce_min'])}({self.pick()}))"
        if form == 10:
            return f"tn_div({inner()}, tn_add(tn_reduce_max(tn_abs({self.pick()})), 1))"
        if form == 11:
            return f"tn_add(tn_mul({inner()}, 0.5f), tn_mul(y, {self.number()}))"
        if form == 12:
            return f"tn_where(tn_greater({inner()}, {self.number()}), {self.pick()}, {self.number()})"
        return f"tn_clip({inner()}, -2, 2)"

    def condition(self):
        r = self.r
        return r.choice(["k > 0", "k & 1", "k == 2", "s > 0.25f", "s < 1", f"tn_item_f32(tn_mean({self.pick()})) > {r.choice(['0', 's', '-0.5f'])}",
                         f"tn_get_flat_f32({self.pick()}, 0) < {r.choice(['0.5f', 's', '0'])}", f"tn_item(tn_reduce_max({self.pick()})) > 1",
                         f"tn_size({self.pick()}) > 6"] + ["i == 1", "i & 1"] * bool(self.loops))

    def change(self):
        if self.kind == "pointer" and self.r.random() < 0.7:
            self.line(f"tn_replace(w, {self.op()});" if self.scoped else f"*w = {self.op()};")
        else:
            self.line(f"tn_replace(&t, {self.op()});" if self.scoped else f"t = {self.op()};")

    def block(self, most):
        self.indent += 1
        for _ in range(self.r.randint(1, most)):
            self.statement()
        self.indent -= 1

    def leave(self):
        """An early return. What a scope in a loop made cannot get out of two scopes, so that there is none from within."""
        condition = self.condition()
        if self.kind == "pointer":
            self.line(f"if ({condition}) return;")
        elif self.kind == "number":
            self.line(f"if ({condition}) return {self.r.choice(['s', '0.25f', '(float)k'])};")
        elif self.loops and self.scoped:
            return
        elif self.r.random() < 0.35:
            self.fresh = False
            self.line(f"if ({condition}) return x;")
        else:
            self.line(f"if ({condition}) return {f'tn_keep({self.op()})' if self.scoped else self.op()};")

    def statement(self):
        r = self.r
        form = r.randrange(18)
        if form < 7 or self.indent > 3:
            self.change()
        elif form < 10:
            self.line(f"if ({self.condition()}) {{")
            self.block(2)
            if r.random() < 0.5:
                self.line("} else {")
                self.block(2)
            self.line("}")
        elif form < 13 and self.loops < 2:
            self.line(f"for (int i = 0; i < {r.choice(['2', '3', 'k', 'k + 1'])} && i < 4; i++) {{")
            self.loops += 1
            self.indent += 1
            if self.scoped:
                self.line("TN_SCOPE;")
            self.indent -= 1
            self.block(3)
            self.loops -= 1
            self.line("}")
        elif form == 13 and self.loops:
            self.line(f"if ({self.condition()}) {r.choice(['break', 'continue'])};")
        elif form == 14:
            self.line(f"s = fz_bound(tn_item(tn_{r.choice(['mean', 'sum', 'reduce_min'])}({self.pick()}))) * 0.25f;")
        elif form == 15:
            self.line(r.choice(['printf("%d\\n", k);', f'fz_number("of it", tn_item(tn_{r.choice(["mean", "sum"])}({self.pick()})));']))
        elif form == 16:
            self.leave()
        elif not self.scoped and self.kind == "value" and r.random() < 0.5:
            self.fresh = False
            self.line(f"if ({self.condition()}) t = x;")

    def write(self):
        r = self.r
        first = "tn_tensor *w" if self.kind == "pointer" else "tn_tensor x"
        of = "*w" if self.kind == "pointer" else "x"
        result = {"value": "tn_tensor", "pointer": "void", "number": "float"}[self.kind]
        if self.scoped:
            self.line("TN_SCOPE;")
        self.line(f"tn_tensor t = {r.choice([f'tn_mul({of}, s)', f'tn_add({of}, y)', f'tn_tanh({of})', f'tn_sub({of}, 0.5f)'])};")
        for _ in range(r.randint(1, 4)):
            self.statement()
        if self.recursive:
            call = f"{self.name}({'w' if self.kind == 'pointer' else 't'}, y, k - 1, s * 0.5f)"
            if self.kind == "pointer":
                self.line(f"if (k > 0 && k < 5) {call};")
            elif self.kind == "number":
                self.line(f"if (k > 0 && k < 5) s += {call};")
            elif self.scoped:
                self.line(f"if (k > 0 && k < 5) tn_replace(&t, tn_mul({call}, 0.5f));")
            else:
                self.line(f"if (k > 0 && k < 5) t = {call};")
        for _ in range(r.randint(0, 1)):
            self.statement()
        if self.kind == "value":
            self.line("return tn_keep(t);" if self.scoped else f"return {r.choice(['t', self.op()])};")
        elif self.kind == "pointer":
            self.line(f"tn_replace(w, {self.op(1)});" if self.scoped else f"*w = {self.op(1)};")
        else:
            self.line("return fz_bound(tn_item(tn_sum(t)));")
        self.text = f"{self.attribute}{result} {self.name}({first}, tn_tensor y, int k, float s) {{\n" + "\n".join(self.lines) + "\n}\n"

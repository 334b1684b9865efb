# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Expressions of a Flow: what is computed from the handles that are alive.

Shapes go by class, for a dim may be an argument of the function, and handles come and go with scopes:

    m  [p, n]    r  [n]    c  [p, 1]    s  []    g  [some, n], whose first dim changes from turn to turn
"""


class Handle:
    """A variable that holds a tensor, or an array of such (count > 0), or a field of an array of structs (field)."""

    def __init__(self, name, cls, dtype, scope, owner=True, fixed=False, view=False, count=0, field=""):
        self.name, self.cls, self.dtype = name, cls, dtype
        self.scope = scope  # as many scopes were open where it was declared; its tensor lives as long as the innermost of them
        self.owner = owner  # no other name for its tensor: it may be replaced and freed
        self.fixed = fixed  # not assigned
        self.view, self.count, self.field = view, count, field


class Values:
    def chance(self, p):
        return self.r.random() < p

    def name(self, stem):
        self.counter += 1
        return f"{stem}{self.counter}"

    def handles(self, cls=None, dtype="f32", condition=lambda h: True):
        return [h for block in self.blocks for h in block
                if (cls is None or h.cls in cls) and (dtype is None or h.dtype == dtype) and condition(h)]

    def mention(self, h):
        if not h.count:
            return h.name
        which = [str(self.r.randrange(h.count))] * 2 + [f"k % {h.count}"]
        if self.counters:
            which += [f"{self.r.choice(self.counters)} % {h.count}", f"turns % {h.count}"]
        return f"{h.name}[{self.r.choice(which)}]{h.field}"

    def leaf(self, cls, dtype="f32"):
        some = self.handles(cls, dtype)
        if not some:
            return self.made(cls, dtype)
        return self.mention(self.r.choice(some[-4:] if self.chance(0.5) else some))

    def made(self, cls, dtype):
        """Of nothing but numbers. A growing one has one row."""
        dims = {"m": f", {self.P}, {self.N}", "r": f", {self.N}", "c": f", {self.P}, 1", "s": "", "g": f", 1, {self.N}"}[cls]
        name = {"f32": "TN_F32", "f64": "TN_F64", "i32": "TN_I32", "i64": "TN_I64", "bool": "TN_BOOL"}[dtype]
        value = self.number() if dtype in ("f32", "f64") else self.r.choice(["1", "0", "k & 1"] + ["3", "k"] * (dtype != "bool"))
        return f"tn_full({name}, {value}{dims})" if self.chance(0.8) else f"tn_zeros({name}{dims})"

    # ---- numbers ------------------------------------------------------------------

    def number(self):
        r = self.r
        some = ["0.5f", "0.25f", "-1.5f", "2", "0", "1", "0.125f", "-0.75", "(float)k", "s", "s * 0.5f", "(float)turns"]
        some += self.floats[-3:] * 2
        if self.counters:
            some += [f"0.25f * {r.choice(self.counters)}", f"(float){r.choice(self.counters)}"]
        if self.chance(0.05):
            return f"fz_v({r.choice(['0.5', '-1', '2'])})"
        return r.choice(some)

    def index(self, extent):
        r = self.r
        if self.empty:  # and no remainder of 0
            return r.choice(["0", "-1", "k"])
        some = ["0", "0", "-1", f"{extent} - 1", f"k % {extent}", f"turns % {extent}"]
        if self.counters:
            some += [f"{r.choice(self.counters)} % {extent}"] * 2
            some += [r.choice(self.counters)] * (self.constant or self.chance(0.1))
        if self.chance(0.04):
            some = ["k", extent, f"-{extent} - 1"]  # may be out of range
        return r.choice(some)

    def read(self, deep=1):
        """A double or float, NaN and anything large included."""
        r = self.r
        form = r.randrange(9)
        if form < 3:
            return f"tn_get_f32({self.value('m', deep)}, {self.index(self.P)}, {self.index(self.N)})"
        if form < 5:
            return f"tn_item{r.choice(['_f32', ''])}({self.value('s', deep)})"
        if form == 5:
            return f"tn_get_flat{r.choice(['_f32', ''])}({self.value(r.choice('mrcg'), 0)}, {r.choice(['0', '0', 'k & 1', '1'])})"
        if form == 6:
            return f"tn_get_f32({self.value('r', deep)}, {self.index(self.N)})"
        if form == 7 and self.handles("m", "f64"):
            return self.read_wide()
        return f"fz_far_sum({self.leaf('m')})" if self.chance(0.2) else f"tn_get_f32({self.leaf('m')}, {self.index(self.P)}, {self.index(self.N)})"

    def read_wide(self):
        """A double, of a tensor of f64."""
        x = self.value("m", self.r.randrange(2), "f64")
        how = self.r.choice(["mean", "sum", "reduce_max", "get", "get_flat"])
        if how == "get":
            return f"tn_get({x}, {self.index(self.P)}, {self.index(self.N)})"
        return f"tn_get_flat({x}, 0)" if how == "get_flat" else f"tn_item(tn_{how}({x}))"

    def bounded(self, deep=1):
        return f"fz_bound({self.read(deep)})"

    def small(self, most):
        """An int from 0 to most, which is 1, 3 or 7."""
        r = self.r
        some = [f"(int){self.bounded()} & {most}", f"k & {most}", f"turns & {most}", f"(int)tn_item_i64(tn_argmax({self.value('r', 0)}, 0)) & {most}",
                f"(int)tn_item_i64(tn_sum(tn_greater({self.value('r', 0)}, {self.number()}))) & {most}",
                f"(int)tn_dim({self.leaf('g')}, 0) & {most}"]
        return r.choice(some[:3] if self.chance(0.5) else some)

    def condition(self):
        r = self.r
        some = ["k", "k > 1", "k & 1", "turns & 1", "turns % 3 == k", f"s {r.choice('<>')} {r.choice(['0', '0.5f', '2', '-1'])}",
                f"a[{r.randrange(16)}] > b[{r.randrange(4)}]", f"tn_size({self.leaf('m')}) > {r.choice(['4', '6', '1'])}"]
        if self.counters:
            i = r.choice(self.counters)
            some += [f"{i} == {r.randrange(3)}", f"{i} & 1", f"{i} > k", f"{i} == 0"]
        form = r.random()
        if form < 0.45:
            some = [f"{self.read()} {r.choice(['<', '>', '<=', '>='])} {r.choice(['0', '0.5f', '1', 's', '-0.25f'])}"]
        elif form < 0.5:
            some = [f"({self.condition()}) {r.choice(['&&', '||'])} ({self.condition()})"]
        elif form < 0.53:
            some = ["tn_ok()", f"tn_dim({self.leaf('g')}, 0) > 2", f"!({self.condition()})", f"{self.leaf('m')} == {self.leaf('m')}"]
        return r.choice(some)

    # ---- tensors ------------------------------------------------------------------

    def value(self, cls, deep=2, dtype="f32"):
        """Of this class; a name, or new."""
        if deep <= 0 or self.chance(0.2):
            return self.leaf(cls, dtype)
        if self.chance(0.05) and dtype == "f32":
            return f"({self.condition()} ? {self.value(cls, deep - 1)} : {self.value(cls, deep - 1)})"
        return self.fresh(cls, deep, dtype)

    def beside(self, cls, deep):
        """An operand beside one of this class, that broadcasts to it."""
        r = self.r
        others = {"m": "mmmrcs", "r": "rrs", "c": "ccs", "s": "s", "g": "rrs"}[cls]
        return self.number() if self.chance(0.35) else self.value(r.choice(others), deep)

    def fresh(self, cls, deep=2, dtype="f32"):
        """A new tensor, which has no name yet."""
        if dtype != "f32":
            return self.other_dtype(cls, deep, dtype)
        r, sub = self.r, (lambda c=cls: self.value(c, deep - 1))
        form = r.randrange(24)
        if form < 7:
            x, y = sub(), self.beside(cls, deep - 1)
            if self.chance(0.25):
                x, y = y, x
            return f"tn_{r.choice(['add', 'sub', 'mul', 'add', 'sub', 'maximum', 'minimum'])}({x}, {y})"
        if form < 11:
            return f"tn_{r.choice(['tanh', 'neg', 'abs', 'sigmoid', 'relu', 'sin', 'tanh', 'floor', 'gelu'])}({sub()})"
        if form == 11:
            return self.calm(sub(), cls)
        if form == 12:
            return f"tn_where(tn_{r.choice(['greater', 'less', 'equal'])}({sub()}, {self.beside(cls, 0)}), {sub()}, {self.number()})"
        if form == 13:
            return f"tn_clip({sub()}, {r.choice(['-1', '-s', '-0.5f'])}, {r.choice(['1', '2', '0.75f'])})"
        if form == 14:
            there = r.choice(["TN_F64", "TN_I32", "TN_I64"])
            return f"tn_cast(tn_{r.choice(['floor', 'neg', 'abs'])}(tn_cast(tn_clip({sub()}, -9, 9), {there})), TN_F32)"
        if form == 15:
            return f"tn_copy({sub()})"
        if form == 16 and self.functions:
            return f"tn_map({r.choice(self.functions)}, {sub()})"
        if form == 17 and self.chance(0.6):
            return f"fz_far({self.leaf(cls)})" if self.chance(0.3) else f"fz_near({sub()}, {self.number()})"
        if form == 18 and self.helpers and cls == "m":
            some = [h for h in self.helpers if h.kind == "value" and h.fresh]
            if some:
                return f"{r.choice(some).name}({sub()}, {self.beside_tensor()}, {r.choice(['k', '1', '2', 'turns & 3'])}, {self.number()})"
        return getattr(self, f"fresh_{cls}")(deep)

    def beside_tensor(self):
        return self.value(self.r.choice("mrcs"), 0)

    def calm(self, x, cls):
        """Something bounded."""
        r = self.r
        axis = {"m": r.choice(["0", "1", "-1"]), "r": "0", "c": "0", "s": None, "g": r.choice(["1", "-1"])}[cls]
        some = [f"tn_tanh({x})", f"tn_clip({x}, -2, 2)", f"tn_div({x}, tn_add(tn_reduce_max(tn_abs({self.leaf(cls)})), 1))"]
        if axis:
            some += [f"tn_softmax({x}, {axis})"] * 2
        return r.choice(some)

    def fresh_m(self, deep):
        r, sub = self.r, (lambda c: self.value(c, deep - 1))
        form = r.randrange(13)
        if form < 2:
            a, b, c = sub("m"), self.leaf("m"), self.leaf("m")
            if self.square:
                return f"tn_mul(tn_matmul({a}, {b}), 0.25f)"
            return f"tn_mul(tn_matmul(tn_matmul({a}, tn_transpose({b})), {c}), 0.125f)"
        if form == 2:
            return f"tn_transpose({sub('m')})" if self.square else f"tn_transpose(tn_neg(tn_transpose({sub('m')})))"
        if form == 3:
            op = r.choice(["mean", "reduce_max", "sum"])
            return f"tn_sub({sub('m')}, tn_{op}_keepdims({sub('m')}, {r.choice(['0', '1', '-1'] + ['k & 1'] * self.square)}))"
        if form == 4:
            return f"tn_slice_step({sub('m')}, {r.choice(['0', '1', '-1', 'k & 1'])}, TN_END, TN_END, -1)"
        if form == 5:  # rolled by a row
            x = self.leaf("m")
            return f"tn_concat(0, tn_slice({x}, 0, 1, TN_END), tn_slice({x}, 0, 0, 1))"
        if form == 6:
            return f"tn_reshape({r.choice(['tn_neg', 'tn_abs', ''])}(tn_reshape({sub('m')}, -1)), {self.P}, {self.N})"
        if form == 7:
            return f"tn_broadcast_to({sub(r.choice('rcs'))}, {self.P}, {self.N})"
        if form == 8:
            return f"tn_mul({sub('c')}, {sub('r')})"
        if form == 9:
            return f"tn_sort({sub('m')}, {r.choice(['0', '1', '-1'])})"
        if form == 10:
            return self.made("m", "f32")
        if form == 11 and self.handles("m", "f64"):
            return f"tn_cast({self.value('m', 1, 'f64')}, {r.choice(['TN_F32', 'TN_F32', 'k > 9 ? TN_F64 : TN_F32'])})"
        return self.calm(sub("m"), "m")

    def fresh_r(self, deep):
        r, sub = self.r, (lambda c: self.value(c, deep - 1))
        form = r.randrange(9)
        if form < 3:
            return f"tn_at({sub('m')}, {self.index(self.P)})"
        if form < 5:
            return f"tn_{r.choice(['sum', 'mean', 'reduce_max', 'sum', 'var'])}({sub(r.choice('mmg'))}, 0)"
        if form == 5:
            return f"tn_select({sub('m')}, 0, {self.index(self.P)})"
        if form == 6 and self.square:
            return r.choice([f"tn_matmul({sub('m')}, {sub('r')})", f"tn_select({sub('m')}, 1, {self.index(self.N)})", f"tn_sum({sub('m')}, k & 1)"])
        if form == 7:
            return f"tn_matmul({sub('r')}, tn_matmul(tn_transpose({self.leaf('m')}), {self.leaf('m')}))"
        return f"tn_slice_step({sub('r')}, 0, TN_END, TN_END, -1)"

    def fresh_c(self, deep):
        r, sub = self.r, (lambda c: self.value(c, deep - 1))
        form = r.randrange(4)
        if form < 2:
            return f"tn_{r.choice(['sum', 'mean', 'reduce_max', 'reduce_min'])}_keepdims({sub('m')}, {r.choice(['1', '-1'])})"
        if form == 2:
            return f"tn_slice({sub('m')}, 1, 0, 1)"
        return f"tn_reshape(tn_matmul({sub('m')}, {sub('r')}), {self.P}, 1)"

    def fresh_s(self, deep):
        r, sub = self.r, (lambda c: self.value(c, deep - 1))
        form = r.randrange(5)
        if form < 3:
            return f"tn_{r.choice(['sum', 'mean', 'reduce_max', 'reduce_min', 'sum'])}({sub(r.choice('mmrcg'))})"
        if form == 3:
            return f"tn_matmul({sub('r')}, {sub('r')})"
        return f"tn_at({sub('r')}, {self.index(self.N)})"

    def fresh_g(self, deep):
        """Of the rows of another, or with one more."""
        r = self.r
        form = r.randrange(6)
        g = self.leaf("g")
        if form < 3:
            more = f"tn_concat(0, {g}, tn_reshape({self.value('r', deep - 1)}, 1, {self.N}))"
            return f"tn_slice({more}, 0, {r.choice(['-4', '-3', '-5', '0'])}, TN_END)"
        if form == 3:
            return f"tn_slice({g}, 0, {r.choice(['1', '-2', 'k'])}, TN_END)"
        if form == 4:
            return f"tn_concat(0, tn_slice({g}, 0, -2, TN_END), tn_slice({self.value('m', deep - 1)}, 0, 0, 1))"
        return f"tn_slice({self.value('m', deep - 1)}, 0, 0, {r.choice(['1', '2', 'k + 1', 'turns & 3'])})"

    def other_dtype(self, cls, deep, dtype):
        r = self.r
        x = self.leaf(cls, dtype)
        if dtype == "f64":
            return r.choice([f"tn_tanh(tn_add({x}, 0.25))", f"tn_add({x}, tn_cast({self.value(cls, deep - 1)}, TN_F64))",
                             f"tn_mul({x}, {self.number()})",
                             f"tn_cast({self.value(cls, deep - 1)}, TN_F64)", f"tn_softmax({x}, -1)"])
        if dtype == "bool":
            return f"tn_{r.choice(['greater', 'less', 'not_equal'])}({self.value(cls, deep - 1)}, {self.number()})"
        name = {"i32": "TN_I32", "i64": "TN_I64"}[dtype]
        return r.choice([f"tn_add({x}, {r.choice(['1', 'k', '-2'])})", f"tn_minimum(tn_maximum(tn_mul({x}, {r.choice(['3', '-1', 'k'])}), -99), 99)",
                         f"tn_sub(tn_div({x}, 2), {x})", f"tn_cast(tn_clip({self.value(cls, deep - 1)}, -9, 9), {name})"])

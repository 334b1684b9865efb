# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Statements of a Flow. Which variable may become what, and what may end: flow.py."""

from flow_values import Handle

LOOPS_AT_MOST = 3  # one in another


class Statements:
    def statement(self):
        self.budget -= 1
        kinds = [k for k, _ in self.TABLE]
        weights = [w * (4 + 8 * (w <= 1) if k in self.flavour else 1) for k, w in self.TABLE]
        for _ in range(20):
            if getattr(self, self.r.choices(kinds, weights)[0])() is not None:
                return

    TABLE = [("assign", 18), ("local", 6), ("scalar", 4), ("show", 4), ("plain_store", 4), ("store", 4), ("store_at", 3), ("set", 2), ("overlap", 1), ("stencil", 2),
             ("swap", 1), ("ping_pong", 0.6), ("free", 1), ("old", 1), ("wrong", 1.2), ("errors", 0.6), ("helper", 4), ("leave", 2.5),
             ("stack_memory", 0.8), ("ring", 0.4),
             ("branch", 8), ("switch", 2), ("loop", 9), ("scope_block", 1.5), ("manual_scope", 1.2), ("again", 0.6), ("turn", 1)]

    # What a program is about: these kinds are tried several times as often.
    FLAVOURS = [(), (), ("assign", "swap", "ping_pong", "old", "loop"), ("store", "store_at", "set", "overlap", "stencil", "plain_store"),
                ("leave", "switch", "again", "manual_scope", "branch"), ("wrong", "errors", "leave"), ("helper",),
                ("scope_block", "manual_scope", "old", "free", "local"), ("scalar", "show", "set", "plain_store")]

    # ---- handles --------------------------------------------------------------------

    def assign(self):
        some = self.handles(None, None, lambda h: not h.fixed)
        if not some:
            return None
        h = self.r.choice(some)
        new = lambda: self.calm(self.fresh(h.cls, 1), h.cls) if h.dtype == "f32" and self.chance(0.35) else self.fresh(h.cls, 2, h.dtype)
        w, c, ways = self.mention(h), self.scope, []
        if h.owner:
            ways += ["replace"] * 3
            if h.scope == c:
                ways += ["plain"] * 3 + ["free first"]
        else:
            if h.scope == c:
                ways += ["plain"] * 5
            ways += ["alias"]
        if h.scope == c - 1:
            ways += ["keep"] * 2
        if h.scope >= 0 and h.scope < c and h.scope in self.marks:
            ways += ["keep in"] * 2
        if h.scope == -1:
            ways = ["replace", "replace", "own"]
        way = self.r.choice(ways)
        if way == "replace":
            text = f"tn_replace(&{w}, {new()})"
            if self.chance(0.08):
                text = f"if (!{text}) fz_error()"
            self.line(text + ";")
        elif way == "plain":
            self.line(f"{w} = {new()};")
        elif way == "free first":
            u = self.name("u")
            self.line(f"{{ tn_tensor {u} = {new()}; tn_free({w}); {w} = {u}; }}")
        elif way == "keep":
            self.line(f"{w} = tn_keep({new()});")
        elif way == "keep in":
            self.line(f"{w} = tn_keep_in({self.marks[h.scope]}, {new()});")
        elif way == "own":
            u = self.name("u")
            self.line(f"{{ tn_tensor {u} = {new()}; tn_free({w}); {w} = tn_own({u}); }}")
        else:
            others = self.handles((h.cls,), h.dtype, lambda o: not o.owner and o.scope <= h.scope and o is not h)
            if not others:
                return None
            self.line(f"{w} = {self.mention(self.r.choice(others))};")
        return True

    def local(self):
        """A name in this block."""
        cls = self.r.choice("mmmmrrcsg")
        dtype = "f32" if cls != "m" or self.chance(0.85) else self.r.choice(["f64", "bool"])
        u = self.name("u")
        self.line(f"tn_tensor {u} = {self.fresh(cls, 2, dtype)};")
        self.declare(Handle(u, cls, dtype, self.scope, owner=True, fixed=True))
        return True

    def mine(self, condition=lambda h: True):
        """A local of this block, with one name."""
        some = [h for h in self.blocks[-1] if h.name[0] == "u" and h.owner and condition(h)]
        return self.r.choice(some) if some else None

    def free(self):
        h = self.mine()
        if not h:
            return None
        self.line(f"tn_free({h.name});")
        self.blocks[-1].remove(h)
        return True

    def swap(self):
        some = self.handles(None, None, lambda h: not h.fixed and h.scope >= 0)
        pairs = [(g, h) for g in some for h in some if (g is not h or g.count > 1) and
                 (g.cls, g.dtype, g.scope, g.owner) == (h.cls, h.dtype, h.scope, h.owner)]
        if not pairs:
            mine = self.mine()
            some = self.handles((mine.cls,), mine.dtype, lambda h: not h.fixed and h.owner and h.scope >= 0) if mine else []
            if not some:
                return None
            h = self.r.choice(some)  # moved there, or copied if it is of a scope further out
            self.line(f"tn_replace(&{self.mention(h)}, {mine.name});")
            if mine in self.blocks[-1]:
                self.blocks[-1].remove(mine)
            return True
        g, h = self.r.choice(pairs)
        u = self.name("u")
        first, second = self.mention(g), self.mention(h)
        self.line(f"{{ tn_tensor {u} = {first}; {first} = {second}; {second} = {u}; }}")
        return True

    def ping_pong(self):
        """Two that take turns."""
        some = self.handles(("m",), "f32", lambda h: not h.fixed and h.owner and not h.count and h.scope >= 0)
        pairs = [(g, h) for g in some for h in some if g is not h and g.scope == h.scope]
        if not pairs or self.levels.count("loop") >= LOOPS_AT_MOST:
            return None
        g, h = self.r.choice(pairs)
        i, u = self.name("i"), self.name("u")
        self.line(f"for (int {i} = 0; {i} < {self.r.choice(['2', '3', 'k', '5'])}; {i}++) {{")
        if self.style != "loose" and self.chance(0.6):
            self.line("  TN_SCOPE;")
        f = self.r.choice([f"tn_tanh({g.name})", f"tn_add(tn_mul({g.name}, 0.5f), {h.name})", f"tn_slice_step({g.name}, 0, TN_END, TN_END, -1)",
                           f"tn_sub({g.name}, tn_mean_keepdims({g.name}, 0))"])
        self.line(f"  {self.r.choice([f'tn_replace(&{h.name}, {f})', f'tn_store({h.name}, {f})'])};")
        if self.chance(0.3):
            self.line(f"  if ({self.condition()}) continue;")
        self.line(f"  tn_tensor {u} = {g.name}; {g.name} = {h.name}; {h.name} = {u};")
        self.line("}")
        return True

    def old(self):
        """What a variable was stays readable in this scope, if the variable is of one further out."""
        some = self.handles(("m",), "f32", lambda h: not h.fixed and h.owner and 0 <= h.scope < self.scope)
        if not some:
            return None
        h = self.r.choice(some)
        w, old = self.mention(h), self.name("old")
        if self.chance(0.25):  # by its address
            self.line(f"const float *{old} = tn_data_const({w});")
            self.line(f"int64_t {old}n = {old} ? tn_size({w}) : 0;")
            self.line(f"tn_replace(&{w}, {self.fresh('m', 1)});")
            self.line(f"if ({old}n) s = fz_bound({old}[{old}n - 1]);")
            return True
        self.line(f"tn_tensor {old} = {w};")
        self.line(f"tn_replace(&{w}, {self.fresh('m', 1)});")
        self.line(self.r.choice([f"s = fz_bound(tn_item(tn_reduce_max(tn_abs(tn_sub({w}, {old})))));", self.shown(h, old),
                                 f"tn_replace(&{w}, tn_add({w}, tn_mul({old}, 0.5f)));"]))
        return True

    def helper(self):
        if not self.helpers:
            return None
        r, helper = self.r, self.r.choice(self.helpers)
        # What is by the pointer is replaced further in: no other operand names it.
        y = self.fresh(r.choice("mrcs"), 1) if helper.kind == "pointer" else self.beside_tensor()
        if helper.kind != "pointer" and self.handles("m", "f64") and self.chance(0.25):
            call = f"{helper.name}({self.value('m', 1, 'f64')}, tn_cast({y}, TN_F64), {self.small(3)}, {self.number()})"
            self.line(f'fz_number("wide", {call if helper.kind == "number" else f"tn_item(tn_sum({call}))"});')
            return True
        rest = f"{y}, {r.choice(['k', '1', '2', 'turns & 3'])}, {self.number()}"
        if helper.kind == "number":
            self.line(f"s = fz_bound({helper.name}({self.value('m', 1)}, {rest}));")
        elif helper.kind == "pointer":
            some = self.handles(("m",), "f32", lambda h: not h.fixed and (h.owner if helper.scoped else h.scope == self.scope))
            if not some:
                return None
            self.line(f"{helper.name}(&{self.mention(r.choice(some))}, {rest});")
        else:
            self.line(f"tn_tensor {self.name('u')} = {helper.name}({self.value('m', 1)}, {rest});")
            if helper.fresh:
                self.declare(Handle(f"u{self.counter}", "m", "f32", self.scope, fixed=True))
            else:
                self.line(f"s = {self.r.choice(['', '0.5f * '])}fz_bound(tn_item(tn_mean(u{self.counter})));")
        return True

    # ---- stores and reads ----------------------------------------------------------------

    def scalar(self):
        if self.chance(0.4) and len(self.floats) < 6:
            name = self.name("q")
            self.line(f"float {name} = {self.bounded()};")
            self.floats.append(name)
        else:
            self.line(f"s = {self.bounded()} {self.r.choice(['* 0.5f', '* 0.25f + 1', '- s * 0.5f', ''])};")
        return True

    def show(self):
        way = self.r.randrange(8)
        if way == 7 and self.handles("m", "f64"):
            self.line(f'fz_number("wide", {self.read_wide()});')
        elif way < 3:
            self.line(f'printf("%d %a\\n", turns, (double){self.bounded()});')
        elif way == 3:
            self.line('puts("here");')
        elif way == 4:
            self.line(f'fz_number("read", {self.read()});')
        elif way == 5:
            cls = self.r.choice("mrcg")
            self.line(self.shown(Handle("value", cls, "f32", 0), self.value(cls, 1)))
        else:
            self.line(f'printf("%d %a\\n", turns, (double)s);')
        return True

    def turn(self):
        self.line("turns++;")
        return True

    def plain_store(self):
        r = self.r
        at = r.choice([str(r.randrange(16)), "turns & 15"] + [f"{i} & 15" for i in self.counters[-1:]])
        self.line(r.choice([f"{r.choice('ab')}[{at}] = {self.bounded()};", f"{r.choice('ab')}[{at}] += s;", f"d[{at}] = s;",
                            f"fz_touch(a, {r.choice(['16', '3'])});",
                            f"for (int j = 0; j < 8; j++) a[j] = b[j] * 0.5f{r.choice([' + s', ''])};", f"memmove(a + 2, b, 8 * sizeof *a);"]))
        return True

    def writable(self, cls="m", dtype="f32"):
        some = self.handles(cls, dtype, lambda h: h.view or not h.fixed or h.name[0] == "u")
        return self.r.choice(some) if some else None

    def store(self):
        cls, dtype = self.r.choice([("m", "f32"), ("m", "f32"), ("m", "f64"), ("r", "f32")])
        h = self.writable(cls, dtype)
        if not h:
            return None
        x = self.fresh(cls, 2, dtype) if dtype == "f64" or self.chance(0.7) else self.beside(cls, 1)
        if dtype == "f32" and self.chance(0.3):
            x = self.calm(x, cls) if x.startswith("tn_") else x
        self.line(f"tn_store({self.mention(h)}, {x});")
        return True

    def store_at(self):
        h = self.writable("m")
        if not h:
            return None
        r = self.r
        way = r.randrange(4)
        if way < 2:
            self.line(f"tn_store_at({self.mention(h)}, {self.value('r', 1)}, {self.index(self.P)});")
        elif way == 2:
            self.line(f"tn_store_at({self.mention(h)}, {self.value('c', 1)}, 0, {self.index(self.N)});")
        else:
            self.line(f"tn_store_at({self.mention(h)}, tn_slice({self.value('m', 1)}, 0, 1, TN_END), 0);")
        return True

    def set(self):
        h = self.writable(self.r.choice("mmr"))
        if not h:
            return None
        index = f"{self.index(self.P)}, {self.index(self.N)}" if h.cls == "m" else self.index(self.N)
        value = self.r.choice([self.number(), self.bounded()])
        self.line(f"tn_set({self.mention(h)}, {value}, {index});")
        return True

    def overlap(self):
        """A value that reads what it is stored into, some elements further on."""
        h = self.writable("m")
        if not h:
            return None
        w, r = self.mention(h), self.r
        self.line(r.choice([f"tn_store({w}, tn_slice_step({w}, {r.choice(['0', '1'])}, TN_END, TN_END, -1));",
                            f"tn_store_at({w}, tn_slice({w}, 0, 0, -1), 1);", f"tn_store_at({w}, tn_slice({w}, 0, 1, TN_END), 0);",
                            f"tn_store(tn_view(a + 1, TN_F32, {self.P}, {self.N}), tn_add(va, {self.number()}));",
                            f"tn_store(va, tn_mul(tn_view(a + 2, TN_F32, {self.P}, {self.N}), {self.number()}));",
                            f"tn_store({w}, tn_transpose({w}));" if self.square else f"tn_store({w}, tn_sub({w}, tn_mean_keepdims({w}, 0)));"]))
        return True

    def stencil(self):
        """Windows of one size, combined, and stored to a third; perhaps with a number read of them first."""
        h = self.writable("m")
        if not h:
            return None
        w, r, n = self.mention(h), self.r, self.name("n")
        rows, columns = r.choice(["-1", "-2"]), r.choice(["-1", "-2", "TN_END"])

        def window():
            i = r.randrange(-int(rows) + 1)
            j = 0 if columns == "TN_END" else r.randrange(-int(columns) + 1)
            ends = [end if end != "0" else "TN_END" for end in (str(i + int(rows)), columns if columns == "TN_END" else str(j + int(columns)))]
            source = w if r.random() < 0.8 else self.leaf("m")
            return f"tn_window({source}, {i}, {ends[0]}, {j}, {ends[1]})", i, j
        (x, i, j), (y, _, _) = window(), window()
        self.line("{")
        self.line(f"  tn_tensor {n} = tn_{r.choice(['add', 'sub', 'maximum'])}(tn_mul({x}, {r.choice(['0.5f', '-0.25f'])}), {y});")
        if self.chance(0.6):
            self.line(f"  s += fz_bound(tn_item(tn_{r.choice(['reduce_max', 'reduce_min', 'sum'])}({r.choice([n, f'tn_abs({n})'])})));")
        if self.chance(0.15):
            self.line(f"  s += fz_bound(tn_item(tn_sum({self.leaf('m')})));")
        self.line(f"  tn_store_at({w}, {n}, {r.choice([i, 0, 0])}, {j if columns != 'TN_END' else 0});")
        self.line("}")
        return True

    def stack_memory(self):
        if not self.N.isdigit():
            return None
        m, u = self.name("m"), self.name("u")
        self.line(f"tn_tensor {u} = NULL;")
        self.line("{")
        self.line(f"  float {m}[{self.N}]; for (int j = 0; j < {self.N}; j++) {m}[j] = j * 0.25f - s;")
        self.line(f"  {u} = tn_{self.r.choice(['add', 'mul'])}({self.leaf('m')}, tn_view({m}, TN_F32, {self.N}));")
        if self.chance(0.4):
            self.line(f"  {m}[0] = 100;")
        self.line("}")
        self.declare(Handle(u, "m", "f32", self.scope, fixed=True))
        return True

    def ring(self):
        """A list of handles that is walked."""
        if self.levels:
            return None
        q = self.name("ring")
        self.line(f"struct {{ tn_tensor t; int next; }} {q}[3] = {{{{va, 1}}, {{vb, 2}}, {{{self.fresh('m', 1)}, 0}}}}; int {q}_at = 0;")
        self.line(f"for (int j = 0; j < {self.r.choice(['4', 'k', '5'])}; j++) {{")
        self.line(f"  s = fz_bound(tn_item(tn_sum({q}[{q}_at].t))) * 0.5f;")
        if self.chance(0.5):
            self.line(f"  {q}[{q}_at].t = tn_tanh({q}[{q}[{q}_at].next].t);")
        self.line(f"  {q}_at = {q}[{q}_at].next;")
        self.line("}")
        return True

    # ---- errors ------------------------------------------------------------------------

    def wrong(self):
        """A value that is an error in some turns or arms."""
        r = self.r
        x = self.leaf("m")
        text = r.choice([f"tn_add({x}, tn_zeros(TN_F32, {self.N} + 1 + (turns % 4 == {r.randrange(4)})))",
                         f"tn_add({x}, tn_zeros(TN_F32, {self.N} + (turns % 3 == {r.randrange(3)}) * 9))", f"tn_sum({x}, k)", f"tn_at({x}, turns)",
                         f"tn_mul({x}, tn_cast({x}, k > {r.randrange(4)} ? TN_F32 : TN_F64))",
                         f"tn_sub({x}, k == {r.randrange(3)} ? NULL : {self.leaf('m')})"])
        some = self.handles(("m",), "f32", lambda h: not h.fixed and h.owner)
        if some and self.chance(0.4):
            self.line(f"{'if (!' * (flag := self.chance(0.5))}tn_replace(&{self.mention(r.choice(some))}, tn_copy({text})){') fz_error()' * flag};")
            return True
        u = self.name("e")
        self.line(f"tn_tensor {u} = {text};")
        after = r.randrange(4)
        if after == 0:
            self.line(self.shown(Handle(u, "m", "f32", 0), u))
        elif after == 1:
            self.line(f"s = fz_bound(tn_item(tn_mean(tn_tanh({u}))));")
        elif after == 2:
            self.line(f"if ({u}) s += 1; else fz_error();")
        else:
            self.line(f"tn_store(va, tn_broadcast_to({u}, {self.P}, {self.N}));")
        return True

    def errors(self):
        self.line(self.r.choice(["fz_error();", "if (!tn_ok()) { puts(\"not ok\"); fz_error(); }",
                                 "printf(\"%d\\n\", tn_ok());", "tn_clear_error();"]))
        return True

    # ---- blocks ------------------------------------------------------------------------

    def block(self, most, scope=None, first=()):
        """Statements between the braces that the caller writes. scope: by TN_SCOPE or not; None: by the style."""
        if scope is None:
            scope = self.chance({"scoped": 0.85, "loose": 0, "mixed": 0.4}[self.style])
        self.blocks.append([])
        kept = list(self.floats)
        self.indent += 1
        for text in first:
            self.line(text)
        if scope:
            self.line("TN_SCOPE;")
            self.scope += 1
            self.open.append("TN_SCOPE")
        for _ in range(self.r.randint(1, most)):
            if self.budget > 0:
                self.statement()
        if scope:
            self.scope -= 1
            self.open.pop()
        self.indent -= 1
        self.floats = kept
        self.blocks.pop()

    def branch(self):
        self.line(f"if ({self.condition()}) {{")
        self.block(3, self.chance(0.15) and self.style != "loose")
        while self.chance(0.2):
            self.line(f"}} else if ({self.condition()}) {{")
            self.block(2, False)
        if self.chance(0.5):
            self.line("} else {")
            self.block(3, self.chance(0.15) and self.style != "loose")
        self.line("}")
        return True

    def switch(self):
        self.levels.append("switch")
        self.open.append("switch")
        self.line(f"switch ({self.r.choice(['k', 'turns % 3', 'turns & 3', self.small(3)])}) {{")
        for case in self.r.sample(range(4), self.r.randint(2, 3)):
            self.line(f"case {case}: {{")
            self.block(2, False)
            self.line("}" if self.chance(0.35) else "} break;")
        if self.chance(0.7):
            self.line("default: {")
            self.block(2, False)
            self.line("}")
        self.line("}")
        self.open.pop()
        self.levels.pop()
        return True

    def loop(self):
        r = self.r
        if self.levels.count("loop") >= LOOPS_AT_MOST:
            return None
        inner = self.levels.count("loop")
        i = self.name("i")
        form = r.randrange(6)
        counts = [str(r.choice([2, 3, 4]))] * 3 + ["k", "k + 1", "4 - k", f"({self.small(3)})"]
        if not inner:
            counts += [str(r.choice([5, 8, 12])), f"({self.small(7)})"] + [self.P] * (self.capacity < 300)
        count = r.choice(counts)
        kept = len(self.counters)
        self.counters.append(i)
        self.levels.append("loop")
        end = "}"
        if form < 3:
            head, first = f"for (int {i} = 0; {i} < {count}; {i}++) {{", ()
        elif form == 3:
            self.counters.pop()
            stop = self.condition()
            self.counters.append(i)
            head, first = f"for (int {i} = 0; {i} < {r.choice(['4', '6', 'k + 2'])} && ({stop}); {i}++) {{", ()
        elif form == 4:
            self.counters.pop()
            stop = self.condition()
            self.counters.append(i)
            self.line(f"int {i} = 0;")
            head, first = f"while ({i}++ < {r.choice(['3', '5', 'k'])} && ({stop})) {{", ()
        else:
            self.line(f"int {i} = 0;")
            head, first = "do {", ()
            end = None
        self.line(head)
        self.open.append("loop")
        self.block(5, first=["turns++;"] if self.chance(0.6) else [])
        self.open.pop()
        self.counters = self.counters[:kept]
        self.levels.pop()
        if end is None:
            end = f"}} while (++{i} < {r.choice(['3', '4', 'k'])} && ({self.condition()}));"
        self.line(end)
        return True

    def scope_block(self):
        if self.style == "loose" and self.chance(0.6):
            return None
        self.line("{")
        self.block(4, True)
        self.line("}")
        return True

    def manual_scope(self):
        mark = self.name("mark")
        self.line("{")
        self.line(f"  const int64_t {mark} = tn_scope_begin();")
        self.scope += 1
        self.marks[self.scope] = mark
        self.open.append(mark)
        self.block(4, False)
        self.open.pop()
        del self.marks[self.scope]
        self.scope -= 1
        self.line(f"  tn_scope_end({mark});")
        self.line("}")
        return True

    def leave(self):
        """A jump out of blocks. A scope by hand that no other one closes is ended before it."""
        r = self.r
        ways = ["return"] * (not self.levels or self.chance(0.3)) + ["goto"] * (self.chance(0.4) and bool(self.levels))
        ways += ["break"] * (2 * ("loop" in self.levels or "switch" in self.levels)) + ["continue"] * (3 * ("loop" in self.levels))
        if not ways:
            return None
        way = r.choice(ways)
        if way == "return" and len(self.blocks) == 1 and self.chance(0.7):
            return None
        left = []  # the scopes that are open within what is left, outermost first
        for entry in reversed(self.open):
            if way == "break" and entry in ("loop", "switch") or way == "continue" and entry == "loop":
                break
            if entry not in ("loop", "switch"):
                left.insert(0, entry)
        end = ""
        if any(entry != "TN_SCOPE" for entry in left) and (left[0] != "TN_SCOPE" or self.chance(0.3)):
            if left[0] == "TN_SCOPE" or "TN_SCOPE" in left:
                return None  # its end would find it closed
            end = f"tn_scope_end({left[0]}); "
        what = ""
        if way == "return":
            h = r.choice(self.handles())
            what = 'puts("left"); ' if self.chance(0.3) else self.shown(h, self.mention(h)) + " "
        jump = f"goto out{self.which}" if way == "goto" else way
        self.line(f"if ({self.condition()}) {{ {what}{end}{jump}; }}")
        return True

    def again(self):
        """A loop by goto, backwards."""
        if self.levels.count("loop") >= 2:
            return None
        i, label = self.name("i"), self.name(f"again{self.which}_")
        self.line(f"int {i} = 0;")
        self.line(f"{label}:;")
        self.line("{")
        self.levels.append("goto")
        self.block(4)
        self.levels.pop()
        self.line("}")
        self.line(f"if (++{i} < {self.r.choice(['2', '3', '4'])} && ({self.condition()})) goto {label};")
        return True

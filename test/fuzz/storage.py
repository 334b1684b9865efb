# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Statements of a Program: arrays and views of them, elements read and written, stores, handles in memory."""

from values import C_TYPE, DTYPE, FLOATS, INTEGERS, Array, Tensor, broadcast, size_of


class Storage:
    def add_array(self, dtype, n, kind):
        name = self.name("A")
        ctype = C_TYPE[dtype]
        if self.chance(0.5) or n > 400000:
            self.line(f"static {ctype} {name}_memory[{n + 1}]; {ctype} *{name} = {name}_memory;")
        else:
            self.line(f"{ctype} *{name} = fz_array({n} * sizeof({ctype}));")
        self.line(f"fz_fill_{dtype}({name}, {n}, {self.r.randrange(1, 10000)}, '{kind}');")
        array = Array(name, dtype, n)
        self.arrays.append(array)
        return array

    def array_mag(self, kind):
        return {"b": 1e6, "i": 10.0, "p": 4.0, "S": 1e30, "s": 3.0, "d": 1e-37}.get(kind, 2.0)

    def view(self, array, shape, mag=3.0, positive=False):
        n = size_of(shape)
        if n > array.n:
            return None
        slack = array.n - n
        offset = self.r.choice([0, 0, slack, self.r.randint(0, slack), min(slack, 1)])
        where = array.name if offset == 0 else f"{array.name} + {offset}"
        if shape and self.chance(0.12):
            return self.strided_view(array, shape, mag, positive)
        const = self.chance(0.1)
        dims = (", " + self.numbers(shape)) if shape else ""
        return self.define(f"tn_view{'_const' if const else ''}({where}, {DTYPE[array.dtype]}{dims})", array.dtype, shape, mag,
                           positive, writable=not const, view=True)

    def strided_view(self, array, shape, mag, positive):
        """Axes in another order, turned around, with gaps, or repeated."""
        order = list(range(len(shape)))
        self.r.shuffle(order)
        strides, step, start, repeats = [0] * len(shape), 1, 0, False
        for a in order:
            way = self.r.random()
            if way < 0.15:
                repeats = True
                continue
            gap = 2 if way > 0.85 else 1
            strides[a] = step * gap
            if self.chance(0.2) and shape[a] > 0:
                start += strides[a] * (shape[a] - 1)
                strides[a] = -strides[a]
            step *= max(shape[a], 1) * gap
        if size_of(shape) == 0:
            start = 0
        last = start + sum(max(s, 0) * (d - 1) for s, d in zip(strides, shape) if d > 0)
        if last >= array.n:
            return None
        rank = len(shape)
        dims = ", ".join(map(str, shape))
        steps = ", ".join(map(str, strides))
        return self.define(f"tn_view_strided({array.name} + {start}, {DTYPE[array.dtype]}, {rank}, (const int64_t[]){{{dims}}}, "
                           f"(const int64_t[]){{{steps}}})", array.dtype, shape, mag, positive, writable=not repeats, view=True)

    def add_scalar(self, ctype, text):
        name = self.name("s")
        self.line(f"{ctype} {name} = {text};")
        self.scalars[-1].append((name, ctype))
        return name

    def read(self):
        computed = self.chance(0.8)
        t = self.pick(condition=lambda t: t.size > 0 and not (computed and t.view))
        if not t:
            return None
        flat = self.r.choice([0, t.size - 1, self.r.randrange(t.size), 1 % t.size])
        form, ctype = self.r.choice([("", "double"), ("_f32", "float"), ("_f32", "float"), ("_i64", "int64_t")])
        if t.dtype == "f64" and form == "_f32":
            form, ctype = "", "double"
        if t.size == 1 and self.chance(0.6):
            text = f"tn_item{form}({t.name})"
        elif t.shape and self.chance(0.4):
            index = [self.r.randrange(-d, d) for d in t.shape]
            text = f"tn_get{form}({t.name}, {', '.join(map(str, index))})"
        else:
            text = f"tn_get_flat{form}({t.name}, {flat if self.chance(0.8) else f'fz_n({flat})'})"
        if ctype == "int64_t":
            text = f"({text} & 15)"
        elif self.chance(0.75):
            text, ctype = f"fz_bound({text})", "float"
        return self.add_scalar(ctype, text)

    def read_and_use(self):
        """An op, elements of its result, arithmetic on them, an op that takes the number and the result."""
        if not self.r.choice([self.binary, self.unary, self.expression, self.map])():
            return None
        t = self.blocks[-1][-1] if self.blocks[-1] else None
        if not t or t.dtype != "f32" or t.size == 0:
            return None
        reads = [self.r.choice([f"tn_get_flat_f32({t.name}, {self.r.randrange(t.size)})",
                                f"(float)tn_get_flat({t.name}, fz_n({self.r.randrange(t.size)}))"]
                               + ([f"tn_get_f32({t.name}, {', '.join(str(self.r.randrange(-d, d)) for d in t.shape)})"]
                                  if t.shape else [])) for _ in range(self.r.randint(1, 3))]
        s = self.add_scalar("float", f"fz_bound({self.r.choice([' + ', ' * ', ' - ']).join(reads)})")
        if self.chance(0.2):
            return True
        return self.define(f"tn_{self.r.choice(['add', 'mul', 'sub', 'maximum'])}({t.name}, {s})", "f32", t.shape, t.mag * 8)

    def arithmetic(self):
        some = [s for block in self.scalars for s in block]
        if not some:
            return None
        s, ctype = self.r.choice(some)
        u = self.r.choice([x[0] for x in some if x[1] == ctype])
        if ctype == "int64_t":
            return self.add_scalar(ctype, self.r.choice([f"({s} + {u}) & 31", f"{s} ^ 5", f"{s} > 3 ? {u} : 1"]))
        other = "float" if ctype == "double" and self.chance(0.4) else ctype
        return self.add_scalar(other, self.r.choice([
            f"{s} * 0.5f + {u}", f"{s} - {u} * 0.25f", f"{s} > {u} ? {s} : 0.5f * {u}", f"fz_bound({s} * {u})",
            f"{s} / ({u} * {u} + 1)", f"tanhf({s})", f"fabsf({s}) + 0.5f", f"tn_sigmoidf({s} + {u})",
            f"sqrtf(fabsf({s}))"]))

    def load(self):
        a = self.r.choice(self.arrays)
        if a.n == 0 or a.dtype in INTEGERS:
            return None
        return self.add_scalar(C_TYPE[a.dtype], f"fz_bound({a.name}[{self.r.randrange(a.n)}])")

    def plain_store(self):
        a = self.r.choice(self.arrays)
        if a.n == 0:
            return None
        i = self.r.choice([0, a.n - 1, self.r.randrange(a.n)])
        value = self.scalar(a.dtype)
        way = self.r.random()
        if way < 0.6:
            self.line(f"{a.name}[{i}] = {value};")
        elif way < 0.75 and a.dtype in FLOATS:
            self.line(f"{a.name}[{i}] += {value};")
        elif way < 0.9:
            low = self.r.randint(0, a.n)
            high = min(a.n, low + self.r.choice([3, 17, 100]))
            self.line(f"for (int i = {low}; i < {high}; i++) {a.name}[i] = {value};")
        elif a.dtype == "f32":
            self.line(f"fz_touch({a.name}, {a.n});")
        else:
            return None
        return True

    def store(self):
        t = self.pick(condition=lambda t: t.writable)
        if not t:
            return None
        u = self.pick((t.dtype,), lambda u: broadcast(u.shape, t.shape) == t.shape)
        if not u or self.chance(0.1):
            self.line(f"tn_store({t.name}, {self.scalar(t.dtype)});")
            return True
        if self.chance(0.4) and t.dtype in FLOATS:
            text = self.r.choice([f"tn_mul({u.name}, {self.scalar()})", f"tn_tanh({u.name})", f"tn_add({u.name}, {t.name})",
                                  f"tn_sub({u.name}, tn_mean({u.name}))"])
            self.line(f"tn_store({t.name}, {text});")
        else:
            self.line(f"tn_store({t.name}, {u.name});")
        t.mag, t.positive = t.mag + u.mag, False
        return True

    def overlapping_store(self):
        """What is stored reads the same memory, a few elements further on or with other strides."""
        a = self.r.choice([a for a in self.arrays if a.dtype == "f32"])
        shape = self.base if size_of(self.base) < a.n else (max(a.n // 2, 1),)
        n = size_of(shape)
        if n >= a.n or not shape:
            return None
        first = self.r.randint(0, a.n - n)
        second = min(max(first + self.r.choice([-8, -3, -1, 0, 1, 2, 5, 16]), 0), a.n - n)
        if len(shape) > 1 and self.chance(0.5):
            # The same elements in another order of axes, each distance of neighbours its own.
            first = second
            order, strides, step = list(range(len(shape))), [0] * len(shape), 1
            self.r.shuffle(order)
            for axis in order:
                strides[axis] = step
                step *= max(shape[axis], 1)
            other = (f"tn_view_strided({a.name} + {first}, TN_F32, {len(shape)}, (int64_t[]){{{self.numbers(shape)}}}, "
                     f"(int64_t[]){{{', '.join(map(str, strides))}}})")
        else:
            other = f"tn_view({a.name} + {first}, TN_F32, {self.numbers(shape)})"
        x = self.define(other, "f32", shape, 3.0, writable=True, view=True)
        y = self.define(f"tn_view({a.name} + {second}, TN_F32, {self.numbers(shape)})", "f32", shape, 3.0, writable=True,
                        view=True)
        if self.chance(0.3):
            x, y = y, x
        if not x or not y:
            return None
        u, _, _, _ = self.partner(y)
        text = self.r.choice([
            f"tn_add({x.name}, 1)", f"tn_mul({x.name}, tn_add({y.name}, 0.5f))", f"tn_tanh(tn_sub({y.name}, {x.name}))",
            f"tn_sub({x.name}, tn_mean({x.name}))", f"tn_mul(tn_softmax({x.name}, -1), {y.name})", f"tn_maximum({x.name}, {u})",
            f"tn_sub({x.name}, tn_reduce_max({y.name}))", x.name])
        self.line(f"tn_store({y.name}, {text});")
        return True

    def store_at(self):
        t = self.pick(condition=lambda t: t.writable and len(t.shape) > 0 and t.size > 0)
        if not t:
            return None
        u = self.pick((t.dtype,), lambda u: len(u.shape) <= len(t.shape) and
                      all(x <= y for x, y in zip(reversed(u.shape), reversed(t.shape))))
        if not u:
            return None
        shape = (1,) * (len(t.shape) - len(u.shape)) + u.shape
        starts = [self.r.randint(0, d - w) for w, d in zip(shape, t.shape)]
        self.line(f"tn_store_at({t.name}, {u.name}, {', '.join(map(str, starts))});")
        t.mag, t.positive = max(t.mag, u.mag), False
        return True

    def set(self):
        t = self.pick(FLOATS + INTEGERS, condition=lambda t: t.writable and t.size > 0)
        if not t:
            return None
        index = "".join(f", {self.r.randrange(-d, d)}" for d in t.shape)
        value = self.scalar(t.dtype)
        if not index:
            self.line(f"tn_store({t.name}, {value});")
        else:
            self.line(f"tn_set({t.name}, {value}{index});")
        t.positive = False
        return True

    def expose(self):
        t = self.pick(("f32",), lambda t: t.writable and not t.view and t.size > 0)
        if not t:
            return None
        name = self.name("p")
        self.line(f"float *{name} = tn_data({t.name});")
        i = self.r.randrange(t.size)
        self.line(f"if ({name} && tn_size({t.name}) > {i}) {name}[{i}] = {self.scalar()};")
        return True

    def look(self):
        """Elements by address. What is behind it may change by a later store only."""
        t = self.pick(("f32",), lambda t: t.size > 0 and len(t.shape) > 0)
        if not t:
            return None
        name, i = self.name("p"), self.r.randrange(t.size)
        self.line(f"const float *{name} = tn_data_const({t.name});")
        if not t.view:
            self.add_scalar("float", f"fz_bound({name} && tn_size({t.name}) > {i} ? {name}[{i}] : 0)")
        return True

    def stack_view(self):
        """A view of memory that ends with its block; what was computed from it lives on."""
        t = self.pick(("f32",), lambda t: len(t.shape) > 0 and 0 < t.shape[-1] < 300)
        if not t:
            return None
        name, memory, n = self.name("k"), self.name("m"), t.shape[-1]
        self.line(f"tn_tensor {name} = NULL;")
        self.line("{")
        self.line(f"  float {memory}[{n}];")
        self.line(f"  for (int i = 0; i < {n}; i++) {memory}[i] = i * 0.25f - {self.scalar()};")
        op = self.r.choice(["add", "mul", "sub", "maximum"])
        self.line(f"  {name} = tn_{op}({t.name}, tn_view({memory}, TN_F32, {n}));")
        if self.chance(0.4):
            self.line(f"  {memory}[{self.r.randrange(n)}] = 100;")
        self.line("}")
        self.blocks[-1].append(Tensor(name, "f32", t.shape, t.mag * 8))
        return True

    def heap_view(self):
        t = self.pick(("f32",), lambda t: len(t.shape) > 0 and t.size > 0)
        if not t:
            return None
        name, memory = self.name("t"), self.name("m")
        n = t.shape[-1]
        self.line(f"float *{memory} = malloc({n} * sizeof(float)); for (int i = 0; i < {n}; i++) {memory}[i] = 1.0f / (i + 1);")
        self.line(f"tn_tensor {name} = tn_{self.r.choice(['add', 'mul', 'div'])}({t.name}, tn_view({memory}, TN_F32, {n}));")
        if self.chance(0.5):
            self.line(f"memset({memory}, 0, {n} * sizeof(float));")
        self.line(f"free({memory});")
        self.blocks[-1].append(Tensor(name, "f32", t.shape, t.mag * 4))
        return True

    def move_memory(self):
        some = [a for a in self.arrays if a.n > 4]
        if not some:
            return None
        a = self.r.choice(some)
        n = self.r.randint(1, a.n // 2)
        self.line(self.r.choice([f"memset({a.name} + {a.n - n}, 0, {n} * sizeof *{a.name});",
                                 f"memmove({a.name}, {a.name} + {a.n - n}, {n} * sizeof *{a.name});",
                                 f"*(volatile {C_TYPE[a.dtype]} *)&{a.name}[{n}] = 2;",
                                 f"{{ volatile {C_TYPE[a.dtype]} *v = {a.name}; v[0] = v[{n}]; }}"]))
        return True

    def show(self):
        t = self.pick(condition=lambda t: t.size < 40)
        if not t:
            return None
        self.line(f"tn_print({t.name}); fflush(stdout);")
        return True

    def through_memory(self):
        """Handles in arrays, structs and by address."""
        t, u = self.pick(("f32",)), self.pick(("f32",))
        if not t:
            return None
        way = self.r.randrange(3)
        name = self.name("h")
        if way == 0:
            self.line(f"tn_tensor {name}[2] = {{{t.name}, {u.name}}};")
            return self.define(f"tn_sin({name}[{self.r.randrange(2)} & fz_n(1) & 0])", "f32", t.shape, 1.0)
        if way == 1:
            self.line(f"struct {{ int n; tn_tensor t; }} {name} = {{3, {t.name}}};")
            self.line(f"{name}.t = tn_mul({name}.t, {name}.n);")
            return self.define(f"tn_tanh({name}.t)", "f32", t.shape, 1.0)
        self.line(f"tn_tensor {name} = NULL; fz_into({t.name}, &{name});")
        return self.define(f"tn_add({name}, {t.name})", "f32", t.shape, t.mag)

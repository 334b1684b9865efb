# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One random program: a C function of well-typed tensor calls with C code between them.

A Program knows dtype and shape of every handle that it declares, so that what it
writes is right unless it means to be wrong (deliberate errors hide their dims from
the compiler). One statement is one line, so that reduce.py can take lines out.

Over 300 lines, for it is one vocabulary: a method a kind of statement, and at the
end the table that says how often each is tried.
"""

import random

FLOATS = ("f32", "f64")
INTEGERS = ("i32", "i64")
C_TYPE = {"f32": "float", "f64": "double", "i32": "int32_t", "i64": "int64_t"}
DTYPE = {"f32": "TN_F32", "f64": "TN_F64", "i32": "TN_I32", "i64": "TN_I64", "bool": "TN_BOOL"}
BYTES = {"f32": 4, "f64": 8, "i32": 4, "i64": 8, "bool": 1}

# Around the widths of vectors, lanes and blocks, and a few plain ones.
DIMS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 16, 17, 20, 31, 32, 33, 37, 48, 63, 64, 65, 100, 127, 128, 129, 191, 255, 257]
LONG_DIMS = [320, 511, 513, 1000, 2047, 4095, 4096, 4097, 4160, 4161, 8191, 8192, 8193, 12289, 16385]
HUGE = 140000  # threads wake

UNARY_SAFE = ["neg", "abs", "sin", "cos", "tanh", "erf", "sigmoid", "relu", "silu", "gelu", "floor", "ceil", "round"]
UNARY_GROWING = ["square", "exp", "expm1"]
UNARY_POSITIVE = ["sqrt", "rsqrt", "log", "log1p"]
COMPARISONS = ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]


def size_of(shape):
    n = 1
    for d in shape:
        n *= d
    return n


def broadcast(a, b):
    """The shape of both together, None if they do not broadcast."""
    out = []
    for i in range(1, max(len(a), len(b)) + 1):
        x = a[-i] if i <= len(a) else 1
        y = b[-i] if i <= len(b) else 1
        if x != y and x != 1 and y != 1:
            return None
        out.append(y if x == 1 else x)
    return tuple(reversed(out))


class Tensor:
    def __init__(self, name, dtype, shape, mag=2.0, positive=False, writable=False, replaceable=False, view=False):
        self.name, self.dtype, self.shape = name, dtype, tuple(shape)
        self.mag, self.positive = mag, positive  # about the largest magnitude; nothing below 0
        self.writable, self.replaceable, self.view = writable, replaceable, view

    @property
    def size(self):
        return size_of(self.shape)


class Array:
    def __init__(self, name, dtype, n):
        self.name, self.dtype, self.n = name, dtype, n


class Program:
    def __init__(self, seed, number, most=30):
        self.r = random.Random(f"{seed}:{number}")
        self.number, self.most = number, most  # statements at most
        self.lines, self.top = [], []  # the body, and declarations before the function
        self.indent = 1
        self.counter = 0
        self.arrays, self.blocks, self.scalars = [], [[]], [[]]
        self.checks = 0
        self.depth_loops = 0
        self.in_error = False

    # ---- small things -------------------------------------------------------------

    def chance(self, p):
        return self.r.random() < p

    def name(self, stem):
        self.counter += 1
        return f"{stem}{self.counter}"

    def line(self, text):
        self.lines.append("  " * self.indent + text)

    def tensors(self):
        return [t for block in self.blocks for t in block]

    def pick(self, dtype=None, condition=lambda t: True):
        """A live tensor, rather a recent one."""
        some = [t for t in self.tensors() if (dtype is None or t.dtype in dtype) and condition(t)]
        if not some:
            return None
        if self.chance(self.recent):
            return self.r.choice(some[-3:])
        return self.r.choice(some)

    def define(self, call, dtype, shape, mag=2.0, positive=False, **flags):
        if size_of(shape) > self.limit:
            return None
        name = self.name("t")
        self.line(f"tn_tensor {name} = {call};")
        t = Tensor(name, dtype, shape, min(mag, 1e30), positive, **flags)
        self.blocks[-1].append(t)
        return t

    def numbers(self, shape):
        """Dims as arguments: literals, or numbers that no compiler knows."""
        return ", ".join(f"fz_n({d})" if self.chance(0.15) else str(d) for d in shape)

    def literal(self, dtype="f32"):
        if dtype in INTEGERS:
            return self.r.choice(["0", "1", "2", "3", "-1", "7", "-5"])
        return self.r.choice(["0.5f", "2.0f", "-1.25f", "0.1", "3", "1e-3f", "-0.75", "1.0f", "2", "0.3f", "-1", "0.0", "-0.0f"])

    def scalar(self, dtype="f32"):
        """Something to stand for a number operand of this dtype."""
        some = [s for block in self.scalars for s in block if (s[1] == "int64_t") == (dtype in INTEGERS)]
        if some and self.chance(0.6):
            return self.r.choice(some[-3:])[0]
        if self.chance(0.1) and dtype in FLOATS:
            return f"fz_v({self.literal()})" if self.chance(0.5) else f"(float)fz_v({self.literal()})"
        return self.literal(dtype)

    def axis(self, t):
        a = self.r.randrange(len(t.shape))
        return a, (a - len(t.shape) if self.chance(0.4) else a)

    # ---- memory ---------------------------------------------------------------------

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

    def related_shape(self):
        """A shape that broadcasts with the program's own one, mostly."""
        base, way = self.base, self.r.random()
        if way < 0.55 or not base:
            return base
        if way < 0.7:
            return base[self.r.randrange(len(base)):]
        if way < 0.9:
            return tuple(1 if self.chance(0.4) else d for d in base)
        if way < 0.93:
            return ()
        return tuple(reversed(base))

    def choose_base(self):
        way = self.r.random()
        if way < 0.03:
            self.limit = 400000
            return self.r.choice([(HUGE,), (70, 2049), (3, 5, 9000), (2100, 65), (33, 4099)])
        self.limit = 40000
        if way < 0.2:
            return (self.r.choice(DIMS + LONG_DIMS + [self.r.randint(1, 300)]),)
        if way < 0.23:
            return ()
        rank = self.r.choice([1, 2, 2, 2, 2, 3, 3, 4, 5])
        while True:
            dims = [self.r.randint(1, 70) if self.chance(0.3) else self.r.choice(DIMS if self.chance(0.5) else DIMS[:10])
                    for _ in range(rank)]
            if rank <= 2 and self.chance(0.1):
                dims[self.r.randrange(rank)] = self.r.choice(LONG_DIMS)
            if self.chance(0.03):
                dims[self.r.randrange(rank)] = 0
            if size_of(dims) <= 13000:
                return tuple(dims)

    # ---- statements: elementwise -------------------------------------------------------

    def unary(self):
        t = self.pick(FLOATS + INTEGERS if self.chance(0.2) else FLOATS)
        if not t:
            return None
        if t.dtype in INTEGERS:
            op = self.r.choice(["neg", "abs", "relu", "floor"])
            return self.define(f"tn_{op}({t.name})", t.dtype, t.shape, t.mag, op != "neg")
        kinds = list(UNARY_SAFE)
        if t.mag < 8 or self.chance(0.05):
            kinds += UNARY_GROWING * 2
        if t.positive or self.chance(0.1):
            kinds += UNARY_POSITIVE * 2
        op = self.r.choice(kinds)
        mag, positive = t.mag, False
        if op in ("sin", "cos", "tanh", "erf", "sigmoid"):
            mag, positive = 1.0, op == "sigmoid"
        elif op in ("abs", "relu"):
            positive = True
        elif op == "square":
            mag, positive = t.mag * t.mag, True
        elif op in ("exp", "expm1"):
            mag, positive = 2.7 ** min(t.mag, 80), op == "exp"
        elif op in ("sqrt", "rsqrt"):
            positive = True
            mag = 100.0 if op == "rsqrt" else t.mag
        elif op in ("log", "log1p"):
            mag = 90.0
        return self.define(f"tn_{op}({t.name})", t.dtype, t.shape, mag, positive)

    def partner(self, t, same_dtype=True):
        """An operand for t: a tensor that broadcasts with it, or a number. (text, shape, mag, positive)."""
        u = self.pick((t.dtype,), lambda u: broadcast(t.shape, u.shape) is not None and
                      size_of(broadcast(t.shape, u.shape)) <= self.limit)
        if u and self.chance(0.7):
            return u.name, broadcast(t.shape, u.shape), u.mag, u.positive
        return self.scalar(t.dtype), t.shape, 3.0, False

    def binary(self):
        t = self.pick(FLOATS + INTEGERS if self.chance(0.2) else FLOATS)
        if not t:
            return None
        u, shape, mag, positive = self.partner(t)
        ops = ["add", "sub", "add", "mul", "maximum", "minimum"]
        if t.dtype in INTEGERS:
            ops.append("div")
        elif t.mag * mag < 1e6:
            ops += ["mul", "mul", "div"]
            if t.positive or self.chance(0.05):
                ops.append("pow")
        op = self.r.choice(ops)
        mag = {"mul": t.mag * mag, "div": t.mag * 10, "pow": 1000.0}.get(op, t.mag + mag)
        positive = t.positive and positive and op != "sub" or op == "maximum" and (t.positive or positive)
        x, y = t.name, u
        if self.chance(0.3):
            x, y = y, x
        return self.define(f"tn_{op}({x}, {y})", t.dtype, shape, mag, positive)

    def compare(self):
        t = self.pick(FLOATS + INTEGERS)
        if not t:
            return None
        u, shape, _, _ = self.partner(t)
        return self.define(f"tn_{self.r.choice(COMPARISONS)}({t.name}, {u})", "bool", shape, 1.0, True)

    def logical(self):
        t = self.pick(("bool",) if self.chance(0.8) else INTEGERS)
        if not t:
            return None
        u = self.pick((t.dtype,), lambda u: broadcast(t.shape, u.shape) is not None)
        if not u or self.chance(0.2):
            return self.define(f"tn_not({t.name})", t.dtype, t.shape, t.mag)
        return self.define(f"tn_{self.r.choice(['and', 'or', 'xor'])}({t.name}, {u.name})", t.dtype,
                           broadcast(t.shape, u.shape), t.mag)

    def where(self):
        c = self.pick(("bool",))
        if not c:
            t = self.pick(FLOATS)
            if not t:
                return None
            c = self.define(f"tn_greater({t.name}, {self.scalar()})", "bool", t.shape, 1.0)
        t = c and self.pick(FLOATS if self.chance(0.85) else INTEGERS, lambda t: broadcast(c.shape, t.shape) is not None)
        if not t:
            return None
        both = broadcast(c.shape, t.shape)
        if size_of(both) > self.limit:
            return None
        u, shape, mag, positive = self.partner(Tensor("", t.dtype, both))
        x, y = (t.name, u) if self.chance(0.5) else (u, t.name)
        return self.define(f"tn_where({c.name}, {x}, {y})", t.dtype, shape, max(t.mag, mag), t.positive and positive)

    def clip(self):
        t = self.pick(FLOATS if self.chance(0.8) else INTEGERS)
        if not t:
            return None
        if self.chance(0.3):
            u, shape, _, _ = self.partner(t)
            return self.define(f"tn_clip({t.name}, {u}, {self.scalar(t.dtype)})", t.dtype, shape, t.mag)
        low, high = self.r.choice([("-1", "1"), ("-2", "3"), ("0", "1"), ("1", "-1")])
        return self.define(f"tn_clip({t.name}, {low}, {high})", t.dtype, t.shape, 3.0, low == "0")

    def cast(self):
        t = self.pick()
        if not t or t.dtype in FLOATS and t.mag > 1e9 and self.chance(0.8):
            return None
        to = self.r.choice(["f32", "f32", "f64", "i32", "i64", "bool"])
        return self.define(f"tn_cast({t.name}, {DTYPE[to]})", to, t.shape, t.mag, t.positive)

    def copy(self):
        t = self.pick()
        return t and self.define(f"tn_copy({t.name})", t.dtype, t.shape, t.mag, t.positive, writable=True)

    def expression(self):
        """Several ops in one line, nested."""
        t = self.pick(("f32",))
        if not t:
            return None
        text, shape = t.name, t.shape
        for _ in range(self.r.randint(2, 5)):
            way = self.r.random()
            if way < 0.3:
                text = f"tn_{self.r.choice(['tanh', 'sin', 'sigmoid', 'relu', 'neg', 'abs', 'gelu'])}({text})"
            elif way < 0.6:
                text = f"tn_{self.r.choice(['add', 'mul', 'sub', 'maximum'])}({text}, {self.scalar()})"
            else:
                u, shape, _, _ = self.partner(Tensor("", "f32", shape))
                text = f"tn_{self.r.choice(['add', 'mul', 'sub', 'minimum'])}({text}, {u})"
                if size_of(shape) > self.limit:
                    return None
        return self.define(f"tn_sin({text})" if self.chance(0.5) else text, "f32", shape, t.mag * 3)

    # ---- statements: reductions, lines, products --------------------------------------------

    def reduction(self):
        t = self.pick(FLOATS if self.chance(0.85) else None)
        if not t:
            return None
        ops = {"f32": ["sum", "sum", "mean", "var", "reduce_max", "reduce_min", "prod", "argmax", "argmin", "any", "all"],
               "bool": ["sum", "prod", "any", "all"]}
        ops["f64"] = ops["f32"]
        ops["i32"] = ops["i64"] = ["sum", "prod", "reduce_max", "reduce_min", "argmax", "any", "all"]
        op = self.r.choice(ops[t.dtype])
        rank = len(t.shape)
        way = self.r.random()
        if way < 0.35 or rank == 0:
            axes, texts = list(range(rank)), []
        elif way < 0.9:
            a, text = self.axis(t)
            axes, texts = [a], [str(text) if self.chance(0.9) else f"fz_n({text})"]
        else:
            axes = self.r.sample(range(rank), self.r.randint(1, rank))
            texts = [str(a) for a in axes]
        if op in ("reduce_max", "reduce_min", "argmax", "argmin") and size_of([t.shape[a] for a in axes]) == 0:
            return None
        keep = self.chance(0.35)
        shape = [1 if a in axes else d for a, d in enumerate(t.shape) if keep or a not in axes]
        dtype = t.dtype
        if op in ("sum", "prod") and dtype in ("bool", "i32") or op in ("argmax", "argmin"):
            dtype = "i64"
        if op in ("any", "all"):
            dtype = "bool"
        mag = {"sum": t.mag * 50, "var": t.mag ** 2, "prod": 1e20}.get(op, t.mag)
        arguments = ", ".join([t.name] + texts)
        return self.define(f"tn_{op}{'_keepdims' if keep else ''}({arguments})", dtype, shape, mag, t.positive or op == "var")

    def softmax(self):
        t = self.pick(FLOATS, lambda t: len(t.shape) > 0)
        if not t:
            return None
        a, text = self.axis(t) if self.chance(0.4) else (len(t.shape) - 1, -1)
        if t.shape[a] == 0 and self.chance(0.5):
            return None
        return self.define(f"tn_softmax({t.name}, {text})", t.dtype, t.shape, 1.0, True)

    def matmul(self):
        t = self.pick(FLOATS, lambda t: len(t.shape) > 0)
        if not t:
            return None
        k = t.shape[-1]

        def fits(u):
            if not u.shape or u is t and len(t.shape) == 1 and self.chance(0.5):
                return False
            if (u.shape[-2] if len(u.shape) > 1 else u.shape[-1]) != k:
                return False
            return broadcast(t.shape[:-2], u.shape[:-2]) is not None

        u = self.pick((t.dtype,), fits)
        if not u or self.chance(0.3):
            array = self.r.choice(self.arrays)
            n = self.r.choice([1, 2, 3, 5, 8, 16, 17, 33])
            shape = (k, n) if self.chance(0.7) else (k,)
            u = self.view(array, shape) if array.dtype == t.dtype else None
            if not u or u.size != size_of(shape):
                return None
        lead = broadcast(t.shape[:-2], u.shape[:-2])
        shape = lead + t.shape[-2:-1] * (len(t.shape) > 1) + u.shape[-1:] * (len(u.shape) > 1)
        if size_of(shape) * max(k, 1) > 3000000:
            return None
        return self.define(f"tn_matmul({t.name}, {u.name})", t.dtype, shape, t.mag * u.mag * 8, t.positive and u.positive)

    def scalar_function(self):
        """A C function of floats with branches; returns its name."""
        two = self.chance(0.3)
        double = self.chance(0.12)
        f, F = ("double", "d") if double else ("float", "f")
        suffix = "" if double else "f"
        name = f"f{self.number}_{self.name('')}"
        r = self.r

        def number():
            return r.choice(["0.5", "1.25", "-0.75", "2.0", "0.1", "3.0", "-1.0"]) + suffix

        def simple(depth=0):
            way = r.random()
            if depth > 2 or way < 0.25:
                return r.choice(["v", "r", "u" if two else "v", number()])
            if way < 0.75:
                return f"({simple(depth + 1)} {r.choice('+-*+')} {simple(depth + 1)})"
            if way < 0.85:
                return f"tn_{r.choice(['exp', 'tanh', 'sigmoid', 'sin', 'log1p', 'gelu'])}{F}({simple(depth + 1)})"
            if way < 0.93:
                return f"{r.choice(['fabs', 'floor', 'ceil', 'sqrt'])}{suffix}({simple(depth + 1)})"
            return f"({simple(depth + 1)} {r.choice(['<', '>', '<=', '=='])} {simple(depth + 1)} ? {simple(depth + 1)} : {simple(depth + 1)})"

        body = [f"{f} r = v;"]
        for _ in range(r.randint(1, 4)):
            way = r.random()
            if way < 0.4:
                body.append(f"r = {simple()};")
            elif way < 0.6:
                body.append(f"if (v {r.choice('<>')} {number()}) r = {simple()}; else r += {simple()};")
            elif way < 0.7:
                body.append(f"if (r {r.choice(['<', '>', '!='])} {number()}) return {simple()};")
            elif way < 0.8:
                body.append(f"for (int i = 0; i < {r.randint(1, 4)}; i++) r = r * {number()} + {simple()};")
            elif way < 0.9:
                body.append(f"int k = r > -100 && r < 100 ? (int)r : 7; r += (k & 3) * {number()};")
                body.append("switch (k) { case 0: r += 1; break; case 1: r *= 2; break; case -1: r -= 3; break; default: break; }")
            else:
                body.append(f"r = r * v + {number()};")
        seen = False
        kept = []
        for statement in body:  # k only once
            if statement.startswith("int k"):
                if seen:
                    continue
                seen = True
            kept.append(statement)
        if two:
            kept.append(f"r += u * {number()};")
        kept.append("return r;")
        parameters = f"{f} v, {f} u" if two else f"{f} v"
        static = "static __attribute__((noinline)) " if self.chance(0.2) else "static "
        self.top.append(f"{static}{f} {name}({parameters}) {{ {' '.join(kept)} }}")
        return name, two, "f64" if double else "f32"

    def map(self):
        if self.chance(0.04):
            t = self.pick(("f32",))
            return t and self.define(f"tn_map(fz_in_order, {t.name})", "f32", t.shape, 64.0)
        functions = getattr(self, "functions", None)
        if functions is None:
            functions = self.functions = []
        if not functions or self.chance(0.5):
            functions.append(self.scalar_function())
        name, two, dtype = self.r.choice(functions)
        t = self.pick((dtype,))
        if not t:
            return None
        if two:
            u, shape, _, _ = self.partner(t)
            return self.define(f"tn_zip({name}, {t.name}, {u})", dtype, shape, 1e6)
        return self.define(f"tn_map({name}, {t.name})", dtype, t.shape, 1e6)

    # ---- statements: idioms ---------------------------------------------------------------
    # What people write in several calls, and what fusion has something of its own for.

    def factor(self, dtype, shape):
        """A view, or an op on one, of this shape."""
        arrays = [a for a in self.arrays if a.dtype == dtype]
        t = self.view(self.r.choice(arrays), shape) if arrays else None
        if not t or t.shape != shape or self.chance(0.7):
            return t
        return self.define(f"tn_{self.r.choice(UNARY_SAFE)}({t.name})", dtype, shape, t.mag)

    def row_weights(self, t):
        """Softmax by hand or not, or centred, along the last axis, mostly."""
        axis = -1 if self.chance(0.85) else self.r.randrange(len(t.shape))
        way = self.r.random()
        if way < 0.25:
            return self.define(f"tn_softmax({t.name}, {axis})", t.dtype, t.shape, 1.0, True)
        a = axis % len(t.shape)
        if t.shape[a] == 0:
            return None
        one = t.shape[:a] + (1,) + t.shape[a + 1:]
        if way < 0.6:
            m = self.define(f"tn_mean_keepdims({t.name}, {axis})", t.dtype, one, t.mag)
            return m and self.define(f"tn_sub({t.name}, {m.name})", t.dtype, t.shape, t.mag * 2)
        m = self.define(f"tn_reduce_max_keepdims({t.name}, {axis})", t.dtype, one, t.mag)
        d = m and self.define(f"tn_sub({t.name}, {m.name})", t.dtype, t.shape, t.mag * 2)
        e = d and self.define(f"tn_exp({d.name})", t.dtype, t.shape, 1.0, True)
        total = e and self.define(f"tn_sum_keepdims({e.name}, {axis})", t.dtype, one, 50.0, True)
        return total and self.define(f"tn_div({e.name}, {total.name})", t.dtype, t.shape, 1.0, True)

    def by_rows(self):
        """Products one behind the other with something along the rows between them."""
        t = self.pick(FLOATS, lambda t: 2 <= len(t.shape) <= 4 and t.size > 0)
        for last in range(self.r.randint(2, 3)) if t else ():
            k, n = t.shape[-1], self.r.choice([1, 2, 5, 9, 17, 33])
            u = self.factor(t.dtype, (n, k) if self.chance(0.4) else (k, n))
            if u and u.shape == (n, k) and (n != k or self.chance(0.5)):
                u = self.define(f"tn_transpose({u.name})", u.dtype, (k, n), u.mag)
            t = u and self.define(f"tn_matmul({t.name}, {u.name})", t.dtype, t.shape[:-1] + (n,), t.mag * u.mag * k)
            if t and self.chance(0.4):
                t = self.define(f"tn_{self.r.choice(UNARY_SAFE)}({t.name})", t.dtype, t.shape, t.mag)
            if t and self.chance(0.6):
                t = self.row_weights(t)
            if not t:
                return None
        return t

    def over_rows(self):
        """A product that adds up over the rows of what was made just before."""
        t = self.pick(FLOATS, lambda t: len(t.shape) == 2 and t.size > 0)
        if not t:
            return None
        n, k = t.shape
        c = self.row_weights(t) if self.chance(0.6) else self.define(f"tn_tanh({t.name})", t.dtype, t.shape, 1.0)
        if not c or k > 200:
            return None
        if self.chance(0.3):
            m = self.r.choice([1, 3, 8])
            w = self.factor(t.dtype, (m, n))
            return w and self.define(f"tn_matmul({w.name}, {c.name})", t.dtype, (m, k), c.mag * w.mag * n)
        other = c if self.chance(0.6) else t
        flat = self.define(f"tn_transpose({c.name})", t.dtype, (k, n), c.mag)
        y = flat and self.define(f"tn_matmul({flat.name}, {other.name})", t.dtype, (k, k), c.mag * other.mag * n)
        return y and self.chance(0.5) and self.define(f"tn_div({y.name}, {self.literal()})", t.dtype, y.shape, y.mag) or y

    def sorted_part(self):
        """A part of a value is sorted; the value may or may not be needed afterwards."""
        t = self.pick(FLOATS + INTEGERS, lambda t: len(t.shape) > 0 and min(t.shape) > 0)
        e = t and self.define(f"tn_{self.r.choice(['neg', 'abs', 'relu'])}({t.name})", t.dtype, t.shape, t.mag)
        if not e:
            return None
        a, text = self.axis(e)
        part, shape = e, e.shape
        if len(shape) > 1 and self.chance(0.6):
            shape = shape[:a] + shape[a + 1:]
            part = self.define(f"tn_select({e.name}, {text}, {self.r.randrange(e.shape[a])})", e.dtype, shape, e.mag)
        elif self.chance(0.6):
            part = self.define(f"tn_slice_step({e.name}, {text}, TN_END, TN_END, -1)", e.dtype, shape, e.mag)
        axis = self.r.randrange(len(shape)) if self.chance(0.4) else -1
        s = part and self.define(f"tn_sort({part.name}, {axis})", e.dtype, shape, e.mag)
        other = self.r.choice([e.name, t.name, self.literal(e.dtype)])
        whole = shape if other not in (e.name, t.name) else broadcast(shape, e.shape)
        return s and whole and self.define(f"tn_add({s.name}, {other})", e.dtype, whole, e.mag * 2) or s

    def sums_around(self):
        """Sums of values that are made of one temporary, with reads between them that may fail to compile."""
        t = self.pick(FLOATS, lambda t: len(t.shape) > 0 and t.size > 0)
        x = t and self.row_weights(t)
        made = [x]
        for _ in range(self.r.randint(2, 4) if x else 0):
            of = self.r.choice(made)
            made.append(self.define(f"tn_{self.r.choice(['tanh', 'exp', 'abs'])}({of.name})" if self.chance(0.5) else
                                    f"tn_mul({of.name}, {self.literal()})", x.dtype, x.shape, 3.0))
        for of in self.r.sample(made[1:], len(made) - 1) if x else ():
            self.add_scalar("float", f"fz_bound((float)tn_item(tn_{self.r.choice(['sum', 'mean', 'reduce_max'])}({of.name})))")
            if self.chance(0.5):
                self.read()
        return x and self.define(f"tn_mul({made[-1].name}, {self.scalar()})", x.dtype, x.shape, 9.0)

    # ---- statements: arrangements --------------------------------------------------------

    def keep(self, t, call, shape):
        return self.define(call, t.dtype, shape, t.mag, t.positive)

    def reshape(self):
        t = self.pick()
        if not t:
            return None
        n = t.size
        ways = [(n,), (1, n), (n, 1)]
        if t.shape:
            ways += [t.shape[::-1], t.shape[:-1] + (1,) + t.shape[-1:], (size_of(t.shape[:-1]), t.shape[-1])]
        for d in (2, 3, 4, 8, 16):
            if n and n % d == 0:
                ways += [(d, n // d), (n // d, d)]
        shape = self.r.choice(ways)
        dims = [str(d) for d in shape]
        if n and self.chance(0.2):
            dims[self.r.randrange(len(dims))] = "-1"
        return self.keep(t, f"tn_reshape({t.name}, {', '.join(dims)})", shape)

    def transpose(self):
        t = self.pick(condition=lambda t: len(t.shape) > 1)
        if not t:
            return None
        if self.chance(0.6):
            return self.keep(t, f"tn_transpose({t.name})", t.shape[:-2] + (t.shape[-1], t.shape[-2]))
        axes = list(range(len(t.shape)))
        self.r.shuffle(axes)
        return self.keep(t, f"tn_permute_dims({t.name}, {', '.join(map(str, axes))})", [t.shape[a] for a in axes])

    def slice(self):
        t = self.pick(condition=lambda t: len(t.shape) > 0)
        if not t:
            return None
        a, text = self.axis(t)
        d = t.shape[a]
        if self.chance(0.35):
            step = self.r.choice([1, 2, 3, -1, -2, -1])
            start, stop = self.r.choice([("TN_END", "TN_END"), ("-1", "0"), ("TN_END", "1")]) if step < 0 else \
                self.r.choice([("0", "TN_END"), ("1", "TN_END"), ("0", "-1")])
            indices = range(d)
            big = None
            python = slice(None if start == "TN_END" else int(start), None if stop == "TN_END" else int(stop), step)
            n = len(indices[python])
            del big
            return self.keep(t, f"tn_slice_step({t.name}, {text}, {start}, {stop}, {step})", t.shape[:a] + (n,) + t.shape[a + 1:])
        start, stop = self.r.randint(0, d), self.r.randint(0, d)
        if self.chance(0.5):
            start, stop = self.r.choice([(0, max(d - 1, 0)), (min(1, d), d), (0, d), (0, d // 2), (d // 2, d)])
        n = max(0, stop - start)
        if n == 0 and self.chance(0.9):
            return None
        stop_text = "TN_END" if stop == d and self.chance(0.5) else str(stop)
        return self.keep(t, f"tn_slice({t.name}, {text}, {start}, {stop_text})", t.shape[:a] + (n,) + t.shape[a + 1:])

    def select(self):
        t = self.pick(condition=lambda t: len(t.shape) > 0 and min(t.shape) > 0)
        if not t:
            return None
        a, text = self.axis(t)
        i = self.r.choice([0, -1, self.r.randrange(t.shape[a])])
        if self.chance(0.3):
            return self.keep(t, f"tn_at({t.name}, {self.r.randrange(t.shape[0])})", t.shape[1:])
        return self.keep(t, f"tn_select({t.name}, {text}, {i})", t.shape[:a] + t.shape[a + 1:])

    def window(self):
        t = self.pick(condition=lambda t: len(t.shape) > 0 and min(t.shape) > 2)
        if not t:
            return None
        pairs, shape = [], list(t.shape)
        for a in range(self.r.randint(1, len(t.shape))):
            pairs += self.r.choice([["1", "-1"], ["0", "-1"], ["1", "TN_END"], ["0", "2"]])
            shape[a] = len(range(t.shape[a])[int(pairs[-2]):(None if pairs[-1] == "TN_END" else int(pairs[-1]))])
        return self.keep(t, f"tn_window({t.name}, {', '.join(pairs)})", shape)

    def broadcast_to(self):
        t = self.pick(condition=lambda t: broadcast(t.shape, self.base) == self.base and t.shape != self.base)
        if not t:
            return None
        return self.keep(t, f"tn_broadcast_to({t.name}, {self.numbers(self.base)})", self.base) if self.base else None

    def concat(self):
        t = self.pick(condition=lambda t: len(t.shape) > 0)
        if not t:
            return None
        a, text = self.axis(t)
        parts = [t]
        for _ in range(self.r.randint(1, 3)):
            u = self.pick((t.dtype,), lambda u: len(u.shape) == len(t.shape) and
                          all(x == y or i == a for i, (x, y) in enumerate(zip(t.shape, u.shape))))
            parts.append(u)
        shape = t.shape[:a] + (sum(u.shape[a] for u in parts),) + t.shape[a + 1:]
        return self.define(f"tn_concat({text}, {', '.join(u.name for u in parts)})", t.dtype, shape, max(u.mag for u in parts),
                           all(u.positive for u in parts))

    def sort(self):
        t = self.pick(FLOATS + INTEGERS, lambda t: len(t.shape) > 0)
        return t and self.keep(t, f"tn_sort({t.name}, {self.axis(t)[1]})", t.shape)

    def take(self):
        t = self.pick(condition=lambda t: len(t.shape) > 0 and t.size > 0)
        if not t:
            return None
        a, text = self.axis(t)
        n = self.r.choice([1, 2, 3, 8])
        indices = [self.r.randrange(-t.shape[a], t.shape[a]) for _ in range(n)]
        return self.keep(t, f"tn_take({t.name}, tn_values(TN_I64, {', '.join(map(str, indices))}), {text})",
                         t.shape[:a] + (n,) + t.shape[a + 1:])

    def create(self):
        shape = self.related_shape()
        if not shape:
            return None
        way = self.r.random()
        dtype = self.r.choice(["f32", "f32", "f32", "f64", "i64", "i32"])
        if way < 0.3:
            return self.define(f"tn_zeros({DTYPE[dtype]}, {self.numbers(shape)})", dtype, shape, 0.0, True, writable=True)
        if way < 0.7:
            return self.define(f"tn_full({DTYPE[dtype]}, {self.scalar(dtype)}, {self.numbers(shape)})", dtype, shape, writable=True)
        if way < 0.85:
            return self.define(f"tn_arange({DTYPE[dtype]}, 0, {shape[-1]}, 1)", dtype, shape[-1:], float(shape[-1]), True, writable=True)
        return self.define(f"tn_values({DTYPE[dtype]}, {', '.join(self.literal('i64') for _ in range(3))})", dtype, (3,))

    def new_view(self):
        return self.view(self.r.choice(self.arrays), self.related_shape())

    def helper(self):
        t = self.pick(("f32",))
        if not t:
            return None
        way = self.r.random()
        if way < 0.3:
            return self.define(f"fz_near({t.name}, {self.scalar()})", "f32", t.shape, t.mag * 3)
        if way < 0.45 and t.shape and t.size:
            return self.define(f"fz_normal({t.name})", "f32", t.shape, 4.0)
        if way < 0.6:
            return self.define(f"fz_far({t.name})", "f32", t.shape, 0.5)
        if way < 0.75 and t.size:
            return self.define(f"fz_apart({t.name})", "f32", t.shape, 1.0)
        u = self.pick(("f32",), lambda u: broadcast(u.shape, t.shape) is not None)
        self.add_scalar("float", f"fz_apart_dot({t.name}, {u.name})")
        return True

    # ---- statements: numbers and memory ---------------------------------------------------

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

    def small_integers(self):
        t = self.pick(FLOATS + INTEGERS, lambda t: t.mag < 1e9)
        if not t:
            return None
        to = self.r.choice(["I8", "U8", "I16", "U16", "U32", "U64", "U64", "U64"])
        back = self.r.choice(["f32", "i64", "i32"])
        inner = f"tn_cast({t.name}, TN_{to})"
        if to == "U64":
            op = self.r.choice(["add", "sub", "mul", "maximum", "minimum", "div", "xor"])
            number = self.r.choice(["3", "0", "UINT64_MAX", "(UINT64_C(1) << 63)", "((UINT64_C(1) << 53) + 1)", inner])
            inner = f"tn_{op}({inner}, {number})"
            if self.chance(0.3):
                return self.define(f"tn_{self.r.choice(COMPARISONS)}({inner}, {self.r.choice(['7', 'UINT64_MAX - 5'])})", "bool", t.shape, 1.0, True)
        elif self.chance(0.3):
            inner = f"tn_{self.r.choice(['add', 'mul', 'minimum'])}({inner}, 100)"
        return self.define(f"tn_cast({inner}, {DTYPE[back]})", back, t.shape, 2e19 if to == "U64" else 70000.0)

    def leave(self):
        """A block left early."""
        some = [s for block in self.scalars for s in block]
        w = self.pick(FLOATS, lambda t: t.replaceable)
        if self.depth_loops or len(self.blocks) > 2 or not some or not w:
            return None
        s, _ = self.r.choice(some)
        x = self.pick((w.dtype,), lambda u: broadcast(u.shape, w.shape) == w.shape)
        self.line(f"for (int i = 0; i < 3; i++) {{")
        self.line("  TN_SCOPE;")
        self.line(f"  tn_tensor d = tn_mul({x.name}, 0.25f);")
        self.line(f"  if ({s} > {self.r.choice(['i', '0', 'i - 1'])}) {self.r.choice(['break', 'continue'])};")
        self.line(f"  tn_replace(&{w.name}, tn_add({w.name}, d));")
        self.line("}")
        w.mag += 3 * x.mag
        return True

    def wait_for(self):
        """A loop that goes on while an element is small."""
        w = self.pick(("f32",), lambda t: t.replaceable and t.size > 0)
        if self.depth_loops or len(self.blocks) > 2 or not w:
            return None
        i = self.name("n")
        self.line(f"for (int {i} = 0; {i} < 5 && tn_get_flat({w.name}, 0) < {self.r.choice(['1', '0.5', '8'])}; {i}++) {{")
        self.line("  TN_SCOPE;")
        self.line(f"  tn_replace(&{w.name}, tn_add({w.name}, {self.r.choice(['0.4f', '1'])}));")
        self.line("}")
        w.mag += 5
        return True

    def check(self):
        t = self.pick()
        if not t:
            return None
        self.line(f'fz_check("{t.name}", {t.name});')
        self.checks += 1
        return True

    def print_number(self):
        some = [s for block in self.scalars for s in block]
        if not some:
            return None
        s, ctype = self.r.choice(some)
        self.line(f'fz_{"integer" if ctype == "int64_t" else "number"}("{s}", {s});')
        return True

    def ask(self):
        t = self.pick()
        if not t:
            return None
        text = self.r.choice([f"tn_size({t.name})", f"tn_rank({t.name})"] + ([f"tn_dim({t.name}, -1)"] if t.shape else []))
        self.line(f'fz_integer("{t.name}", {text});')
        return True

    # ---- statements: blocks ----------------------------------------------------------------

    def block(self, statements):
        self.indent += 1
        self.blocks.append([])
        self.scalars.append([])
        self.some(statements)
        return self.blocks[-1]

    def end_block(self):
        self.blocks.pop()
        self.scalars.pop()
        self.indent -= 1

    def scope(self):
        if len(self.blocks) > 2:
            return None
        name = self.name("k")
        self.line(f"tn_tensor {name} = NULL;")
        self.line("{")
        self.indent += 1
        self.line("TN_SCOPE;")
        self.indent -= 1
        inner = self.block(self.r.randint(2, 5))
        kept = None
        fresh = [t for t in inner if not t.replaceable and not t.view]
        if fresh and self.chance(0.8):
            kept = self.r.choice(fresh)
            self.line(f"{name} = tn_keep({kept.name});")
        if self.chance(0.5):
            self.replace()
        self.end_block()
        self.line("}")
        if kept:
            self.blocks[-1].append(Tensor(name, kept.dtype, kept.shape, kept.mag, kept.positive))
        else:
            self.line(f"(void){name};")
        return True

    def make_replaceable(self):
        t = self.pick(FLOATS)
        if not t:
            return None
        w = self.define(f"tn_copy({t.name})", t.dtype, t.shape, t.mag, replaceable=True, writable=True)
        return w

    def replace(self):
        w = self.pick(FLOATS, lambda t: t.replaceable) or self.make_replaceable()
        if not w:
            return None
        u = self.pick((w.dtype,), lambda u: broadcast(u.shape, w.shape) == w.shape)
        x = u.name if u else self.scalar()
        text = self.r.choice([f"tn_sub({w.name}, tn_mul({x}, 0.1f))", f"tn_tanh(tn_add({w.name}, {x}))",
                              f"tn_add(tn_mul({w.name}, 0.5f), {x})"])
        self.line(f"tn_replace(&{w.name}, {text});")
        w.mag = w.mag + 3
        return True

    def loop(self):
        if self.depth_loops or len(self.blocks) > 2 or self.limit > 50000:
            return None
        w = self.pick(FLOATS, lambda t: t.replaceable) or self.make_replaceable()
        if not w:
            return None
        self.depth_loops += 1
        self.line(f"for (int i = 0; i < {self.r.randint(1, 4)}; i++) {{")
        self.indent += 1
        self.line("TN_SCOPE;")
        self.indent -= 1
        self.block(self.r.randint(1, 4))
        self.replace()
        self.end_block()
        self.line("}")
        self.depth_loops -= 1
        return True

    def branch(self):
        if len(self.blocks) > 2:
            return None
        some = [s for block in self.scalars for s in block]
        if not some:
            return None
        s, _ = self.r.choice(some)
        t = self.pick(("f32",))
        joined = None
        if t and self.chance(0.6):
            joined = self.name("j")
            self.line(f"tn_tensor {joined} = {t.name};")
        self.line(f"if ({s} {self.r.choice(['>', '<'])} {self.r.choice(['0', '0.5f', '1'])}) {{")
        self.block(self.r.randint(1, 3))
        if joined:
            self.indent += 0
            self.line(f"{joined} = tn_{self.r.choice(['tanh', 'neg', 'abs'])}({t.name});")
        self.end_block()
        if self.chance(0.5):
            self.line("} else {")
            self.block(self.r.randint(1, 3))
            if joined and self.chance(0.5):
                self.line(f"{joined} = tn_mul({t.name}, {self.scalar()});")
            self.end_block()
        self.line("}")
        if joined:
            for other in (t,):
                other.replaceable = False  # two names for one tensor: it is not to be freed
            self.blocks[-1].append(Tensor(joined, t.dtype, t.shape, t.mag * 3))
        return True

    def error(self):
        """A call that fails. The compiler does not see the dims."""
        t = self.pick(("f32",), lambda t: len(t.shape) > 0 and t.size > 0)
        array = next((a for a in self.arrays if a.dtype == "f32" and a.n >= 8), None)
        if not t or not array:
            return None
        way = self.r.random()
        bad = self.name("e")
        if way < 0.35:
            d = t.shape[-1] + 1 if t.shape[-1] > 1 else 3
            other = self.name("b")
            if d > array.n or t.shape[-1] == 1:
                return None
            self.line(f"tn_tensor {other} = tn_view({array.name}, TN_F32, fz_n({d}));")
            self.line(f"tn_tensor {bad} = tn_add({t.name}, {other});")
        elif way < 0.5:
            self.line(f"tn_tensor {bad} = tn_sum({t.name}, fz_n({len(t.shape) + 1}));")
        elif way < 0.6:
            self.line(f"tn_tensor {bad} = tn_mul({t.name}, (tn_tensor)(intptr_t)fz_n(0));")
        elif way < 0.75:
            u = self.pick(("f64", "i64", "i32"))
            if not u:
                return None
            self.line(f"tn_tensor {bad} = tn_sub({t.name}, {u.name});")
        elif way < 0.85:
            self.line(f"tn_tensor {bad} = tn_select({t.name}, 0, fz_n({t.shape[0]}));")
        else:
            self.line(f"tn_tensor {bad} = tn_take({t.name}, tn_values(TN_I64, 0, {t.shape[0]}), 0);")
        after = self.r.random()
        if after < 0.4:
            u = self.name("e")
            self.line(f"tn_tensor {u} = tn_tanh(tn_add({bad}, {t.name}));")
            self.line(f'fz_check("{u}", {u});')
        elif after < 0.6:
            self.line(f'fz_number("{bad}", tn_get_flat({bad}, 0));')
        elif after < 0.8:
            w = self.pick(("f32",), lambda t: t.writable)
            self.line(f"tn_store({w.name}, {bad});" if w else f"(void){bad};")
        else:
            self.line(f"(void){bad};")
        if self.chance(0.5):
            self.line("fz_error();")
        return True

    def free(self):
        """Ends a tensor early; nobody names it afterwards."""
        some = [t for t in self.blocks[-1] if not t.replaceable and not t.view and t.name.startswith("t")]
        if len(some) < 4 or any(line.strip().startswith("tn_tensor j") for line in self.lines):
            return None
        t = self.r.choice(some)
        self.line(f"tn_free({t.name});")
        self.blocks[-1].remove(t)
        return True

    # ---- the whole ------------------------------------------------------------------------

    TABLE = [
        (unary, 14), (binary, 22), (compare, 4), (logical, 2), (where, 4), (clip, 2), (cast, 3), (copy, 2), (expression, 7),
        (reduction, 20), (softmax, 4), (matmul, 5), (by_rows, 0.5), (over_rows, 0.5), (sorted_part, 0.7), (sums_around, 0.7), (map, 5), (reshape, 3), (transpose, 3), (slice, 4), (select, 3),
        (window, 1), (broadcast_to, 2), (concat, 2), (sort, 1), (take, 2), (create, 2), (new_view, 4), (helper, 4),
        (read, 14), (read_and_use, 6), (arithmetic, 5), (load, 3), (plain_store, 5), (store, 6), (overlapping_store, 2), (store_at, 2), (set, 3), (expose, 0.5), (look, 1), (stack_view, 1),
        (heap_view, 0.7), (move_memory, 1), (show, 1), (through_memory, 1.5), (small_integers, 1.5), (leave, 1), (wait_for, 1),
        (check, 2), (print_number, 2), (ask, 1), (scope, 1.5), (replace, 2), (loop, 1), (branch, 2), (error, 0.5), (free, 1),
    ]

    # What a program is about: these kinds are tried several times as often.
    FLAVOURS = {
        "all": (),
        "chain": (unary, binary, expression, where, clip, compare),
        "rows": (reduction, softmax, unary, binary),
        "memory": (stack_view, heap_view, move_memory, look, store, overlapping_store, store_at, set, plain_store, new_view, binary),
        "numbers": (read, read_and_use, arithmetic, load, reduction),
        "shapes": (reshape, transpose, slice, select, broadcast_to, binary, matmul),
        "functions": (map, unary, binary),
        "idioms": (by_rows, over_rows, sorted_part, sums_around, by_rows, over_rows, read),
        "blocks": (scope, replace, loop, branch, leave, wait_for, through_memory),
    }

    def some(self, count):
        kinds = [k for k, _ in self.TABLE]
        weights = [w * (4 + 12 * (w < 1) if k in self.flavour else 1) for k, w in self.TABLE]
        done = tries = 0
        while done < count and tries < count * 12:
            tries += 1
            if self.r.choices(kinds, weights)[0](self) is not None:
                done += 1

    def results(self):
        """Prints some of what is alive, and all memory."""
        live = self.tensors()
        share = self.r.choice([0.1, 0.3])
        chosen = [t for t in live if self.chance(share)] or live[-1:]
        for t in chosen:
            self.line(f'fz_check("{t.name}", {t.name});')
        for block in self.scalars:
            for s, ctype in block:
                self.line(f'fz_{"integer" if ctype == "int64_t" else "number"}("{s}", {s});')
        for a in self.arrays:
            self.line(f'fz_memory("{a.name}", {a.name}, {a.n}, {DTYPE[a.dtype]});')

    def text(self):
        self.base = self.choose_base()
        self.flavour = self.FLAVOURS[self.r.choice(list(self.FLAVOURS))]
        self.recent = self.r.choice([0.3, 0.6, 0.85])  # how often the newest tensors are taken
        n = size_of(self.base)
        kind = self.r.choice("nnnnnpssSzibdc")
        parameters = self.chance(0.6)
        views = []
        for i in range(self.r.randint(1, 4)):
            dtype = "f32" if i == 0 or self.chance(0.75) else self.r.choice(["f64", "i32", "i64"])
            kind_here = kind if self.chance(0.7) else self.r.choice("np")
            array = self.add_array(dtype, n + self.r.choice([0, 1, 7, 70]), kind_here)
            for _ in range(self.r.randint(1, 2)):
                shape = self.base if i == 0 else self.related_shape()
                t = self.view(array, shape, self.array_mag(kind_here), kind_here == "p")
                if t:
                    views.append(t)
        statements = min(self.r.choice([4, 6, 9, 12, 16, 22, 30]), self.most)
        if not parameters:
            self.some(statements)
            self.results()
            return self.wrap(f"static void program_{self.number}(void)", self.lines)
        caller, self.lines = self.lines, []
        self.some(statements)
        self.results()
        body = self.lines
        names = [(f"tn_tensor {t.name}", t.name) for t in self.blocks[0] if t in views]
        names += [(f"{C_TYPE[a.dtype]} *{a.name}", a.name) for a in self.arrays]
        attribute = self.r.choice(["__attribute__((noinline)) static ", "__attribute__((noinline)) static ", "static ", ""])
        head = f"{attribute}void run_{self.number}({', '.join(p for p, _ in names)})"
        declaration = f"{head};\n" if not attribute else ""
        caller.append(f"  run_{self.number}({', '.join(a for _, a in names)});")
        if self.chance(0.4):  # with other tensors; what does not fit is an error, which must be the same one
            caller += self.call_again([a for p, a in names if p.startswith("tn_tensor")], [a for p, a in names if "*" in p])
        inner = self.wrap(head, body)
        return declaration + inner + "\n" + "\n".join([f"static void program_{self.number}(void) {{"] + caller + ["}"]) + "\n"

    def call_again(self, tensors, pointers):
        self.lines = []
        others = []
        for t in tensors:
            way = self.r.random()
            if way < 0.5:
                others.append(t)
            elif way < 0.65:
                others.append(self.r.choice(tensors))
            elif way < 0.7:
                others.append("NULL")
            else:
                array = self.r.choice(self.arrays)
                shapes = [self.related_shape(), self.base[1:]]
                if size_of(self.base) <= 200:  # else what broadcasts with them becomes huge
                    shapes += [self.base + (1,), tuple(reversed(self.base))]
                shape = self.r.choice(shapes)
                u = self.view(array, shape)
                others.append(u.name if u else t)
        self.line("fz_error();")
        self.line(f"run_{self.number}({', '.join(others + pointers)});")
        return self.lines

    def wrap(self, head, body):
        return "\n".join(self.top + [head + " {"] + body + ["}"]) + "\n"

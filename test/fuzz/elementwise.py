# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Statements of a Program: ops on elements, and C functions for tn_map."""

from values import COMPARISONS, DTYPE, FLOATS, INTEGERS, UNARY_GROWING, UNARY_POSITIVE, UNARY_SAFE, Tensor, broadcast, size_of


class Elementwise:
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

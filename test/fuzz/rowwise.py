# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Statements of a Program: reductions, lines, products, and what people write in several calls."""

from values import FLOATS, INTEGERS, UNARY_SAFE, broadcast, size_of


class Rowwise:
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

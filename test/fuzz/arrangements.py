# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Statements of a Program: the same elements in another shape or order, and new tensors."""

from values import DTYPE, FLOATS, INTEGERS, broadcast, size_of


class Arrangements:
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

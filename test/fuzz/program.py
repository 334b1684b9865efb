# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One random program: a C function of well-typed tensor calls with C code between them.

A Program knows dtype and shape of every handle that it declares, so that what it
writes is right unless it means to be wrong (deliberate errors hide their dims from
the compiler). One statement is one line, so that reduce.py can take lines out.

Statements come from Elementwise, Rowwise, Arrangements, Storage and Blocks, a method a kind of statement; here is what is common to
them, and the table that says how often each is tried.
"""

import random

from arrangements import Arrangements
from blocks import Blocks
from elementwise import Elementwise
from rowwise import Rowwise
from storage import Storage
from values import C_TYPE, DIMS, DTYPE, FLOATS, HUGE, INTEGERS, LONG_DIMS, Tensor, broadcast, size_of


class Program(Elementwise, Rowwise, Arrangements, Storage, Blocks):
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

    # ---- statements: what is asked and printed ------------------------------------------

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
        ("unary", 14), ("binary", 22), ("compare", 4), ("logical", 2), ("where", 4), ("clip", 2), ("cast", 3), ("copy", 2), ("expression", 7),
        ("reduction", 20), ("softmax", 4), ("matmul", 5), ("by_rows", 0.5), ("over_rows", 0.5), ("sorted_part", 0.7), ("sums_around", 0.7), ("map", 5), ("reshape", 3), ("transpose", 3), ("slice", 4), ("select", 3),
        ("window", 1), ("broadcast_to", 2), ("concat", 2), ("sort", 1), ("take", 2), ("create", 2), ("new_view", 4), ("helper", 4),
        ("read", 14), ("read_and_use", 6), ("arithmetic", 5), ("load", 3), ("plain_store", 5), ("store", 6), ("overlapping_store", 2), ("store_at", 2), ("set", 3), ("expose", 0.5), ("look", 1), ("stack_view", 1),
        ("heap_view", 0.7), ("move_memory", 1), ("show", 1), ("through_memory", 1.5), ("small_integers", 1.5), ("leave", 1), ("wait_for", 1),
        ("check", 2), ("print_number", 2), ("ask", 1), ("scope", 1.5), ("replace", 2), ("loop", 1), ("branch", 2), ("error", 0.5), ("free", 1),
    ]

    # What a program is about: these kinds are tried several times as often.
    FLAVOURS = {
        "all": (),
        "chain": ("unary", "binary", "expression", "where", "clip", "compare"),
        "rows": ("reduction", "softmax", "unary", "binary"),
        "memory": ("stack_view", "heap_view", "move_memory", "look", "store", "overlapping_store", "store_at", "set", "plain_store", "new_view", "binary"),
        "numbers": ("read", "read_and_use", "arithmetic", "load", "reduction"),
        "shapes": ("reshape", "transpose", "slice", "select", "broadcast_to", "binary", "matmul"),
        "functions": ("map", "unary", "binary"),
        "idioms": ("by_rows", "over_rows", "sorted_part", "sums_around", "by_rows", "over_rows", "read"),
        "blocks": ("scope", "replace", "loop", "branch", "leave", "wait_for", "through_memory"),
    }

    def some(self, count):
        kinds = [k for k, _ in self.TABLE]
        weights = [w * (4 + 12 * (w < 1) if k in self.flavour else 1) for k, w in self.TABLE]
        done = tries = 0
        while done < count and tries < count * 12:
            tries += 1
            if getattr(self, self.r.choices(kinds, weights)[0])() is not None:
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

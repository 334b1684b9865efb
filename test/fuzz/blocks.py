# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Statements of a Program: blocks with scopes, loops and branches among straight code. (What is all control flow: flow.py.)"""

from values import FLOATS, Tensor, broadcast


class Blocks:
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

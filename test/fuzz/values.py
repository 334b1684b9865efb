# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a program knows of its values while it is written: dtypes, shapes, magnitudes."""

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

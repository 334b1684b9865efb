# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""some_keys.py KIND FILE: sorted keys for examples/learned_index.c, 64-bit little-endian numbers behind their count. names: the
code points that have a name in Unicode; edges: both ends of the numbers, and where double rounds; same: one number many times."""

import struct
import sys
import unicodedata

kind, path = sys.argv[1:]
if kind == "names":
    keys = [point for point in range(0x30000) if unicodedata.name(chr(point), "")]
elif kind == "edges":
    keys = [0, 0, 1, 2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64 - 1]
else:
    keys = [77] * 5000
with open(path, "wb") as file:
    file.write(struct.pack(f"<{len(keys) + 1}Q", len(keys), *keys))

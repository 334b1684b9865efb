# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads the table of examples/retry.c and fails unless the learned timer is better than the others."""

import sys

rows = {}
for line in sys.stdin.read().splitlines()[1:]:
    words = line.rsplit(None, 4)
    if not line.startswith("weights"):
        rows[words[0].strip()] = [float(word) for word in words[1:]]
learned = rows.pop("learned")
assert len(rows) == 6, rows
for name, row in rows.items():
    assert learned[0] < row[0], f"mean: {learned[0]}, {name}: {row[0]}"
    if name.startswith("RFC"):
        assert learned[1] < row[1], f"99%: {learned[1]}, {name}: {row[1]}"
        assert learned[2] < row[2], f"lost: {learned[2]}, {name}: {row[2]}"
assert learned[3] < rows["RFC 6298, no floor"][3], f"in vain: {learned[3]}"

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""rows_covered.py ops.def CLASS... < hashes: is every row of these classes of ops.def among the first words of the lines?"""

import re
import sys

KNOWN = {"TN_UNARY", "TN_BINARY", "TN_COMPARE", "TN_LOGICAL", "TN_REDUCTION", "TN_STRUCTURAL"}

text = re.sub(r"/\*.*?\*/", "", open(sys.argv[1]).read(), flags=re.S)
table = [(match[1], match[2]) for match in re.finditer(r"^(TN_[A-Z]+)\((\w+),", text, re.M)]
strangers = {kind for kind, _ in table} - KNOWN
if strangers:
    sys.exit(f"classes that no test knows: {sorted(strangers)}")
want = {name for kind, name in table if kind in sys.argv[2:]}
if not want:
    sys.exit("no row of these classes")
have = {line.split()[0] for line in sys.stdin if line.strip()}
missing, unknown = sorted(want - have), sorted(have - want)
if missing or unknown:
    sys.exit(f"not tested: {missing}; not in ops.def: {unknown}")
print(f"{len(want)} rows")

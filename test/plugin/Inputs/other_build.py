# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""other_build.py LIBRARY: changes the build id in a copy of one of the libraries, as if another build had made it."""

import re
import sys

with open(sys.argv[1], "rb") as file:
    data = file.read()
changed, count = re.subn(rb"\d+\.\d+\.\d+-[0-9a-f]{12}-llvm", lambda id: id[0].replace(b"-", b"+", 1), data)
if not count:
    sys.exit(f"{sys.argv[1]} has no build id")
with open(sys.argv[1], "wb") as file:
    file.write(changed)

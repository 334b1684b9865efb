# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""plant.py IN.ll FUNCTION OUT.ll: makes the 3 in the vector code of a function's kernels a 3.5."""

import re
import sys

source, function, target = sys.argv[1:]
text, planted = open(source).read(), 0


def plant(stage):
    global planted
    body, count = re.subn(r"(?<=float )(-?)3\.000000e\+00", r"\g<1>3.500000e+00", stage[0])
    planted += count
    return body


text = re.sub(r"^define internal [^\n]*@%s\.tenon\d+\.k\d+\.s\d+\.v\d\(.*?^}" % function, plant, text, flags=re.M | re.S)
assert planted >= 3, "no constant in the stages of " + function
open(target, "w").write(text)

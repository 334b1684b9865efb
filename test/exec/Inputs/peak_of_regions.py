# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the peaks of memory that remarks give with what malloc has seen.

peak_of_regions.py RECORD OUTPUT        the optimisation record, and lines "FUNCTION BYTES"; several of a function: of more and more turns
"""
import re
import sys


def main():
    record, output = sys.argv[1:]
    peaks = {}
    for remark in open(record).read().split("---"):
        if re.search(r"^Name: +Peak$", remark, re.M):
            function = re.search(r"^Function: +(\S+)$", remark, re.M).group(1)
            text = re.sub(r"\s+", " ", remark[remark.index("Args:"):])
            assert function not in peaks, f"{function} has two regions"
            peaks[function] = text
    seen = {}
    for line in open(output):
        function, measured = line.split()
        seen.setdefault(function, []).append(int(measured))
    exact = 0
    for function, all_measured in seen.items():
        said = int(re.search(r"at most (\d+) bytes at once", peaks[function]).group(1))
        print(f"{function}: {said}, {all_measured}")
        by_blocks = "less where they are made by blocks of rows" in peaks[function]
        assert said == all_measured[0] or (by_blocks and said > all_measured[0]), function
        exact += said == all_measured[0]
        grows = "perhaps more with each turn" in peaks[function]
        assert (len(set(all_measured)) > 1) == grows, f"{function}: does it grow?"
    print(f"{exact} of {len(seen)} are equal")


main()

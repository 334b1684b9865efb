# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Evaluates the formulas of remarks for what a program printed, and compares the bytes.

temporaries.py SOURCE REMARKS OUTPUT [--blocks]

--blocks: the sizes are such that the allocator need not round, so that malloc must have seen exactly these bytes.
"""
import re
import sys


def main():
    source, remarks, output = sys.argv[1:4]
    blocks = "--blocks" in sys.argv
    lines = open(source).read().splitlines()
    starts = {}
    for number, line in enumerate(lines, 1):
        definition = re.match(r"(?:tn_tensor|float) (\w+)\(.*\{$", line)
        if definition:
            starts[number] = definition.group(1)
    formulas = {}
    for line in open(remarks):
        found = re.search(r":(\d+):\d+: remark: region: .*new tensors: (.*); temporaries: (.*?)(?:; by blocks of rows: (.*?))?(?: \[|$)", line)
        if found:
            start = max(n for n in starts if n <= int(found.group(1)))
            assert starts[start] not in formulas, f"{starts[start]} has two regions"
            formulas[starts[start]] = found.group(2), found.group(3), found.group(4) or "none"

    compared = 0
    for line in open(output):
        name, *words = line.split()
        symbols = {}
        for word in words:
            key, value = word.split("=")
            numbers = [int(n) for n in value.split(",")]
            symbols[key] = numbers if "," in value else numbers[0]
        measured = {key: symbols.pop(key) for key in ("new", "temporaries", "blocks", "taken")}
        symbols["dim"] = lambda x, axis: x[axis]

        def evaluate(text):
            """The bytes of each tensor, or of several."""
            if text == "none":
                return []
            formula = re.fullmatch(r"(.*) bytes(?: \(for matrices\))?", text)
            assert formula, f"{name}: no formula: {text}"
            return [eval(term, {"__builtins__": {}}, symbols) for term in formula.group(1).split(" + ")]

        new, temporaries, by_blocks = (evaluate(text) for text in formulas[name])
        print(f"{name}: {formulas[name]} = {new}, {temporaries}, {by_blocks}; {measured}")
        assert sum(new) == measured["new"], f"{name}: new tensors"
        assert sum(temporaries) == measured["temporaries"], f"{name}: temporaries"
        # Below 1 MiB together they are there as a whole, and never more than that.
        in_blocks = sum(by_blocks) >= 1 << 20
        assert measured["blocks"] == (0 if in_blocks else sum(by_blocks)), f"{name}: by blocks"
        if blocks:
            large = sum(b for b in new + temporaries + by_blocks if b >= 65536)
            if in_blocks:
                assert measured["taken"] < large, f"{name}: malloc saw {measured['taken']}, no less than {large}"
            else:
                assert large == measured["taken"], f"{name}: malloc saw {measured['taken']}, not {large}"
        compared += 1
    assert compared and len(formulas) == len(starts), (formulas, starts)
    print(f"{compared} comparisons")


main()

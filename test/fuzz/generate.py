#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a C unit of random tensor programs.

    generate.py --seed 7 --programs 25 > unit.c
    generate.py --seed 7 --only 13 > one.c        the 13th of them, alone

Program k of seed s depends on s and k alone. What is printed goes with Inputs/fuzz.c.
"""

import argparse
import random
import sys

from flow import Flow
from program import Program

HEAD = """/* Random programs of seed {seed}: test/fuzz/generate.py. */
#include "fuzz.h"

"""


def program(seed, number, most, about):
    kind = random.Random(f"{seed}/{number}").random()
    flow = about == "flow" or about == "all" and kind < 0.6
    return (Flow if flow else Program)(seed, number, most)


def unit(seed, numbers, most=30, about="all"):
    parts = [HEAD.format(seed=seed)]
    for number in numbers:
        parts.append(program(seed, number, most, about).text() + "\n")
    parts.append("const fz_program fz_programs[] = {%s};\n" % ", ".join(f"program_{k}" for k in numbers))
    parts.append("const int fz_program_names[] = {%s};\n" % ", ".join(map(str, numbers)))
    parts.append("const int fz_program_count = %d;\n" % len(numbers))
    return "".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=int, default=25)
    parser.add_argument("--only", type=int)
    parser.add_argument("--most", type=int, default=30, help="statements in a program (a block counts as one)")
    parser.add_argument("--about", choices=["all", "flow", "lines"], default="all", help="control flow, long straight code, or both")
    arguments = parser.parse_args()
    numbers = range(arguments.programs) if arguments.only is None else [arguments.only]
    sys.stdout.write(unit(arguments.seed, list(numbers), arguments.most, arguments.about))


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""same_code.py: compiles sources with and without debug information and compares their instructions: the first at
every level, the others at -O2."""

import argparse
import os
import subprocess
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--out", required=True)
parser.add_argument("--compile", required=True)
parser.add_argument("sources", nargs="+")
arguments = parser.parse_args()
os.makedirs(arguments.out, exist_ok=True)

LEVELS = ["-O1", "-O2", "-O3"]
KINDS = ["-g", "-g1", "-gline-tables-only", "-gsplit-dwarf", "-g -gdwarf-4", "-g -gno-key-instructions"]


def code(source, options):
    """The instructions with their relocations, by compiling."""
    path = os.path.join(arguments.out, "x.o")
    command = arguments.compile.split() + ["-std=c11", "-c", source, "-o", path] + options
    subprocess.run(command, check=True)
    dump = ["llvm-objdump", "-d", "-r", "--no-show-raw-insn", path]
    return subprocess.run(dump, check=True, capture_output=True, text=True).stdout


for number, source in enumerate(arguments.sources):
    for level in LEVELS if number == 0 else ["-O2"]:
        plain = code(source, [level])
        assert ".tenon0.k0.s0.v" in plain, "no kernel in " + source
        for kind in KINDS:
            if code(source, [level] + kind.split()) != plain:
                sys.exit("%s: %s %s changes the code" % (source, level, kind))

print("%d sources, %d kinds of debug information: the same code" % (len(arguments.sources), len(KINDS)))

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a program, compiled by the plugin, that counts what it takes from malloc: the peak has to be at most what an expression
in its arguments says; built without the plugin it has to be more, which shows that the bound says something.

    peak.py --source X.c --out DIR --clang CLANG --plugin=-fplugin=... --cflags .. --libs .. --at-most EXPRESSION
            -- NAME=VALUE ...

The values are the program's arguments; their names may stand in the expression.

Beside tensors the bounds leave 6 MiB: for what each of two threads keeps, and for blocks that are whole huge pages. What a test says is not there has
to be larger than that.
"""

import argparse
import os
import shlex
import subprocess
import sys

INPUTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Inputs")
REPORT = """
#include <stdio.h>
#include "allocations.h"
__attribute__((destructor)) static void report(void) { fprintf(stderr, "peak %lld\\n", (long long)allocations_peak()); }
"""


def main():
    parser = argparse.ArgumentParser()
    for option in ("--source", "--out", "--clang", "--plugin", "--cflags", "--libs", "--at-most"):
        parser.add_argument(option, required=True)
    parser.add_argument("arguments", nargs="+")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    names = dict(argument.split("=") for argument in options.arguments)
    bound = eval(options.at_most, {}, {name: int(value) for name, value in names.items()})
    report = os.path.join(options.out, "report.c")
    with open(report, "w") as file:
        file.write(REPORT)

    def peak(plugin):
        program = os.path.join(options.out, "compiled" if plugin else "eager")
        command = [options.clang, "-std=c11", "-O2", "-I", INPUTS] + shlex.split(options.cflags)
        subprocess.run(command + plugin + ["-c", options.source, "-o", program + ".o"], check=True)
        subprocess.run(command + [program + ".o", report, os.path.join(INPUTS, "allocations.c"), "-o", program] +
                       shlex.split(options.libs), check=True)
        said = subprocess.run([program] + list(names.values()), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              env={**os.environ, "TENON_NUM_THREADS": "2"}).stderr.decode()
        return int(said.split("peak ")[1])

    compiled, eager = peak([options.plugin]), peak([])
    print(f"peak: {compiled} bytes, {eager} eagerly, bound {bound}")
    return 1 if compiled > bound or (eager <= bound) else 0


if __name__ == "__main__":
    sys.exit(main())

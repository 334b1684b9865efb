# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds one program by every compiler and at every level, with the plugin and without, and runs it: each has to print
the same. Then the program that the plugin built runs once for each of its guards, with that guard told to fail. Built for
TENON_CHECK it runs each region both ways, and must find no difference in the runs that it compares, of which there are some.

    everywhere.py --source X.c --out DIR --clang CLANG [--gcc GCC] --plugin=-fplugin=... --cflags .. --libs .. [--guards N]
                  [--kernels N] [--other CALLERS.c] -- ARGUMENTS OF THE PROGRAM

--other names a second source that is always built without the plugin. --guards bounds how many guards are made to fail;
of more, as many are chosen evenly. --kernels N: at -O1 and up at least N kernels must run (1); 0 also means that there may be no region to compare.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys

TIMEOUT = 120
COUNTER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Inputs", "launches.c")


def call(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT, **options)


def main():
    parser = argparse.ArgumentParser()
    for option in ("--source", "--out", "--clang", "--plugin"):
        parser.add_argument(option, required=True)
    for option in ("--gcc", "--cflags", "--libs", "--other"):
        parser.add_argument(option, default="")
    parser.add_argument("--guards", type=int, default=200)
    parser.add_argument("--kernels", type=int, default=1)
    parser.add_argument("arguments", nargs="*")
    options = parser.parse_args()
    cflags, libs = shlex.split(options.cflags), shlex.split(options.libs)
    os.makedirs(options.out, exist_ok=True)
    wrong = []

    def build(name, compiler, flags):
        program, objects = os.path.join(options.out, name), []
        for source, extra in ((options.source, flags), (options.other, ["-O1"]), (COUNTER, [])):
            if not source:
                continue
            # Only clang's own files may see what is for clang.
            with_compiler = compiler if source == options.source else [options.gcc or options.clang]
            objects.append(f"{program}.{len(objects)}.o")
            made = call(with_compiler + ["-std=c11", "-ffp-contract=off"] + extra + cflags + ["-c", source, "-o", objects[-1]])
            if made.returncode:
                sys.exit(f"{name}: {made.stderr.decode()}")
        made = call([options.clang] + objects + ["-o", program] + libs)
        if made.returncode:
            sys.exit(f"{name}: {made.stderr.decode()}")
        return program

    def run(program, **environment):
        result = call([program] + options.arguments, env={**os.environ, **environment})
        return result.returncode, result.stdout

    def compare(what, got):
        if got == want:
            return
        first = next((i for i, (a, b) in enumerate(zip(got[1].splitlines(), want[1].splitlines())) if a != b), None)
        lines = "" if first is None else f" line {first + 1}: {got[1].splitlines()[first]!r}, not {want[1].splitlines()[first]!r}"
        wrong.append(f"{what}: exit status {got[0]}, not {want[0]};{lines or ' output of another length' if got[1] != want[1] else ''}")

    plugin = [options.plugin]
    checks = ["-DCONTRACTS_ARE_CHECKED"] # what these builds do besides, for programs that break contracts on purpose
    compilers = [("clang-O0", [options.clang], ["-O0"]), ("clang-O2", [options.clang], ["-O2"])]
    if options.gcc:
        compilers.append(("gcc-O2", [options.gcc], ["-O2"]))
    isas = os.environ["TEST_ISAS"].split()
    # Kernels for each instruction set at -O2; elsewhere, which is quicker to compile, for one that every machine has, or for the best.
    least, best = ([f"-fplugin-arg-tenon-isa={isa}"] for isa in (isas[0], isas[-1])) if isas else ([], [])
    compilers += [(f"plugin{flags[0]}{'-g' if '-g' in flags else ''}", [options.clang], flags + plugin)
                  for flags in (["-O0", *checks], ["-O1", *least], ["-O2"], ["-O3", *best], ["-O2", "-g", *best])]
    want = None
    for name, compiler, flags in compilers:
        program = build(name, compiler, flags)
        guards_file = program + ".guards"
        got = run(program, TENON_FAIL_GUARD="0", TEST_GUARDS_FILE=guards_file)
        if want is None:
            want = got
            if want[0] or not want[1]:
                sys.exit(f"{name}: exit status {want[0]}, printed {want[1].decode()!r}")
        compare(name, got)
        with open(guards_file) as file:
            guards, launched = (int(word) for word in file.read().split())
        if name.startswith("plugin") and name != "plugin-O0" and launched < options.kernels:
            wrong.append(f"{name}: {launched} kernels ran, not {options.kernels}")
        if (not name.startswith("plugin") or name == "plugin-O0") and guards:
            wrong.append(f"{name}: {guards} guards without the plugin")
        if name == "plugin-O2":
            compiled, count = program, guards

    chosen = range(1, count + 1)
    if count > options.guards:
        chosen = [1 + i * (count - 1) // (options.guards - 1) for i in range(options.guards)]
    for k in chosen:
        compare(f"TENON_FAIL_GUARD={k}", run(compiled, TENON_FAIL_GUARD=str(k)))
    for some in ("all", "launches"):
        compare(f"TENON_FAIL_GUARD={some}", run(compiled, TENON_FAIL_GUARD=some))
    for threads in ("1", "2", "3"):
        compare(f"TENON_NUM_THREADS={threads}", run(compiled, TENON_NUM_THREADS=threads))
    for isa in ("v2", "v3", "v4"):
        compare(f"TENON_ISA={isa}", run(compiled, TENON_ISA=isa))
    for rows in ("1", "5", "64"):
        compare(f"TENON_BLOCK_ROWS={rows}", run(compiled, TENON_BLOCK_ROWS=rows))

    checked = build("checked", [options.clang], ["-O2", "-fplugin-arg-tenon-check", *checks, *best, *plugin])
    compare("without TENON_CHECK", run(checked))
    compare("TENON_CHECK=1", run(checked, TENON_CHECK="1"))
    said = call([checked] + options.arguments, env={**os.environ, "TENON_CHECK": "1"}).stderr.decode()
    if options.kernels and not re.search(r"tenon: check: [1-9]\d* runs of regions compared, no difference", said):
        wrong.append(f"TENON_CHECK=1: {said}")

    print("\n".join(wrong))
    print(f"{len(compilers)} builds, {len(chosen)} of {count} guards, {len(wrong)} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

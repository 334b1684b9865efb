# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds a program without the plugin and with it, and lets each of its allocations fail in turn. It prints sections, "== name",
of lines that end in "memory HASH"; a section that failed ends in a line "failed ... memory HASH" and one "error MESSAGE".

A section has to be what it is where nothing fails, or the beginning of it, then "failed" over memory as one of the lines has
it, and a message about memory. At most one section may fail; each program has to fail somewhere, and to end.
"""

import argparse
import os
import shlex
import subprocess
import sys

MOST = 3000


def main():
    parser = argparse.ArgumentParser()
    for option in ("--source", "--out", "--clang", "--plugin", "--cflags", "--libs"):
        parser.add_argument(option, required=True)
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)

    def build(name, flags):
        program = os.path.join(options.out, name)
        command = [options.clang, "-std=c11", "-O2", "-ffp-contract=off"] + flags + shlex.split(options.cflags)
        subprocess.run(command + [options.source, "-o", program] + shlex.split(options.libs), check=True)
        return program

    def sections(program, k):
        result = subprocess.run([program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
                                env={**os.environ, "TENON_FAIL_ALLOC": str(k), "TENON_NUM_THREADS": "1"})
        if result.returncode:
            return None
        return [section.splitlines() for section in result.stdout.decode().split("== ")[1:]]

    def judge(want, got):
        """Whether this section failed; an exception if it is wrong."""
        if got == want:
            return False
        assert got[-1].startswith("error ") and "out of memory" in got[-1], got[-1]
        body = got[:-1]
        if body[-1].startswith("failed"):
            memory = body.pop().split("memory ")[1]
            assert memory in [line.split("memory ")[1] for line in want[1:-1]], "memory as it never was"
        for got_line, want_line in zip(body, want):
            assert got_line == want_line, f"{got_line}, not {want_line}"
        return True

    program, want = build("eager", []), None
    want = sections(program, 0)
    assert want and all(section[-1] == "error " for section in want), want
    for name, flags in ("eager", []), ("compiled", [options.plugin]):
        program = build(name, flags)
        failures = harmless = 0
        for k in range(1, MOST):
            got = sections(program, k)
            assert got and len(got) == len(want), f"{name}, allocation {k}: {'it crashed' if got is None else 'sections are missing'}"
            try:
                failed = sum(judge(w, g) for w, g in zip(want, got))
            except AssertionError as wrong:
                sys.exit(f"{name}, allocation {k}: {wrong}")
            assert failed <= 1, f"{name}, allocation {k}: {failed} sections failed"
            failures += failed
            harmless = harmless + 1 if failed == 0 else 0
            if harmless == 300:  # there are no more
                break
        print(f"{name}: {failures} of {k - harmless} allocations that failed were missed")
        assert failures > 5, name


main()

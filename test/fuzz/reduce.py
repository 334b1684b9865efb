#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes a failing program small.

    reduce.py fuzz-failures/seed7-13.c > small.c

Takes lines and whole blocks out, replaces ops by copies of an operand and makes
numbers smaller, as long as the program compiles without warnings, its eager run ends
well, and the run with the plugin still fails in the same way (crash or difference).
Level and environment stand in the file's first line, where run.py writes them.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import run


class Reducer:
    def __init__(self, tools, folder, level, environment):
        self.tools, self.folder, self.level, self.environment = tools, folder, level, environment
        self.tries = 0

    def kind(self, text):
        """How the program fails; None if it does not, or is no good program."""
        self.tries += 1
        source, eager, compiled = (self.folder / name for name in ("x.c", "x.eager", "x.compiled"))
        source.write_text(text)
        check = subprocess.run([self.tools.clang, "-O1", "-Wall", "-Wno-unused", "-Werror", "-fsyntax-only",
                                *self.tools.include(), str(source)], capture_output=True)
        if check.returncode != 0:
            return None
        ok, _ = self.tools.compile(source, eager, "-O1", plugin=False)
        if not ok:
            return None
        good, ended, _ = self.tools.run(eager, {})
        if ended:
            return None
        ok, messages = self.tools.compile(source, compiled, self.level, plugin=True)
        if not ok:
            return "clang"
        output, ended, _ = self.tools.run(compiled, self.environment)
        if ended:
            return ended
        return "difference" if output != good else None


def block_end(lines, i):
    """The line after the block that line i opens; i + 1 if it opens none."""
    depth = lines[i].count("{") - lines[i].count("}")
    j = i + 1
    while depth > 0 and j < len(lines):
        depth += lines[j].count("{") - lines[j].count("}")
        j += 1
    return j


def candidates(lines):
    """Smaller programs, the much smaller first."""
    n = len(lines)
    size = n // 2
    while size >= 2:
        for i in range(0, n - size + 1, max(1, size // 2)):
            yield lines[:i] + lines[i + size:]
        size //= 2
    for i in reversed(range(n)):
        end = block_end(lines, i)
        yield lines[:i] + lines[end:]
        if end > i + 1 and end <= n:  # the block's inside alone
            yield lines[:i] + lines[i + 1:end - 1] + lines[end:]
    for i, line in enumerate(lines):
        found = re.match(r"(\s*tn_tensor (\w+) = )(.*);$", line)
        if found:
            for operand in dict.fromkeys(re.findall(r"\bt\d+\b|\bj\d+\b|\bk\d+\b", found.group(3))):
                for call in (f"{found.group(1)}tn_copy({operand});", f"{found.group(1)}tn_neg({operand});"):
                    if call != line and not re.match(r"tn_(copy|neg|view)\w*\(", found.group(3)):
                        yield lines[:i] + [call] + lines[i + 1:]
        for found in re.finditer(r"fz_n\((\d+)\)|fz_bound\((\w+\([^()]*\))\)", line):
            yield lines[:i] + [line[:found.start()] + (found.group(1) or found.group(2)) + line[found.end():]] + lines[i + 1:]
        for found in re.finditer(r"tn_\w+\((\w+)(?:, [\w.-]+)?\)", line):
            if not line[:found.start()].rstrip().endswith("=") and found.group(1) != "void":
                yield lines[:i] + [line[:found.start()] + found.group(1) + line[found.end():]] + lines[i + 1:]


def reduce(lines, fails, report):
    smaller = True
    while smaller:
        smaller = False
        for candidate in candidates(lines):
            if "\n".join(candidate) != "\n".join(lines) and fails("\n".join(candidate) + "\n"):
                lines = candidate
                report(f"{len(lines)} lines")
                smaller = True
                break
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--level", help="instead of the file's")
    run.options_of_tools(parser)
    options = parser.parse_args()

    lines = options.program.read_text().splitlines()
    words = lines[0].removeprefix("//").split()
    level = options.level or next((w for w in words if w.startswith("-O")), "-O2")
    environment = dict(w.split("=", 1) for w in words if "=" in w)
    head = [line for line in lines[:2] if line.startswith("//")]
    lines = lines[len(head):]

    folder = pathlib.Path(tempfile.mkdtemp(prefix="tenon-reduce-"))
    tools = run.Tools(options.clang, options.build, options.headers, options.limit)
    tools.prepare(folder)
    reducer = Reducer(tools, folder, level, environment)
    kind = reducer.kind("\n".join(lines) + "\n")
    if not kind:
        print("reduce: it does not fail", file=sys.stderr)
        return 1
    lines = reduce(lines, lambda text: reducer.kind(text) == kind, lambda text: print(f"reduce: {text}", file=sys.stderr))
    shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(head + lines))
    print(f"reduce: {kind}, {reducer.tries} tries", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

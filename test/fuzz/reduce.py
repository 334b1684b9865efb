#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes a failing program small.

    reduce.py fuzz-failures/seed7-13.c small.c

Takes lines and whole blocks out, or the braces around them, replaces calls by one of their operands, branches by
an arm and counts by smaller ones, as long as the program compiles without warnings, its eager run ends
well, and the run with the plugin still fails in the same way (crash or difference).
Flags and environment stand in the file's first line, where run.py writes them. With --tombstones FOLDER, where a libtenon.so
lies that was built with -DTENON_TOMBSTONES (preset dev), a program that uses a tensor after its end is none.
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
    def __init__(self, tools, folder, flags, environment, tombstones=None):
        self.tombstones = tombstones
        self.tools, self.folder, self.flags, self.environment = tools, folder, flags, environment
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
        ok, _ = self.tools.compile(source, eager, ["-O1", *[f for f in self.flags[1:] if not f.startswith("-fplugin")]], plugin=False)
        if not ok:
            return None
        good, ended, _ = self.tools.run(eager, {})
        if ended or self.tombstones and self.tools.run(eager, {"LD_LIBRARY_PATH": self.tombstones})[:2] != (good, ""):
            return None
        ok, messages = self.tools.compile(source, compiled, self.flags, plugin=True, check="TENON_CHECK" in self.environment)
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


def without(lines, fails, report):
    """Takes lines out: big pieces first, from the end, for what is defined there is used least."""
    size = max(1, len(lines) // 2)
    while True:
        i = len(lines) - size
        while i >= 0:
            end = block_end(lines, i) if size == 1 else i + size
            inside = []
            if end > i + 1 and size == 1:
                inside.append(lines[:i] + lines[i + 1:end - 1] + lines[end:])
                inside.append(lines[:i] + ["{"] + lines[i + 1:end - 1] + ["}"] + lines[end:])
                arms = [j for j in range(i + 1, end) if lines[j].strip().startswith("} else")]
                if arms:
                    inside.append(lines[:i] + lines[i + 1:arms[0]] + lines[end:])
                    inside.append(lines[:arms[0]] + lines[end - 1:])
                    inside.append(lines[:i] + lines[arms[-1] + 1:end - 1] + lines[end:])
            for candidate in [lines[:i] + lines[end:]] + inside:
                if fails(candidate):
                    lines = candidate
                    report(lines)
                    break
            i -= size if size > 1 else 1
        if size == 1:
            return lines
        size //= 2


def operands(line):
    """(start of a call, its end, its operands) of each call, the outermost first; a ternary in parentheses is one of both arms."""
    for found in re.finditer(r"\w*\(", line):
        depth, starts, i = 1, [found.end()], found.end()
        ends = []
        while i < len(line) and depth:
            depth += (line[i] in "([{") - (line[i] in ")]}")
            if depth == 1 and (line[i] == "," or line[i:i + 3] in (" ? ", " : ")) or depth == 0:
                ends.append(i)
                starts.append(i + (3 if line[i] == " " else 1))
            i += 1
        yield found.start(), i, [line[a:b].strip() for a, b in zip(starts, ends)]


def rewritings(line):
    """Simpler lines in place of this one."""
    if not line.startswith(("static", "#", "struct", "void", "__attribute__")):
        for start, end, inside in operands(line):
            for operand in inside:
                if operand and (line[:start] + operand + line[end:]) != line:
                    yield line[:start] + operand + line[end:]
        for found in re.finditer(r"(?<=< )(\d+|k \+ \d|k|n|p|\([^;]*\))(?=; | &&)", line):
            for smaller in ("1", "2", "3"):
                if smaller < found.group():
                    yield line[:found.start()] + smaller + line[found.end():]
        found = re.match(r"(\s*(?:if|while|\} while) \()(.*)(\)(?: \{.*|;))$", line)
        if found and found.group(2) not in ("0", "1") and "while" not in found.group(1):
            yield found.group(1) + "1" + found.group(3)
            yield found.group(1) + "0" + found.group(3)
    found = re.match(r"(\s*tn_tensor \w+ = )(.*);$", line)
    if found and not re.match(r"tn_(copy|neg|view)\w*\(", found.group(2)):
        for operand in dict.fromkeys(re.findall(r"\b[tjk]\d+\b", found.group(2))):
            yield f"{found.group(1)}tn_copy({operand});"
            yield f"{found.group(1)}tn_neg({operand});"
    for found in re.finditer(r"fz_n\((-?\d+)\)|fz_v\(([^()]+)\)|fz_bound\((\w+(?:\([^()]*\))?)\)", line):
        yield line[:found.start()] + next(g for g in found.groups() if g) + line[found.end():]
    for found in re.finditer(r"tn_\w+\(([tjk]\d+)[^()]*\)", line):
        if not line[:found.start()].rstrip().endswith("="):
            yield line[:found.start()] + found.group(1) + line[found.end():]
    found = re.match(r"static (?:__attribute__\(\(noinline\)\) )?(float|double) (f\w+\([^)]*\)) {", line)
    if found:
        yield f"static {found.group(1)} {found.group(2)} {{ return v * 0.5f; }}"
        body = line[found.end():].rsplit("}", 1)[0]
        parts = re.findall(r"[^;{}]*(?:\([^)]*\)[^;{}]*)*(?:\{[^}]*\}|;)", body)
        for i in range(len(parts)):
            yield line[:found.end()] + "".join(parts[:i] + parts[i + 1:]) + " }"


def reduce(lines, fails, report):
    while True:
        before = list(lines)
        lines = without(lines, fails, report)
        i = 0
        while i < len(lines):
            for other in rewritings(lines[i]):
                if other != lines[i] and fails(lines[:i] + [other] + lines[i + 1:]):
                    lines = lines[:i] + [other] + lines[i + 1:]
                    report(lines)
                    break
            else:
                i += 1
        if lines == before:
            return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--level", help="instead of the file's")
    parser.add_argument("--tombstones", metavar="FOLDER")
    run.options_of_tools(parser)
    options = parser.parse_args()

    lines = options.program.read_text().splitlines()
    words = lines[0].removeprefix("//").split()
    flags = [w for w in words if w.startswith("-")] or ["-O2"]
    if options.level:
        flags[0] = options.level
    environment = dict(w.split("=", 1) for w in words if w.startswith("TENON_"))
    head = [line for line in lines[:2] if line.startswith("//")]
    lines = lines[len(head):]

    folder = pathlib.Path(tempfile.mkdtemp(prefix="tenon-reduce-"))
    tools = run.Tools(options.clang, options.build, options.headers, options.limit)
    tools.prepare(folder)
    reducer = Reducer(tools, folder, flags, environment, options.tombstones)
    kind = reducer.kind("\n".join(lines) + "\n")
    if not kind:
        print("reduce: it does not fail", file=sys.stderr)
        return 1

    def report(now):  # so that a reduction that is broken off is not lost
        options.out.write_text("\n".join(head + now) + "\n")

    report(lines)
    lines = reduce(lines, lambda now: reducer.kind("\n".join(now) + "\n") == kind, report)
    report(lines)
    shutil.rmtree(folder, ignore_errors=True)
    print(f"reduce: {kind}, {len(lines)} lines, {reducer.tries} tries: {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

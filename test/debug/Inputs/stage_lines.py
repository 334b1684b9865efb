# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""stage_lines.py PROGRAM: for each region and version the user's functions and lines that instructions of its stages are mapped to.

Fails if an instruction behind a stage's prologue maps to no line."""

import re
import subprocess
import sys

program = sys.argv[1]


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


stages, stage = {}, None
for line in run("llvm-objdump", "-d", "--no-show-raw-insn", program).splitlines():
    if label := re.match(r"[0-9a-f]+ <(.*)>:$", line):
        stage = label[1] if re.search(r"\.k\d+\.[sc]\d+\.v\d$", label[1]) else None
    elif stage and (at := re.match(r" *([0-9a-f]+):\s+(?!\s|nop|int3)", line)):  # but what fills gaps
        stages.setdefault(stage, []).append("0x" + at[1])

lines = {}
for stage, addresses in stages.items():
    answers = run("llvm-symbolizer", "--obj=" + program, input="\n".join(addresses)).strip().split("\n\n")
    assert len(answers) == len(addresses), stage
    region, version = re.match(r"(.*)\.k\d+\..*\.(v\d)$", stage).groups()
    found = lines.setdefault((region, version), set())
    for address, answer in zip(addresses, answers):
        frames = answer.split("\n")
        function, (line, _) = frames[0], frames[1].rsplit(":", 2)[1:]
        assert frames[-2] == stage, (stage, address, frames)
        assert "?" not in frames[1], (stage, address, frames)
        declared = frames[-1].rsplit(":", 2)[1]  # of the stage, hence of its prologue
        if function != stage and line not in ("0", declared):
            found.add((int(line), function))
for (region, version), found in sorted(lines.items()):
    print(region, version + ":", *("%s:%d" % (function, line) for line, function in sorted(found)))

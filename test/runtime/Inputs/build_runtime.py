# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""build_runtime.py --clang CLANG --source ROOT --out FOLDER --flags "...": libtenon.a of the runtime's own sources, with these
flags: for sanitizers, which have to see all code of a program."""

import argparse
import concurrent.futures
import glob
import os
import platform
import shlex
import subprocess
import sys

parser = argparse.ArgumentParser()
for option in ("--clang", "--source", "--out", "--flags"):
    parser.add_argument(option, required=True)
options = parser.parse_args()
runtime = os.path.join(options.source, "runtime")
os.makedirs(options.out, exist_ok=True)

# As in runtime/CMakeLists.txt, but for -O1, which is quicker to compile; results do not depend on it.
common = [options.clang, "-std=c11", "-O1", "-g", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fPIC", "-pthread"]
common += ["-D_GNU_SOURCE", "-I", os.path.join(options.source, "headers"), "-I", runtime] + shlex.split(options.flags)
versions = {"neon": []}
if platform.machine() == "x86_64":
    versions = {isa: [f"-march=x86-64-{isa}"] for isa in ("v2", "v3", "v4")}
jobs = [(source, "", []) for source in glob.glob(os.path.join(runtime, "*.c"))]
jobs += [
    (source, isa, flags + [f"-DTN_ISA_NAME={isa}"])
    for source in glob.glob(os.path.join(runtime, "isa", "*.c"))
    for isa, flags in versions.items()
]


def compile_one(job):
    source, isa, flags = job
    out = os.path.join(options.out, f"{os.path.basename(source)}.{isa}.o")
    made = subprocess.run(common + flags + ["-c", source, "-o", out], stderr=subprocess.PIPE)
    if made.returncode:
        sys.stderr.write(made.stderr.decode())
    return out if made.returncode == 0 else None


with concurrent.futures.ThreadPoolExecutor(2) as pool:
    objects = list(pool.map(compile_one, jobs))
if None in objects:
    sys.exit(1)
archive = os.path.join(options.out, "libtenon.a")
if os.path.exists(archive):
    os.remove(archive)
subprocess.run(["llvm-ar", "rc", archive] + objects, check=True)

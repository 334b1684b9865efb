#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Differential fuzzing: random tensor programs, built without and with the plugin, must print the same.

    run.py --programs 1000 --seed 1 --jobs 2 --keep /tmp/failures

Programs are of two kinds: functions of long straight code (program.py), and functions with branches and loops (flow.py); --about
takes one kind alone. Each unit of --unit programs is built once without the plugin and once with it, at -O1, -O2 or -O3 in turn,
two of three with kernels for one instruction set, and run with other instruction sets, numbers of threads and guards told to fail.
Every CHECK_EVERY-th is built for TENON_CHECK too, so that its regions compare themselves with the original calls, and with it what
becomes code without regions elsewhere is made of regions; every DUMP_EVERY-th is compiled with TENON_DUMP. In every ALLOC_EVERY-th allocations fail: its programs must end well,
whatever they print. A crash or a hang of the compiler or of a program is a failure
too, and so is a run in which kernels are hardly ever launched. What fails is saved
in --keep, alone in its unit; reduce.py makes it small. The last line is the count; after every REPORT_EVERY units stands one too.
"""

import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

import generate

try:
    CPU = pathlib.Path("/proc/cpuinfo").read_text().split()
except OSError:
    CPU = []
HERE = pathlib.Path(__file__).resolve().parent
INPUTS = HERE / "Inputs"
WRAP = "-Wl,--wrap=tn_rt_launch,--wrap=tn_rt_launch_chain,--wrap=tn_rt_element"
LEVELS = ["-O1", "-O2", "-O3"]  # of the compiled program; the eager one is built with -O1
# Of both. What is folded while compiling is not to differ from what runs, by products and sums that are fused or not.
FLAGS = [["-ffp-contract=off", *more] for more in ([], ["-g"], [], ["-fPIC", "-fno-inline-functions"])]
if "avx2" in CPU and "fma" in CPU:
    FLAGS[2:2] = [["-march=x86-64-v3"], ["-march=x86-64-v3", "-fno-inline-functions"]]  # the program's own code has fma
CHECK_EVERY = 4  # units
ALLOC_EVERY = 5
DUMP_EVERY = 29  # drawings take their time
ISAS = ["v2"] + ["v3"] * ("avx2" in CPU and "fma" in CPU) + ["v4"] * ("avx512f" in CPU and "avx512dq" in CPU)
REPORT_EVERY = 50
MAX_FAILURES = 20  # saved; a broken build fails everywhere


class Tools:
    """Compiles and runs; everything below a folder of its own."""

    def __init__(self, clang, build, headers, limit=60):
        self.clang, self.headers, self.limit = clang, str(headers), limit
        self.lib = str(pathlib.Path(build) / "lib")
        self.harness = None

    def include(self):
        return ["-I", self.headers, "-I", str(INPUTS)]

    def prepare(self, folder):
        self.harness = str(folder / "fuzz.o")
        subprocess.run([self.clang, "-O1", *self.include(), "-c", str(INPUTS / "fuzz.c"), "-o", self.harness], check=True)

    def compile(self, source, out, flags, plugin, check=False, dump=None):
        """(ok, messages). dump: a folder for all that TENON_DUMP writes."""
        command = [self.clang, *flags, "-w", *self.include()]
        if plugin:
            command += [f"-fplugin={self.lib}/tenon.so", "-Rpass=tenon", "-Wno-error=tenon-shape"]
        if check:
            command += ["-fplugin-arg-tenon-check"]
        command += [str(source), self.harness, "-L" + self.lib, "-ltenon", "-Wl,-rpath," + self.lib, "-lm", WRAP, "-o", str(out)]
        try:
            env = {**os.environ, "TENON_DUMP": str(dump)} if dump else None
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=self.limit * 5, env=env)
        except subprocess.TimeoutExpired:
            return False, "clang: time limit"
        return done.returncode == 0, done.stderr

    def run(self, program, environment, *arguments):
        """(what it printed, how it ended: "" if well, what it said on stderr)."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("TENON_")}
        env.update(environment)
        try:
            done = subprocess.run([str(program), *arguments], capture_output=True, timeout=self.limit, env=env)
        except subprocess.TimeoutExpired as hung:
            return (hung.stdout or b"").decode(errors="replace"), "time limit", ""
        end = "" if done.returncode == 0 else f"exit status {done.returncode}"
        return done.stdout.decode(errors="replace"), end, done.stderr.decode(errors="replace")


def by_program(output):
    """{number of the program: what it printed}."""
    parts = re.split(r"^program (\d+)\n", output, flags=re.M)
    return {int(parts[i]): parts[i + 1] for i in range(1, len(parts), 2)}


def first_difference(good, bad, ended):
    """The program at which two outputs part, and how; None where they do not."""
    a, b = by_program(good), by_program(bad)
    for number in a:
        if a[number] != b.get(number):
            if ended and number == max(b, default=number):
                return number, ended
            lines = zip(a[number].splitlines(), b.get(number, "").splitlines())
            return number, next((f"expected `{x}`, got `{y}`" for x, y in lines if x != y), "output ends early")
    return (max(b, default=0), ended) if ended else None


def count_after(word, text):
    found = re.search(rf"{word} (\d+)", text)
    return int(found.group(1)) if found else 0


def environments(chooser, guards, wanted, one_isa):
    """The ways a compiled unit is run, behind a plain run that counts guards."""
    ways = [{"TENON_ISA": isa, "TENON_NUM_THREADS": str(chooser.randint(1, 3))} for isa in ("v2", "v3")][one_isa:]
    ways[-1]["TENON_BLOCK_ROWS"] = str(chooser.randint(1, 3))
    ways += [{"TENON_FAIL_GUARD": "all"}, {"TENON_FAIL_GUARD": "launches"}]
    ways += [{"TENON_FAIL_GUARD": str(k)} for k in chooser.sample(range(1, guards + 1), min(wanted, guards))]
    return ways


class Unit:
    """The programs of one seed."""

    def __init__(self, tools, folder, seed, numbers, options):
        self.tools, self.folder, self.seed, self.numbers, self.options = tools, folder, seed, numbers, options
        self.level = options.level or LEVELS[seed % len(LEVELS)]
        self.flags = FLAGS[seed // len(LEVELS) % len(FLAGS)]
        # Most of the time goes into the machine code of kernels.
        self.isa = options.isa if options.isa is not None else random.Random(f"isa {seed}").choice(ISAS + [""])
        self.plugin_flags = [f"-fplugin-arg-tenon-isa={self.isa}"] if self.isa else []
        self.kernels = self.launched = self.refused = self.elements = self.runs = self.compared = 0
        self.failures = []  # (number, how, environment)

    def build(self, numbers, stem):
        """(eager program, compiled program or None, messages)."""
        source = self.folder / f"{stem}.c"
        source.write_text(generate.unit(self.seed, numbers, self.options.most, self.options.about))
        eager, compiled = self.folder / f"{stem}.eager", self.folder / f"{stem}.compiled"
        ok, messages = self.tools.compile(source, eager, ["-O1", *self.flags], plugin=False)
        if not ok:
            raise RuntimeError(f"seed {self.seed}: the generator wrote what is no C:\n{messages[:2000]}")
        dump = self.folder / f"{stem}.dump" if self.seed % DUMP_EVERY == 0 else None
        if dump:
            dump.mkdir()
        ok, messages = self.tools.compile(source, compiled, [self.level, *self.flags, *self.plugin_flags], plugin=True, dump=dump)
        if dump:
            shutil.rmtree(dump)
        self.kernels += messages.count("remark: one kernel")
        return eager, (compiled if ok else None), messages

    def run(self):
        self.check(self.numbers, f"u{self.seed}")

    def check(self, numbers, stem):
        eager, compiled, messages = self.build(numbers, stem)
        good, ended, _ = self.tools.run(eager, {})
        if ended:
            number = max(by_program(good), default=numbers[0])
            self.fail(number, f"the eager program: {ended}", {})
            return
        if not compiled:
            if len(numbers) > 1:  # which one?
                half = len(numbers) // 2
                self.check(numbers[:half], stem + "a")
                self.check(numbers[half:], stem + "b")
            else:
                why = [line for line in messages.splitlines() if "error" in line or "limit" in line or "Stack dump" in line]
                self.fail(numbers[0], f"clang: {why[0] if why else messages[-200:]}", {})
            return
        output, ended, said = self.tools.run(compiled, {"TENON_FAIL_GUARD": "0"})
        self.launched += count_after("launched", said)
        self.refused += count_after("refused", said)
        self.elements += count_after("elements", said)
        bad = self.compare(good, output, ended, {})
        chooser = random.Random(self.seed)
        for environment in environments(chooser, count_after("guards", said), self.options.guards, bool(self.isa)):
            output, ended, _ = self.tools.run(compiled, environment)
            bad |= self.compare(good, output, ended, environment, seen=bad)
        for _ in range(3 * (self.seed % ALLOC_EVERY == 0)):
            environment = {"TENON_FAIL_ALLOC": str(chooser.randint(1, 40 * len(numbers)))}
            output, ended, _ = self.tools.run(compiled, environment)
            self.runs += 1
            if ended:
                self.fail(max(by_program(output), default=numbers[0]), ended, environment)
        if self.seed % CHECK_EVERY == 0:
            self.check_regions(good, stem, bad)
        if not self.options.keep_units:
            for path in self.folder.glob(f"{stem}.*"):
                path.unlink()

    def check_regions(self, good, stem, bad):
        """Each region both ways; what is in `bad` is known."""
        environment, checked = {"TENON_CHECK": "1"}, self.folder / f"{stem}.checked"
        ok, messages = self.tools.compile(self.folder / f"{stem}.c", checked, [self.level, *self.flags, *self.plugin_flags], plugin=True, check=True)
        if not ok:
            self.fail(self.numbers[0], f"clang, for TENON_CHECK: {messages[-200:]}", environment)
            return
        output, ended, said = self.tools.run(checked, environment)
        said = said.rpartition("tenon: check: ")[2].strip()
        self.compared += int(re.match(r"(\d+) runs", said)[1]) if not ended and said[:1].isdigit() else 0
        self.compare(good, output, f"{ended}: {said}" if ended else "", environment, seen=bad)

    def compare(self, good, output, ended, environment, seen=frozenset()):
        """Notes each program that differs and is not in `seen`; returns them."""
        self.runs += 1
        bad = set()
        a, b = by_program(good), by_program(output)
        if ended:
            number = max(b, default=self.numbers[0])
            if number not in seen:
                self.fail(number, ended, environment)
            bad.add(number)
        for number in b:
            if a.get(number) != b[number] and number not in seen and number not in bad:
                self.fail(number, first_difference(f"program {number}\n{a.get(number, '')}",
                                                   f"program {number}\n{b[number]}", "")[1], environment)
                bad.add(number)
        return bad

    def fail(self, number, how, environment):
        self.failures.append((number, how, environment))


def save(keep, unit, number, how, environment):
    keep.mkdir(parents=True, exist_ok=True)
    settings = " ".join(f"{k}={v}" for k, v in environment.items())
    path = keep / f"seed{unit.seed}-{number}.c"
    flags = " ".join([unit.level, *unit.flags, *unit.plugin_flags, settings])
    path.write_text(f"// {flags}\n// {how}\n" + generate.unit(unit.seed, [number], unit.options.most, unit.options.about))
    return path


def options_of_tools(parser):
    root = HERE.parent.parent
    parser.add_argument("--clang", default="clang-22")
    parser.add_argument("--build", default=str(root / "build"), help="the build tree (lib/tenon.so, lib/libtenon.so)")
    parser.add_argument("--headers", default=str(root / "headers"))
    parser.add_argument("--limit", type=int, default=60, help="seconds for one run of a unit")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1, help="of the first unit")
    parser.add_argument("--unit", type=int, default=25, help="programs in a unit")
    parser.add_argument("--most", type=int, default=30, help="statements in a program")
    parser.add_argument("--about", choices=["all", "flow", "lines"], default="all", help="control flow, long straight code, or both")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--guards", type=int, default=12, help="guards to fail in a unit, besides all of them")
    parser.add_argument("--isa", help="v2, v3, v4 for all units, or nothing between quotes: kernels for all")
    parser.add_argument("--level", help="-O1, -O2 or -O3 for all units")
    parser.add_argument("--keep", default="fuzz-failures", help="where failing programs are saved")
    parser.add_argument("--keep-units", action="store_true", help="leave the working folder")
    options_of_tools(parser)
    options = parser.parse_args()

    work = pathlib.Path(tempfile.mkdtemp(prefix="tenon-fuzz-"))
    tools = Tools(options.clang, options.build, options.headers, options.limit)
    tools.prepare(work)
    keep = pathlib.Path(options.keep)
    units = []
    for first in range(0, options.programs, options.unit):
        numbers = list(range(min(options.unit, options.programs - first)))
        units.append(Unit(tools, work, options.seed + first // options.unit, numbers, options))

    total = lambda field: sum(getattr(unit, field) for unit in done)
    started = time.monotonic()

    def count():
        programs = sum(len(unit.numbers) for unit in done)
        return (f"{programs} programs from seed {options.seed}, {total('runs')} runs, {programs / (time.monotonic() - started):.2f} programs/s; "
                f"{total('kernels')} kernels compiled, {total('launched')} launches done, {total('elements')} elements read, "
                f"{total('refused')} refused, {total('compared')} regions compared with the original calls; {failures} failures")

    failures, done = 0, []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        running = {pool.submit(unit.run): unit for unit in units}
        for future in concurrent.futures.as_completed(running):
            unit = running[future]
            future.result()
            done.append(unit)
            for number, how, environment in unit.failures:
                failures += 1
                settings = "".join(f" {k}={v}" for k, v in environment.items())
                flags = " ".join([unit.level, *unit.flags, *unit.plugin_flags])
                print(f"FAIL seed {unit.seed} program {number} {flags}{settings}: {how}", flush=True)
                if failures <= MAX_FAILURES:
                    print(f"  saved {save(keep, unit, number, how, environment)}", flush=True)
            if len(done) % REPORT_EVERY == 0:
                print(f"so far: {count()}", flush=True)
    if not options.keep_units:
        shutil.rmtree(work, ignore_errors=True)

    vacuous = total("launched") < options.programs
    if vacuous:
        print("FAIL fewer launches than programs: this tests nothing")
    print(f"fuzz: {count()}")
    return 1 if failures or vacuous else 0


if __name__ == "__main__":
    sys.exit(main())

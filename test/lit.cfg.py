# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The lit suite. CONTRIBUTING.md lists the substitutions and features.

import glob
import os
import platform
import re
import shutil

import lit.formats

config.name = "Tenon"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".c", ".cpp", ".ll", ".mlir", ".test"]
config.excludes = ["Inputs", "CMakeLists.txt"]
config.test_source_root = os.path.join(config.tenon_source_root, "test")
config.test_exec_root = os.path.join(config.tenon_build_root, "test")

lib = os.path.join(config.tenon_build_root, "lib")
headers = os.path.join(config.tenon_source_root, "headers")

TIME_LIMIT_SECONDS = 900
try:
    lit_config.maxIndividualTestTime = TIME_LIMIT_SECONDS
except ValueError:
    lit_config.note("python3-psutil is not there: tests run without a time limit")

# Tools are found by PATH: tenon-opt, then those of this LLVM (opt, FileCheck,
# not, count, split-file, llvm-nm ...), then the system's.
config.environment["PATH"] = os.pathsep.join(
    [
        os.path.join(config.tenon_build_root, "bin"),
        config.llvm_bindir,
        os.environ.get("PATH", ""),
    ]
)
for variable in os.environ:
    if re.match(r"TENON_|ASAN_|UBSAN_|LSAN_|TSAN_", variable):
        config.environment[variable] = os.environ[variable]

# Features: REQUIRES and UNSUPPORTED lines name them.


def cpu_flags():
    try:
        with open("/proc/cpuinfo") as cpuinfo:
            for line in cpuinfo:
                if line.startswith(("flags", "Features")):
                    return set(line.split(":", 1)[1].split())
    except OSError:
        pass
    return set()


def find_tool(name):
    path = shutil.which(name)
    if path:
        config.available_features.add(name)
    return path or name


config.available_features.add(platform.machine())
flags = cpu_flags()
isas = ["v2"] if platform.machine() == "x86_64" else []  # that kernels are made for, and this machine has
if {"avx2", "fma", "bmi1", "bmi2", "f16c", "movbe"} <= flags:
    isas.append("v3")
    if {"avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512cd"} <= flags:
        isas.append("v4")
config.available_features.update("x86-" + isa for isa in isas)
config.environment["TEST_ISAS"] = " ".join(isas)

gcc = find_tool("gcc")
gxx = find_tool("g++")
for tool in ("valgrind", "gdb", "perf", "pkg-config", "clangd", "dot"):
    find_tool(tool)
if config.sanitize_flags:
    config.available_features.add("asan")
    # gcc's sanitizer runtime does not fit a libtenon built by clang.
    config.available_features -= {"gcc", "g++", "valgrind"}
if config.tombstones == "ON":
    config.available_features.add("tombstones")

# A clang of another major, which the plugin must refuse politely.
other_clang = "clang-of-another-major"
for path in sorted(glob.glob("/usr/bin/clang-[0-9]*")):
    major = path.rsplit("-", 1)[1]
    if major.isdigit() and major != config.llvm_major:
        config.available_features.add("clang-" + major)
        config.available_features.add("other-clang")
        other_clang = path

shared_data = os.environ.get("TENON_SHARED_DATA") or os.path.join(
    config.tenon_source_root, "..", "shared", "data"
)
if os.path.isdir(shared_data):
    config.available_features.add("shared-data")

# Substitutions. A name must not be cut short by one that it begins with.


def substitute(name, value):
    config.substitutions.append((re.escape(name) + r"(?![A-Za-z0-9_])", value))


passes = os.path.join(lib, "tenon-passes.so")
substitute("%clang", config.clang)
substitute("%clangxx", config.clangxx)
substitute("%other_clang", other_clang)
substitute("%gcc", gcc)
substitute("%gxx", gxx)
substitute("%plugin", "-fplugin=" + os.path.join(lib, "tenon.so"))
# For programs that are wrong on purpose: their errors are to be met when they run.
substitute("%unchecked", "-Wno-tenon-shape -Wno-unknown-warning-option")
substitute("%tenon_passes", passes)
substitute("%opt", "opt -load-pass-plugin=" + passes)
substitute("%tenon_cflags", " ".join(["-I", headers, config.sanitize_flags]).strip())
substitute(
    "%tenon_libs",
    " ".join(
        [config.sanitize_flags, "-L", lib, "-ltenon", "-Wl,-rpath," + lib, "-lm -lpthread"]
    ).strip(),
)
substitute("%libtenon_a", os.path.join(lib, "libtenon.a") + " -lm -lpthread -ldl")
substitute("%libdir", lib)
substitute("%headers", headers)
substitute("%source_root", config.tenon_source_root)
substitute("%build_root", config.tenon_build_root)
substitute("%examples", os.path.join(config.tenon_source_root, "examples"))
substitute("%python", shutil.which("python3", path="/usr/bin") or shutil.which("python3"))
substitute("%shared_data", os.path.abspath(shared_data))

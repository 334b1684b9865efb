# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""each_header.py HEADERS OUT: writes for each header a C and a C++ file that include it and nothing else."""

import os
import sys

headers, out = sys.argv[1:]
os.makedirs(out, exist_ok=True)
for folder in (headers, os.path.join(headers, "tenon")):
    for file in os.listdir(folder):
        if not file.endswith(".h"):
            continue
        name = os.path.relpath(os.path.join(folder, file), headers)
        for language in ("c", "cpp"):
            with open(os.path.join(out, f"{file}.{language}"), "w") as source:
                # A unit of C has at least one declaration; some headers have macros only.
                source.write(f"#include <{name}>\ntypedef int a_declaration;\n")

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs lit over the suite, says why tests were skipped, and closes with the line

    N passed, N failed, N skipped

Options that are not its own go to lit: test/run.py --lit .. --suite .. --filter exec
"""

import argparse
import json
import os
import subprocess
import sys

PASSED = {"PASS", "XFAIL", "FLAKYPASS"}
SKIPPED = {"UNSUPPORTED"}


def reason_of(output):
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[0] if lines else "no reason given"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lit", required=True, help="the lit program")
    parser.add_argument("--suite", required=True, help="the test folder of the build")
    arguments, lit_options = parser.parse_known_args()

    results = os.path.join(arguments.suite, "results.json")
    if os.path.exists(results):
        os.remove(results)
    command = [arguments.lit, "-v", "--output", results]
    # Paths among the options narrow the run; else it is the whole suite.
    if not any(os.path.exists(option) for option in lit_options):
        command.append(arguments.suite)
    sys.stdout.flush()
    status = subprocess.run(command + lit_options).returncode
    if not os.path.exists(results):
        print("lit did not run the tests")
        return status or 1

    with open(results) as file:
        tests = json.load(file)["tests"]
    skipped = [test for test in tests if test["code"] in SKIPPED]
    passed = sum(test["code"] in PASSED for test in tests)
    failed = len(tests) - passed - len(skipped)
    if skipped:
        print("\nSkipped:")
        for test in skipped:
            print(f"  {test['name']}: {reason_of(test['output'])}")
    print(f"\n{passed} passed, {failed} failed, {len(skipped)} skipped")
    return 1 if failed else status


if __name__ == "__main__":
    sys.exit(main())

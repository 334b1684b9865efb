# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads a timeline that TENON_TRACE wrote, holds it to the rules of its format, and prints what it saw.

trace.py FILE [--cut] [--counts FILE] [--regions N] [--reason TEXT]...

--cut: the program ended before the array did. --counts: what launches.c counted, "GUARDS LAUNCHED".
"""
import argparse
import collections
import json

parser = argparse.ArgumentParser()
parser.add_argument("file")
parser.add_argument("--cut", action="store_true")
parser.add_argument("--counts")
parser.add_argument("--regions", type=int)
parser.add_argument("--reason", action="append", default=[])
arguments = parser.parse_args()

text = open(arguments.file, encoding="utf-8").read()
if arguments.cut:
    assert not text.rstrip().endswith("]"), "the array is closed"
    text += "]"
events = json.loads(text)
assert events[0]["ph"] == "M" and len({e["pid"] for e in events}) == 1

# Begin and end in pairs on each thread; slices within each other or apart.
SLACK = 0.002  # microseconds: begin and length are rounded each by itself
stacks, slices, regions = collections.defaultdict(list), collections.defaultdict(list), 0
for event in events[1:]:
    thread = event["tid"]
    assert event["ph"] in "BEXCi", event
    if event["ph"] == "B":
        stacks[thread].append(event)
        regions += 1
    elif event["ph"] == "E":
        begin = stacks[thread].pop()
        slices[thread].append((begin["ts"], event["ts"]))
    elif event["ph"] == "X":
        assert event["dur"] >= 0
        slices[thread].append((event["ts"], event["ts"] + event["dur"]))
    elif event["ph"] == "C":
        assert event["args"]["bytes"] >= 0
if not arguments.cut:
    assert not any(stacks.values()), "a region that did not end"
for thread, spans in slices.items():
    open_spans = []
    for begin, end in sorted(spans, key=lambda s: (s[0], -s[1])):
        while open_spans and open_spans[-1] <= begin + SLACK:
            open_spans.pop()
        assert not open_spans or end <= open_spans[-1] + SLACK, f"slices of thread {thread} cross"
        open_spans.append(end)

kinds = collections.defaultdict(list)
for event in events[1:]:
    kinds[event.get("cat", event["ph"])].append(event)
for kernel in kinds["kernel"]:
    args = kernel["args"]
    assert args["elements"] > 0 and args["bytes_read"] > 0 and args["bytes_written"] >= 0 and args["threads"] >= 1
    assert args["version"] in ("v2", "v3", "v4", "neon") and args["line"] > 0 and args["function"]
for part in kinds["thread"]:  # what a thread did belongs to a kernel at that time, whosever thread it is
    if part["name"] == "loop":
        continue
    assert any(
        k["name"].endswith(part["name"]) and k["ts"] <= part["ts"] + SLACK and part["ts"] + part["dur"] <= k["ts"] + k["dur"] + SLACK
        for k in kinds["kernel"] + kinds["chain"]
    ), part

ran = len(kinds["kernel"]) + len(kinds["element"]) + sum(c["args"]["kernels"] for c in kinds["chain"])
if arguments.counts:
    guards, launched = map(int, open(arguments.counts).read().split())
    assert ran == launched, (ran, launched)
if arguments.regions is not None:
    assert regions == arguments.regions, regions
reasons = [e["args"]["reason"] for e in kinds["guard"]]
assert len(reasons) == len(arguments.reason), reasons
for wanted, found in zip(arguments.reason, reasons):
    assert wanted in found, (wanted, found)
left = sum(1 for e in events if e["ph"] == "E" and "guard" in e["args"]["left"])
assert left == len(reasons), (left, reasons)
print("regions", regions, "kernels and elements", ran, "chains", len(kinds["chain"]), "guards failed", reasons)
for kernel in kinds["kernel"]:
    print(kernel["name"], kernel["args"])

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Draws the pictures of this folder anew: docs/pictures/draw.sh [BUILD]. Needs Graphviz.
set -e
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:-$root/build}
dump=$(mktemp -d)
trap 'rm -rf "$dump"' EXIT
TENON_DUMP=$dump ${CLANG:-clang-22} -g -O2 -fno-inline "-fplugin=$build/lib/tenon.so" -I "$root/headers" \
  -c "$root/examples/cool_comp.c" -o "$dump/cool_comp.o"
for name in cool_comp_in_place; do
  # Behind the XML declaration, which must come first.
  sed '1a <!-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception -->' \
    "$dump/$name.tenon0.svg" > "$root/docs/pictures/$name.svg"
done

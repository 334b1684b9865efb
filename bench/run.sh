#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# run.sh BUILD_DIR [quick | loops]: builds the benchmarks into BUILD_DIR/bench and prints two tables, or the second alone. Peers (Debian's
# libopenblas-dev, libeigen3-dev, libdnnl-dev) are optional: a row says so where one is absent.
#
# Environment: THREADS (1), for Tenon and its peers alike; TENON_ISA; CLANG, CLANGXX; TENON_SHARED_DATA.
set -euo pipefail

[ $# -ge 1 ] || { echo "usage: bench/run.sh BUILD_DIR [quick | loops]" >&2; exit 2; }
build=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
clang=${CLANG:-clang-22}
clangxx=${CLANGXX:-clang++-22}
threads=${THREADS:-1}
out=$build/bench
mkdir -p "$out"
rm -f "$out"/*.o
includes=(-I headers -I bench -I bench/driver -I examples)

# The functions under test, as a user would compile them, twice.
for source in bench/functions/*.c; do
  name=$(basename "$source" .c)
  "$clang" -std=c11 -O2 "-fplugin=$build/lib/tenon.so" -DBENCH_COMPILED "${includes[@]}" -c "$source" \
    -o "$out/$name-compiled.o"
  if sed -n '/BENCH_FAST_FUNCTIONS(X)/,/^$/p; /BENCH_LOOPS(X)/,/^$/p' bench/bench.h | grep -q "X(${name#run_}"; then
    "$clang" -std=c11 -O2 -ffast-math "-fplugin=$build/lib/tenon.so" -DBENCH_FAST "${includes[@]}" -c "$source" \
      -o "$out/$name-fast.o"
  fi
  "$clang" -std=c11 -O2 "${includes[@]}" -c "$source" -o "$out/$name-eager.o"
done

# Peers at their best: built for this machine.
native=(-O3 -march=native -mprefer-vector-width=512 "${includes[@]}")
"$clang" -std=c11 "${native[@]}" -c bench/peers/hand.c -o "$out/hand.o"
"$clang" -std=c11 -ffast-math "${native[@]}" -c bench/peers/read.c -o "$out/read.o"
# Without vector forms of the functions, where libmvec is not there, this is no peer at its best, but it is one.
"$clang" -std=c11 -ffast-math -fveclib=libmvec "${native[@]}" -c bench/peers/black_scholes.c -o "$out/black_scholes.o"
# By hand, as its own vectors come: wider ones cost short loops more than they give long ones.
for source in bench/peers/hand/*.c; do
  "$clang" -std=c11 -O3 -march=native -ffast-math -fveclib=libmvec "${includes[@]}" -c "$source" -o "$out/hand_$(basename "$source" .c).o"
done
have=()
libraries=(-lmvec)
eigen=("$clangxx" -std=c++17 -DNDEBUG -I /usr/include/eigen3 "${native[@]}" -c)
if "${eigen[@]}" bench/peers/eigen.cpp -o "$out/eigen.o" 2>"$out/eigen.log" &&
  "${eigen[@]}" bench/peers/eigen_loops.cpp -o "$out/eigen_loops.o" 2>>"$out/eigen.log"; then
  have+=(-DHAVE_EIGEN)
  libraries+=(-lstdc++)
fi
if "$clang" -std=c11 -I /usr/include/x86_64-linux-gnu "${native[@]}" -c bench/peers/openblas.c -o "$out/openblas.o" \
  2>"$out/openblas.log"; then
  have+=(-DHAVE_OPENBLAS)
  libraries+=(-lopenblas)
fi

if "$clangxx" -std=c++17 -DNDEBUG "${native[@]}" -c bench/peers/onednn.cpp -o "$out/onednn.o" 2>"$out/onednn.log"; then
  have+=(-DHAVE_ONEDNN)
  libraries+=(-ldnnl -lstdc++)
fi

"$clang" -std=c11 -O2 "${have[@]}" "${includes[@]}" bench/driver/*.c "$out"/*.o -o "$out/bench" \
  -L "$build/lib" -ltenon "-Wl,-rpath,$build/lib" "${libraries[@]}" -lm -lpthread

echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1); threads: $threads; ISA: ${TENON_ISA:-the best there is}"
data=${TENON_SHARED_DATA:-../shared/data}/digits.csv
# OpenBLAS is to choose its own kernels, whatever the environment says.
exec env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS="$threads" OMP_NUM_THREADS="$threads" TENON_NUM_THREADS="$threads" \
  "$out/bench" ${2:+"$2"} "$data"

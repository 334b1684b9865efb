#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# demo.sh BUILD_DIR: the examples compiled without and with the plugin, run both ways: are the results equal to the
# bit, what does the compiler say it did, and how long does each take.
#
# Environment: CLANG (clang-22), TENON_SHARED_DATA (a folder with digits.csv; else ../shared/data), DEMO_ROUNDS (5).
set -uo pipefail

[ $# -eq 1 ] || { echo "usage: examples/demo.sh BUILD_DIR" >&2; exit 2; }
build=$(cd "$1" && pwd) || exit 2
cd "$(dirname "${BASH_SOURCE[0]}")/.."
clang=${CLANG:-clang-22}
rounds=${DEMO_ROUNDS:-5}
digits_csv=${TENON_SHARED_DATA:-../shared/data}/digits.csv
out=$build/demo
mkdir -p "$out"
failures=0

# compile NAME: out/NAME-eager, out/NAME, and the remarks in out/NAME.remarks.
compile() {
  local flags=(-std=c11 -O2 -I headers "examples/$1.c" -L "$build/lib" -ltenon "-Wl,-rpath,$build/lib" -lm -lpthread)
  "$clang" "${flags[@]}" -o "$out/$1-eager" || return 1
  "$clang" "-fplugin=$build/lib/tenon.so" -Rpass=tenon -Rpass-missed=tenon "${flags[@]}" \
    -o "$out/$1" 2>"$out/$1.remarks" || { cat "$out/$1.remarks" >&2; return 1; }
}

# median FILE: of the times in it, in microseconds.
median() { sort -g "$1" | awk '{ t[NR] = $1 } END { print (NR ? t[int((NR + 1) / 2)] : 0) }'; }

# duration MICROSECONDS: in a unit that fits.
duration() {
  awk -v t="$1" 'BEGIN { if (t < 1e3) printf "%.1f us", t; else if (t < 1e6) printf "%.2f ms", t / 1e3;
                         else printf "%.2f s", t / 1e6 }'
}

# show NAME WHAT ARGUMENT...: one line of the table. Programs print results to stdout, "time_us N" to stderr. The two
# programs run in turn, so that a busy machine slows both.
show() {
  local name=$1 what=$2 verdict=equal kind i
  shift 2
  rm -f "$out/$name".times "$out/$name-eager".times
  for ((i = 0; i < rounds; i++)); do
    for kind in "$name-eager" "$name"; do
      if ! "$out/$kind" "$@" >"$out/$kind.out" 2>"$out/$kind.err"; then
        verdict=FAILED
      fi
      awk '/^time_us/ { print $2 }' "$out/$kind.err" >>"$out/$kind.times"
    done
    cmp -s "$out/$name-eager.out" "$out/$name.out" || [ "$verdict" = FAILED ] || verdict=DIFFERENT
  done
  local eager compiled
  eager=$(median "$out/$name-eager.times")
  compiled=$(median "$out/$name.times")
  printf '%-13s %-34s %-9s %10s %10s  %5s\n' "$name" "$what" "$verdict" "$(duration "$eager")" "$(duration "$compiled")" \
    "$(awk -v e="$eager" -v c="$compiled" 'BEGIN { if (c > 0) printf "%.1fx", e / c; else printf "-" }')"
  if [ "$verdict" != equal ]; then
    failures=$((failures + 1))
    diff "$out/$name-eager.out" "$out/$name.out" | head -6
    tail -n 2 "$out/$name.err"
  fi
}

# The compiler's own words, one line each, without what does not fit.
remarks() {
  grep -h 'remark:' "$out/$1.remarks" | sed -E 's/^.*\/?examples\///; s/ remark: / /; s/ \[-Rpass[^]]*\]$//' |
    awk '!seen[$0]++' | head -n "$2" | cut -c 1-118 | sed 's/^/  /'
}

echo "The same C, built by $clang -O2 without and with -fplugin=tenon.so"
echo "($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1), $(nproc 2>/dev/null || echo 1) CPUs; medians of $rounds runs)"
echo
programs=(cool_comp sums reading activation black_scholes softmax attention nbody blur covariance network learned_index filetype digits)
for name in "${programs[@]}"; do
  compile "$name" || { echo "demo: $name did not compile" >&2; exit 1; }
done

printf '%-13s %-34s %-9s %10s %10s  %5s\n' program "what is timed" results eager compiled gain
show cool_comp "(a+b)/factor over a, 2048 x 2048" 2048 9 store
show sums "five sums, 1e6 elements" 1000000 21
show activation "sigmoid(1.1x-0.2)*tanh(c), 1e6" 1000000 21
show activation "the same under fp(fast)" 1000000 21 fast
show reading "five statistics decide, 1e6" 1000000 15
show black_scholes "calls and puts, 1e6" 1000000 9
show softmax "softmax by hand, 1024 x 1024" 1024 1024 9
show attention "by hand, 8 heads of 512 x 64" 8 512 64 5
show nbody "1500 bodies, all pairs" 1500 1 5
show blur "5 x 5 through slices, 1080 x 1920" 1080 1920 5
show covariance "of 64 columns, 1e5 rows" 100000 64 5
show network "784-256-10, batch 32" 32 21
show learned_index "1e6 lookups by models, 3e4 keys" 30000 0 1
show filetype "means, then nearest mean" /usr/bin /usr/share 9
if [ -r "$digits_csv" ]; then
  show digits "training, 40 epochs" "$digits_csv"
fi

echo
echo "filetype: programs from /usr/bin, text from /usr/share, by byte histograms"
sed 's/^/  /' "$out/filetype.out"
if [ -r "$digits_csv" ]; then
  echo "digits: UCI handwritten digits, 64-32-10, gradients by hand"
  sed 's/^/  /' "$out/digits.out"
else
  echo "digits: no $digits_csv; left out"
fi
echo
echo "What the compiler says (-Rpass=tenon -Rpass-missed=tenon; all of it in $out/*.remarks)"
for name in "${programs[@]}"; do remarks "$name" 3; done
echo
if [ "$failures" -gt 0 ]; then
  echo "$failures of the programs FAILED or gave other results compiled"
  exit 1
fi
echo "Every result is, compiled, the eager one bit for bit (what fp(fast) gives, within 1e-6 of it)."

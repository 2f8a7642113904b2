#!/usr/bin/env bash
# Runs each fuzz target for a number of seconds, as many targets at a time as the machine has processors.
#
# Usage: tests/fuzz/run.sh SECONDS RESULTS [TARGET…]
#
# Build the targets first: cmake --preset fuzz && cmake --build --preset fuzz --target tests/fuzz/all. The folder
# RESULTS gets the log of each target and the inputs that make it fail; build/fuzz/tests/fuzz/<target>_fuzz FILE repeats
# such an input. Inputs that increase the coverage are kept in build/fuzz/corpus and used by later runs.
# Exit status: 0 when all targets ran without a failure.

set -euo pipefail
. "$(dirname "$0")/../../scripts/lib.sh"

[[ ${1-} != -h && ${1-} != --help ]] || show_help
(($# >= 2)) || usage_error 'takes the number of seconds and the folder for the results'
readonly seconds=$1 results=$2
shift 2
targets=("$@")
if ((${#targets[@]} == 0)); then
  targets=("$ROOT"/tests/fuzz/*_fuzz.cpp)
  targets=("${targets[@]##*/}")
  targets=("${targets[@]%_fuzz.cpp}")
fi

# fuzz TARGET: runs the target. The seeds of proxy_event are the events in tests/events.
fuzz() {
  local target=$1 corpus=$ROOT/build/fuzz/corpus/$1 seeds=$ROOT/tests/fuzz/seeds/$1
  [[ $target != proxy_event ]] || seeds=$ROOT/tests/events
  [[ -d $seeds ]] || die "$seeds is missing"
  mkdir -p "$corpus"
  setpriv --pdeathsig TERM "$ROOT/build/fuzz/tests/fuzz/${target}_fuzz" "$corpus" "$seeds" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$results/$target-"
}

mkdir -p "$results"
rm -f "$results"/*.done
for target in "${targets[@]}"; do
  while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n || true; done
  { fuzz "$target" >"$results/$target.log" 2>&1 && touch "$results/$target.done"; } &
done
wait

passed=0 failed=0
printf '%-18s %12s %8s %9s %7s\n' target executions coverage features inputs
for target in "${targets[@]}"; do
  log=$results/$target.log
  # A target that has completed its work may still fail, when it finds a leak at the end.
  if [[ -e $results/$target.done ]] && read -r coverage features inputs < <(sed -n 's/^#[0-9]*\tDONE *cov: \([0-9]*\) ft: \([0-9]*\) corp: \([0-9]*\).*/\1 \2 \3/p' "$log"); then
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-18s %12d %8d %9d %7d\n' "$target" "$executions" "$coverage" "$features" "$inputs"
    ((passed += 1))
  else
    printf '%s: failed\n' "$target"
    tail -n 60 "$log"
    ((failed += 1))
  fi
done
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))

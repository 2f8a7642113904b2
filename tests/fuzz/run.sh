#!/usr/bin/env bash
# Runs a fuzz target for a number of seconds.
#
# Usage: tests/fuzz/run.sh TARGET SECONDS
#
# Build the targets first: cmake --preset fuzz && cmake --build --preset fuzz --target tests/fuzz/all. Inputs that increase
# the coverage are kept in build/fuzz/corpus and used by later runs; an input that makes the target fail is kept in
# build/test-results/fuzz, and build/fuzz/tests/fuzz/TARGET_fuzz FILE repeats it.

set -euo pipefail
cd "$(dirname "$0")/../.."

target=${1:?TARGET is missing} seconds=${2:?SECONDS are missing}
seeds=tests/fuzz/seeds/$target corpus=build/fuzz/corpus/$target
[[ $target != proxy_event ]] || seeds=tests/events
mkdir -p "$corpus" build/test-results/fuzz
exec "build/fuzz/tests/fuzz/${target}_fuzz" "$corpus" "$seeds" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=1024 \
  -print_final_stats=1 -artifact_prefix="build/test-results/fuzz/$target-"

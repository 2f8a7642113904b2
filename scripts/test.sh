#!/usr/bin/env bash
# Runs the tests of the project.
#
# Usage: scripts/test.sh [--all] [--long] [SUITE…]
#
#   SUITE    the suites to run (default: those of the first list below, which take ten minutes after the build)
#   --all    run every suite
#   --long   run reliability, fuzz, emulator and sam_local for as long as docs/reliability.md describes
#
# The suites that run by default:
#   unit          the library and the handlers, with sanitizers
#   integration   the tables and the functions with DynamoDB Local
#   wire          the requests to DynamoDB, compared with those of botocore
#   runtime       the functions with a scripted Lambda Runtime API
#   local_api     the local API with stand-ins for the functions
#   api           the HTTP contract and test-api.sh against the local API: REST API without and with tokens, HTTP API
#   docs          openapi.yaml, clients generated from it, the Postman collection, and the examples, with the local API
#   deploy        the templates, and the output of `sam build`
#   operations    the scripts and the workflows, with a stand-in for AWS
# The suites that --all adds:
#   reliability   faults between the functions and their peers: no data is lost, and every request gets a timely response
#   fuzz          generated inputs for all code that reads external data, with sanitizers
#   emulator      the HTTP contract with the functions in AWS's Runtime Interface Emulator; with tokens, authentication only
#   sam_local     `sam local start-api`: the smoke test, the gateway, authentication; the whole HTTP contract with --long
#   arm64         the cross-built functions under qemu
#   sanitizers    runtime, api and local_api with sanitizers; line coverage; the smoke test under Valgrind
#   bench         the signature check of the benchmark
#   scaffold      builds and tests a new service, the examples of docs/extending.md, and the core alone
#
# The script installs what the suites need, builds what has changed, and runs CTest. Reports and logs are in
# build/test-results. See docs/testing.md. Exit status: 0 when no test failed; the summary lists the skipped tests.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$(dirname "$0")/lib/build.sh"

# These variables are for single runs of pytest: here, they would direct the suites to another API or to other builds.
unset "${!API_@}" BUILD_DIR LOCAL_API FUNCTION_WRAPPER

results=$ROOT/build/test-results
default_suites=(unit integration wire runtime local_api api docs deploy operations)
other_suites=(reliability fuzz emulator sam_local arm64 sanitizers bench scaffold)

suites=() long=OFF
while (($#)); do
  case $1 in
    --all) suites=("${default_suites[@]}" "${other_suites[@]}"); shift ;;
    --long) long=ON; shift ;;
    -h | --help) show_help ;;
    -*) usage_error "unknown argument $1" ;;
    *)
      [[ " ${default_suites[*]} ${other_suites[*]} " == *" $1 "* ]] ||
        usage_error "unknown suite $1: the suites are ${default_suites[*]} ${other_suites[*]}"
      suites+=("$1")
      shift
      ;;
  esac
done
((${#suites[@]})) || suites=("${default_suites[@]}")

# All suites count for the line coverage, so the preset coverage builds all C++ tests if the run measures it.
preset=dev
[[ " ${suites[*]} " != *' sanitizers '* ]] || preset=coverage

# targets SUITE: prints a line for each preset to build, with its targets.
targets() {
  local release='release functions/all scripts/local_api/all' shared='shared functions/all scripts/local_api/all'
  case $1 in
    unit) printf '%s\n' "$preset unit_tests" ;;
    integration) printf '%s\n' "$preset integration_tests functions/get_user/bootstrap" "$release" ;;
    reliability) printf '%s\n' "$release" 'bench rig' ;;
    fuzz) printf '%s\n' 'fuzz tests/fuzz/all' ;;
    arm64) can_cross_build && printf '%s\n' 'release-arm64 functions/all'; printf '%s\n' "$release" ;;
    sanitizers) printf '%s\n' "$preset functions/all scripts/local_api/all" 'shared functions/all' "$release" ;;
    docs | operations) printf '%s\n' "$release" "$shared" ;; # run-local.sh and examples.sh serve the preset shared
    bench) ;;
    scaffold) printf '%s\n' 'release scripts/local_api/all' ;;
    *) printf '%s\n' "$release" ;;
  esac
}

mkdir -p "$ROOT/build"
exec {lock}>"$ROOT/build/test.lock"
flock --nonblock "$lock" || die 'another run of this script is in progress and writes to build/test-results: wait for its end'
"$ROOT/scripts/install-deps.sh" test "${suites[@]}"
rm -rf "$results" && mkdir -p "$results"
cd "$ROOT"
logged build/logs/configure-tests.log flock "build/$preset.lock" cmake --preset "$preset" -DSERVERLESS_LONG_TESTS=$long
while read -r -a wanted; do
  build "${wanted[@]}" </dev/null
done < <(for suite in "${suites[@]}"; do targets "$suite"; done | awk '
  { name = $1; $1 = ""; all[name] = all[name] $0 } END { for (name in all) print name all[name] }')
[[ $preset != coverage ]] || find build/coverage -name '*.gcda' -delete # counts of earlier runs

status=0
ctest --preset "$preset" --label-regex "^($(IFS='|' && printf '%s' "${suites[*]}"))$" --parallel "$(nproc)" \
  --test-output-size-passed 1000000 --output-junit "$results/ctest.xml" || status=$?
/usr/bin/python3 tests/summary.py "$results" "${suites[@]}" || status=$?
exit "$status"

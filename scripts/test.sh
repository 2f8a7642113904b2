#!/usr/bin/env bash
# Runs the tests, all suites or the given ones, and prints a summary.
#
# Usage: scripts/test.sh [--long] [SUITE…]
#
#   --long        run the suites reliability, fuzz and sam_local for as long as docs/reliability.md describes; the
#                 default is a short run
#
#   unit          the library and the handlers, with sanitizers
#   integration   the stores and the functions with DynamoDB Local
#   runtime       the built functions with a scripted Lambda Runtime API
#   reliability   faults between the functions and their peers: no data is lost, and every request gets a timely response
#   fuzz          generated inputs for all code that reads external data, with sanitizers; 20 seconds per target, or ten
#                 minutes with --long
#   wire          the requests to DynamoDB, compared with those of botocore
#   local_api     the local API with stand-ins for the functions
#   api           the HTTP contract and scripts/test-api.sh against the local API, without and with bearer tokens
#   emulator      the HTTP contract with the same executables in AWS's Runtime Interface Emulator
#   sam_local     `sam local start-api`: scripts/test-api.sh, and the tests of the gateway and of authentication; the
#                 whole HTTP contract with --long
#   arm64         the cross-built functions under qemu, and scripts/test-api.sh against them
#   docs          the documentation of the API, compared with the local API: openapi.yaml and its page, the Postman
#                 collection, and the examples in README.md and docs/api-examples.md
#   deploy        template.yaml, and the output of `sam build`
#   operations    deploy.sh, cleanup.sh, the table scripts, load-test.sh and the workflows, with a stand-in for AWS
#   bench         the signature check of the benchmark
#   sanitizers    the suites runtime and api on functions with AddressSanitizer and UndefinedBehaviorSanitizer and a
#                 local API with ThreadSanitizer; the line coverage of common/ and functions/ by these suites, unit and
#                 integration; and the smoke test on functions under Valgrind
#
# The script first installs missing dependencies (scripts/install-deps.sh test; unit if that is the only suite) and
# builds what has changed. Each suite starts its own DynamoDB Local and local API if it needs them. The full output is in
# build/test-results.
# Exit status: 0 when every suite ran and passed; a suite that runs no test fails.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

readonly all_suites=(unit integration runtime reliability fuzz wire local_api api emulator sam_local docs arm64 deploy operations bench sanitizers)
readonly results=$ROOT/build/test-results

suites=()
long=()
while (($#)); do
  case $1 in
    --long) long=(--long); shift ;;
    -h | --help) show_help ;;
    *)
      [[ " ${all_suites[*]} " == *" $1 "* ]] || usage_error "unknown suite $1: one of ${all_suites[*]}"
      suites+=("$1")
      shift
      ;;
  esac
done
((${#suites[@]})) || suites=("${all_suites[@]}")

# counts PART: prints "passed failed skipped", from the JUnit report or from the last line "N passed, N failed".
counts() {
  if [[ -f $results/$1.xml ]]; then
    grep -o '<testsuite [^>]*>' "$results/$1.xml" | awk '
      function attribute(name) {
        return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3) + 0 : 0
      }
      {
        failed += attribute("failures") + attribute("errors")
        skipped += attribute("skipped") + attribute("disabled")
        tests += attribute("tests")
      }
      END { print tests - failed - skipped, failed + 0, skipped + 0 }'
  else
    awk '
      /^[0-9]+ passed, [0-9]+ failed$/ { passed = $1; failed = $3 }
      END { print passed + 0, failed + 0, 0 }' "$results/$1.log"
  fi
}

# part NAME COMMAND…: runs a test program and adds its counts to those of the suite.
part() {
  local name=$1 status=0 passed=0 failed=0 skipped=0
  shift
  "$@" >"$results/$name.log" 2>&1 || status=$?
  read -r passed failed skipped < <(counts "$name")
  if ((status != 0 && failed == 0)); then
    printf 'The program ended with status %d, but no test failed.\n' "$status" >>"$results/$name.log"
    failed=1
  elif ((passed + failed == 0)); then
    printf 'The program ran no test.\n' >>"$results/$name.log"
    failed=1
  fi
  ((failed == 0)) || tail -n 100 "$results/$name.log"
  say "$name: $passed passed, $failed failed, $skipped skipped"
  printf '%d %d %d\n' "$passed" "$failed" "$skipped" >>"$results/$suite.counts"
}

# skip REASON: counts the suite as skipped.
skip() {
  say "$suite skipped: $1"
  printf '0 0 1\n' >>"$results/$suite.counts"
}

gtest() { part "$1-gtest" "$ROOT/build/coverage/tests/$1/$1_tests" --gtest_output="xml:$results/$1-gtest.xml"; }

# pytest SUITE OPTION…
pytest() {
  BUILD_DIR=$ROOT/build/release part "$1-pytest" "$ROOT/build/venv/bin/python" -m pytest \
    --junitxml="$results/$1-pytest.xml" "$ROOT/tests/$1" "${@:2}"
}

serve_dynamodb() {
  local port
  port=$(free_port)
  use_dynamodb_local "http://127.0.0.1:$port"
  start_dynamodb_local "$port" "$results/$suite-dynamodb.log" -inMemory
  # The first request takes seconds on a busy machine, which is longer than a function waits. Make it here, not in a test.
  "$ROOT/scripts/create-table.sh" --endpoint-url "$AWS_ENDPOINT_URL_DYNAMODB"
}

suite_unit() {
  build coverage unit_tests
  gtest unit
}

suite_integration() {
  build coverage integration_tests functions/get_user/bootstrap
  build_release
  serve_dynamodb
  gtest integration
  pytest integration
}

suite_runtime() {
  build_release
  pytest runtime
}

suite_reliability() {
  build_release
  build bench rig
  serve_dynamodb
  pytest reliability "${long[@]}"
  grep '^figures: ' "$results/reliability-pytest.log"
}

suite_fuzz() {
  local seconds=20
  ((${#long[@]} == 0)) || seconds=600
  build fuzz tests/fuzz/all
  part fuzz "$ROOT/tests/fuzz/run.sh" "$seconds" "$results/fuzz"
  sed '$d' "$results/fuzz.log"
}

suite_wire() {
  build_release
  pytest wire
}

suite_local_api() {
  build_release
  pytest local_api
}

# serve_local_api OPTION…: starts the local API with these options, and sets API_BASE_URL.
serve_local_api() {
  local port
  port=$(free_port)
  start_local_api "$port" "$results/$suite-local-api.log" "$@"
  export API_BASE_URL=http://127.0.0.1:$port
}

serve_api() {
  build_release
  serve_dynamodb
  serve_local_api "$@"
}

# use_tokens: sets token_variables, with which the functions require tokens, and the tokens of the tests.
use_tokens() {
  export JWT_SECRET=bearer-tokens-of-the-tests-$RANDOM$RANDOM$RANDOM
  local issuer=https://issuer.example/ audience=https://users.example
  token_variables=(
    AUTH_MODE=jwt JWT_ALGORITHMS=HS256 "JWT_SECRET=$JWT_SECRET" "JWT_ISSUER=$issuer" "JWT_AUDIENCE=$audience"
  )
  API_TOKEN=$("$ROOT/scripts/make-token.sh" --issuer "$issuer" --audience "$audience")
  API_READ_TOKEN=$("$ROOT/scripts/make-token.sh" --issuer "$issuer" --audience "$audience" --scope users:read)
  export API_TOKEN API_READ_TOKEN TOKEN=$API_TOKEN
}

serve_local_api_with_tokens() {
  local variable options=()
  use_tokens
  for variable in "${token_variables[@]}"; do options+=(--env "$variable"); done
  serve_local_api "${options[@]}" "$@"
}

# contract NAME PATH…: runs these tests of the HTTP contract against API_BASE_URL.
contract() {
  part "$1" "$ROOT/build/venv/bin/python" -m pytest --junitxml="$results/$1.xml" "${@:2}"
}

suite_api() {
  serve_api
  contract api-pytest "$ROOT/tests/api"
  part api-smoke "$ROOT/scripts/test-api.sh" "$API_BASE_URL"
  serve_local_api_with_tokens
  contract api-tokens-pytest "$ROOT/tests/api"
  part api-tokens-smoke "$ROOT/scripts/test-api.sh" "$API_BASE_URL"
}

suite_emulator() {
  build_release
  serve_dynamodb
  "$ROOT/build/venv/bin/python" "$ROOT/tests/support/rie.py" "$results/emulator"
  serve_local_api --build-dir "$results/emulator"
  contract emulator-pytest "$ROOT/tests/api"
  serve_local_api_with_tokens --build-dir "$results/emulator"
  contract emulator-tokens-pytest "$ROOT/tests/api"
}

suite_sam_local() {
  # shellcheck source=tests/support/docker.sh
  . "$ROOT/tests/support/docker.sh"
  if ! use_docker "$results/docker"; then
    skip "$(tail -n 1 "$results/docker.log")"
    return
  fi
  build_release
  serve_dynamodb
  export SAM_CLI_TELEMETRY=0
  cp "$ROOT/samconfig.toml.example" "$results/samconfig.toml"
  logged "$results/$suite-build.log" "$ROOT/build/venv/bin/sam" build --config-file "$results/samconfig.toml" \
    --build-dir "$results/sam-local"
  export API_HOST=sam
  # SAM waits a second after nearly every request, so only a long run has time for the whole contract, on several hosts.
  local hosts=1 tests=("$ROOT"/tests/api/test_{every_response,gateway}.py)
  local tests_with_tokens=("$ROOT/tests/api/test_authentication.py")
  if ((${#long[@]} > 0)); then
    hosts=6 tests=("$ROOT/tests/api" --numprocesses 6) tests_with_tokens=("${tests[@]}")
  fi
  serve_sam sam_local "$hosts"
  part sam_local-smoke "$ROOT/scripts/test-api.sh" "${API_BASE_URL%% *}"
  contract sam_local-pytest "${tests[@]}"
  use_tokens
  serve_sam sam_local-tokens "$hosts" "${token_variables[@]}"
  part sam_local-tokens-smoke "$ROOT/scripts/test-api.sh" "${API_BASE_URL%% *}"
  contract sam_local-tokens-pytest "${tests_with_tokens[@]}"
}

# serve_sam NAME HOSTS VARIABLE=VALUE…: starts this number of hosts with the output of `sam build`, each with its own
# tables, and sets API_BASE_URL to their URLs.
serve_sam() {
  local name=$1 hosts=$2 host port variables table urls=() options=(--add-host dynamodb:host-gateway)
  shift 2
  [[ ${DOCKER_HOST-} != *"$results"* ]] || options+=(--skip-pull-image)
  for ((host = 1; host <= hosts; host++)); do
    port=$(free_port) table=$name-$host variables=$results/$name-$host.json
    "$ROOT/scripts/create-table.sh" --endpoint-url "$AWS_ENDPOINT_URL_DYNAMODB" --table "$table"
    /usr/bin/python3 -c 'import json, sys; print(json.dumps({"Parameters": dict(one.split("=", 1) for one in sys.argv[1:])}))' \
      "TABLE_NAME=$table" "CLAIMS_TABLE_NAME=$table-claims" \
      "AWS_ENDPOINT_URL_DYNAMODB=${AWS_ENDPOINT_URL_DYNAMODB/127.0.0.1/dynamodb}" "$@" >"$variables"
    start "$results/$name-$host.log" "$ROOT/build/venv/bin/sam" local start-api --template "$results/sam-local/template.yaml" \
      --port "$port" --warm-containers LAZY --env-vars "$variables" "${options[@]}"
    wait_for_port 'sam local start-api' "$port" "$results/$name-$host.log"
    urls+=("http://127.0.0.1:$port")
  done
  export API_BASE_URL="${urls[*]}"
}

suite_arm64() {
  if ! can_cross_build; then
    skip 'cross-building requires Debian 12'
    return
  fi
  build release-arm64 functions/all
  local program emulated=$results/arm64
  for program in "$ROOT"/build/release-arm64/functions/*/bootstrap; do
    mkdir -p "$emulated/functions/$(basename "${program%/*}")"
    printf '#!/bin/sh\nexec qemu-aarch64-static "%s"\n' "$program" \
      >"$emulated/functions/$(basename "${program%/*}")/bootstrap"
  done
  chmod +x "$emulated"/functions/*/bootstrap
  serve_api --build-dir "$emulated"
  part arm64-smoke "$ROOT/scripts/test-api.sh" "$API_BASE_URL"
  # Only the tests that start no process: under qemu, the memory layout is not that of the kernel.
  BUILD_DIR=$ROOT/build/release-arm64 part arm64-hardening "$ROOT/build/venv/bin/python" -m pytest \
    --junitxml="$results/arm64-hardening.xml" "$ROOT/tests/runtime/test_hardening.py" -k 'executable_file or known_size'
  BUILD_DIR=$emulated part arm64-wire "$ROOT/build/venv/bin/python" -m pytest \
    --junitxml="$results/arm64-wire.xml" "$ROOT/tests/wire" "$ROOT/tests/runtime/test_tls.py"
}

suite_docs() {
  serve_api
  pytest docs
  part docs-examples "$ROOT/scripts/examples.sh" --check
  newman docs-newman
  schemathesis docs-schemathesis
  serve_local_api_with_tokens
  newman docs-tokens-newman --env-var "token=$API_TOKEN"
  schemathesis docs-tokens-schemathesis --header "Authorization: Bearer $API_TOKEN"
}

# newman NAME OPTION…
newman() {
  part "$1" "$ROOT/build/node/node_modules/.bin/newman" run "$ROOT/postman_collection.json" \
    --env-var "baseUrl=$API_BASE_URL" --reporters cli,junit --reporter-junit-export "$results/$1.xml" "${@:2}"
}

# schemathesis NAME OPTION…
schemathesis() {
  part "$1" "$ROOT/build/venv/bin/schemathesis" --config-file "$ROOT/tests/docs/schemathesis.toml" run \
    "$ROOT/openapi.yaml" --url "$API_BASE_URL" --report junit --report-junit-path "$results/$1.xml" "${@:2}"
}

suite_deploy() {
  build_release
  pytest deploy
}

suite_operations() {
  build_release
  pytest operations
  grep '^the stand-in ' "$results/operations-pytest.log"
}

suite_bench() { pytest bench; }

suite_sanitizers() {
  build coverage unit_tests integration_tests functions/all
  build tsan scripts/local_api/all
  serve_dynamodb
  [[ -e $results/unit-gtest.xml ]] || gtest unit
  [[ -e $results/integration-gtest.xml ]] || gtest integration
  BUILD_DIR=$ROOT/build/coverage contract sanitizers-runtime-pytest "$ROOT/tests/runtime" -m 'not release'
  export TSAN_OPTIONS=suppressions=$ROOT/tests/support/thread-sanitizer-suppressions.txt
  local_api=$ROOT/build/tsan/scripts/local_api/local_api serve_local_api --build-dir "$ROOT/build/coverage"
  contract sanitizers-api-pytest "$ROOT/tests/api"
  stop_started # the functions write their coverage, and report leaks, when they end
  part sanitizers-reports no_report_of_a_sanitizer "$results"/sanitizers-*.log "$results"/{unit,integration}-gtest.log
  part coverage report_coverage
  check_memory
}

# check_memory: runs the smoke test on functions under Valgrind, which all must report no error. The executables are
# dynamically linked, as Valgrind cannot check the heap of a static one.
check_memory() {
  local program function watched=$results/valgrind
  logged "$results/valgrind-build.log" cmake --preset release -S "$ROOT" -B "$ROOT/build/shared" -DSERVERLESS_STATIC=OFF -DBUILD_TESTING=OFF
  logged "$results/valgrind-build.log" cmake --build "$ROOT/build/shared" --target functions/all
  for program in "$ROOT"/build/shared/functions/*/bootstrap; do
    function=$(basename "${program%/*}")
    mkdir -p "$watched/functions/$function"
    printf '#!/bin/sh\nexec valgrind --leak-check=full --log-file="%s" "%s"\n' "$watched/$function.%p.txt" "$program" \
      >"$watched/functions/$function/bootstrap"
    chmod +x "$watched/functions/$function/bootstrap"
  done
  serve_api --build-dir "$watched"
  part valgrind-smoke "$ROOT/scripts/test-api.sh" "$API_BASE_URL"
  stop_started
  part valgrind memory_reports "$watched"
}

# memory_reports FOLDER: checks the reports of Valgrind in the folder; each function must have written one.
memory_reports() {
  local report function passed=0 failed=0
  for function in "$1"/functions/*/; do
    function=$(basename "$function")
    for report in "$1/$function".*.txt; do
      if grep -qs 'ERROR SUMMARY: 0 errors' "$report"; then
        ((passed += 1))
      else
        ((failed += 1))
        printf '%s:\n' "$report"
        tail -n 60 "$report" || true
      fi
    done
  done
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0))
}

# no_report_of_a_sanitizer LOG…: fails when a log has the report of a sanitizer. Servers report into their logs only.
no_report_of_a_sanitizer() {
  local log passed=0 failed=0
  for log in "$@"; do
    if grep -E 'ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error:' "$log"; then
      ((failed += 1))
    else
      ((passed += 1))
    fi
  done
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0))
}

# report_coverage: writes the line coverage of the preset as a page, and prints a line for each folder; fails below 95 %.
report_coverage() {
  local gcovr=("$ROOT/build/venv/bin/gcovr" --root "$ROOT" --gcov-ignore-parse-errors=suspicious_hits.warn_once_per_file)
  local page=$results/coverage folder passed=0 failed=0
  mkdir -p "$page"
  "${gcovr[@]}" --object-directory "$ROOT/build/coverage" --filter "$ROOT/common/" --filter "$ROOT/functions/" \
    --json "$page/coverage.json" --html-details "$page/index.html" "$ROOT/build/coverage"
  for folder in common functions; do
    if "${gcovr[@]}" --add-tracefile "$page/coverage.json" --filter "$ROOT/$folder/" --fail-under-line 95 \
      --json-summary "$page/$folder.json" --txt "$page/$folder.txt"; then
      ((passed += 1))
    else
      ((failed += 1))
    fi
    sed -n "s|^TOTAL *\([0-9]*\) *\([0-9]*\) *\([0-9.]*%\).*|$folder/: \2 of \1 lines, \3|p" "$page/$folder.txt"
  done
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0))
}

trap 'exit 130' INT
trap 'exit 143' TERM HUP
purpose='test'
[[ ${suites[*]} != unit ]] || purpose='unit'
mkdir -p "$ROOT/build"
exec {lock}>"$ROOT/build/test.lock"
flock --nonblock "$lock" || die 'another run of this script is in progress, and both would write to build/test-results'
"$ROOT/scripts/install-deps.sh" "$purpose"
rm -rf "$results"
mkdir -p "$results"
[[ ! -d $ROOT/build/coverage ]] || find "$ROOT/build/coverage" -name '*.gcda' -delete # counts of earlier runs

# Each suite runs in a subshell, which stops the processes that it started. A suite that cannot run does not stop the next.
summary=()
total_passed=0 total_failed=0 total_skipped=0
for suite in "${suites[@]}"; do
  say "suite $suite"
  SECONDS=0
  set +e
  (
    set -e
    trap stop_started EXIT
    "suite_$suite"
  )
  status=$?
  set -e
  ((status == 0)) || printf '0 1 0\n' >>"$results/$suite.counts"
  read -r passed failed skipped < <(
    awk '{ passed += $1; failed += $2; skipped += $3 } END { print passed, failed, skipped }' \
      "$results/$suite.counts"
  )
  ((total_passed += passed, total_failed += failed, total_skipped += skipped)) || true
  verdict=ok
  ((failed == 0)) || verdict=FAILED
  summary+=("$suite" "$verdict" "$passed" "$failed" "$skipped" "$SECONDS")
done

printf '\n'
printf '%-12s %-7s %7s %7s %8s %8s\n' suite result passed failed skipped seconds "${summary[@]}"
[[ ! -e $results/coverage.log ]] ||
  printf '\nline coverage: %s\n' "$(sed -n 's/: \(.* lines\), \(.*%\)$/ \2 (\1)/p' "$results/coverage.log" | paste -sd ' ')"
printf '\n%d passed, %d failed, %d skipped\n' "$total_passed" "$total_failed" "$total_skipped"
((total_failed == 0))

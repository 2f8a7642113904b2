#!/usr/bin/env bash
# Runs the tests, every one of them or the suites named, and sums up.
#
# Usage: scripts/test.sh [--long] [SUITE…]
#
#   --long        attack as long as docs/reliability.md says, not for seconds
#
#   unit          the library and the handlers, with sanitizers
#   integration   the store and the functions on DynamoDB Local
#   runtime       the built functions against a scripted Lambda Runtime API
#   reliability   faults between the functions and their peers; nothing is lost, and every request is answered in time
#   fuzz          made-up inputs for all that reads what comes from outside, with sanitizers; 20 seconds each, or ten minutes
#   wire          the requests that DynamoDB gets, against what botocore would send
#   local_api     the local API in front of stand-ins for functions
#   api           the HTTP contract and scripts/test-api.sh, against the local API; then again with bearer tokens
#   emulator      the same contract with the same executables under AWS's Runtime Interface Emulator
#   sam_local     the API of `sam local start-api`: a check of every route, and of what only a gateway decides
#   arm64         the cross-built functions under qemu, and scripts/test-api.sh against them
#   docs          what describes the API, against the local API: openapi.yaml and its page, the Postman
#                 collection, the examples of README.md and docs/api-examples.md
#   deploy        template.yaml and what `sam build` makes of it
#   operations    what people run: deploy.sh, cleanup.sh, table scripts, load-test.sh, workflows; on a stand-in for AWS
#   bench         the benchmark's check of signatures
#   sanitizers    the suites runtime and api on functions with AddressSanitizer and UndefinedBehaviorSanitizer, behind a local
#                 API with ThreadSanitizer; how many lines of common/ and functions/ they, unit and integration reach; and
#                 the smoke test on functions under Valgrind
#
# It installs what is missing (scripts/install-deps.sh test, or unit for that suite alone) and builds what has changed first. Every suite
# has a DynamoDB Local and a local API of its own where it needs them. Whole output: build/test-results.
# Exit status: 0 when every suite ran and passed; a suite without a single test has failed.

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

# counts PART: "passed failed skipped", from its JUnit report, else from its last line "N passed, N failed".
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

# part NAME COMMAND…: runs one test program and adds its counts to those of the suite.
part() {
  local name=$1 status=0 passed=0 failed=0 skipped=0
  shift
  "$@" >"$results/$name.log" 2>&1 || status=$?
  read -r passed failed skipped < <(counts "$name")
  if ((status != 0 && failed == 0)); then
    printf 'It ended with status %d and without a failed test.\n' "$status" >>"$results/$name.log"
    failed=1
  elif ((passed + failed == 0)); then
    printf 'It ran no test.\n' >>"$results/$name.log"
    failed=1
  fi
  ((failed == 0)) || tail -n 100 "$results/$name.log"
  say "$name: $passed passed, $failed failed, $skipped skipped"
  printf '%d %d %d\n' "$passed" "$failed" "$skipped" >>"$results/$suite.counts"
}

# skip REASON: counts the suite as one that was skipped.
skip() {
  say "$suite skipped: $1"
  printf '0 0 1\n' >>"$results/$suite.counts"
}

gtest() { part "$1-gtest" "$ROOT/build/coverage/tests/$1/$1_tests" --gtest_output="xml:$results/$1-gtest.xml"; }

# pytest SUITE OPTION…
pytest() {
  USERS_BUILD_DIR=$ROOT/build/release part "$1-pytest" "$ROOT/build/venv/bin/python" -m pytest \
    --junitxml="$results/$1-pytest.xml" "$ROOT/tests/$1" "${@:2}"
}

serve_dynamodb() {
  local port
  port=$(free_port)
  use_dynamodb_local "http://127.0.0.1:$port"
  start_dynamodb_local "$port" "$results/$suite-dynamodb.log" -inMemory
  # The first request takes seconds on a busy machine, longer than a function waits: no test is to make it.
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
  gtest_integration
  pytest integration
}

# The names of its tables begin with the first.
gtest_integration() { TABLE_NAME=Users CLAIMS_TABLE_NAME=unused gtest integration; }

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

# serve_local_api OPTION…: the local API, with its options, as API_BASE_URL.
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

# use_tokens: what makes the functions ask for tokens, in token_variables, and tokens for those who call them.
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

# contract NAME PATH…: the tests of the HTTP contract, against API_BASE_URL.
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
  # SAM waits a second after nearly every request: the whole contract takes the time of a long run, and several hosts.
  local hosts=1 some=("$ROOT"/tests/api/test_{every_reply,gateway}.py) some_with_tokens=("$ROOT/tests/api/test_authentication.py")
  if ((${#long[@]} > 0)); then
    hosts=6 some=("$ROOT/tests/api" --numprocesses 6) some_with_tokens=("${some[@]}")
  fi
  serve_sam sam_local "$hosts"
  part sam_local-smoke "$ROOT/scripts/test-api.sh" "${API_BASE_URL%% *}"
  contract sam_local-pytest "${some[@]}"
  use_tokens
  serve_sam sam_local-tokens "$hosts" "${token_variables[@]}"
  part sam_local-tokens-smoke "$ROOT/scripts/test-api.sh" "${API_BASE_URL%% *}"
  contract sam_local-tokens-pytest "${some_with_tokens[@]}"
}

# serve_sam NAME HOSTS VARIABLE=VALUE…: what was built with `sam build` on so many hosts with tables of their own, as
# API_BASE_URL.
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
    skip 'the cross build needs Debian 12'
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
  # What needs no process: under qemu memory is not laid out as the kernel would.
  USERS_BUILD_DIR=$ROOT/build/release-arm64 part arm64-hardening "$ROOT/build/venv/bin/python" -m pytest \
    --junitxml="$results/arm64-hardening.xml" "$ROOT/tests/runtime/test_hardening.py" -k 'executable_file or known_size'
  USERS_BUILD_DIR=$emulated part arm64-wire "$ROOT/build/venv/bin/python" -m pytest \
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
  [[ -e $results/integration-gtest.xml ]] || gtest_integration
  USERS_BUILD_DIR=$ROOT/build/coverage contract sanitizers-runtime-pytest "$ROOT/tests/runtime" -m 'not release'
  export TSAN_OPTIONS=suppressions=$ROOT/tests/support/thread-sanitizer-suppressions.txt
  local_api=$ROOT/build/tsan/scripts/local_api/local_api serve_local_api --build-dir "$ROOT/build/coverage"
  contract sanitizers-api-pytest "$ROOT/tests/api"
  stop_started # only then have the functions said which lines they reached, and what they leaked
  part sanitizers-reports no_report_of_a_sanitizer "$results"/sanitizers-*.log "$results"/{unit,integration}-gtest.log
  part coverage report_coverage
  check_memory
}

# check_memory: the smoke test on functions under Valgrind, which can't look into a static executable's heap; each function
# ends with a report, and all of them have to be without an error.
check_memory() {
  local program function watched=$results/valgrind
  logged "$results/valgrind-build.log" cmake --preset release -S "$ROOT" -B "$ROOT/build/shared" -DUSERS_STATIC=OFF -DBUILD_TESTING=OFF
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

# memory_reports FOLDER: the reports of Valgrind in it, of which each function must have left one.
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

# no_report_of_a_sanitizer LOG…: what they find in a server goes into its log alone.
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

# report_coverage: what ran of the preset, as a page and a line for each folder; 95 of 100 lines is the least.
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
flock --nonblock "$lock" || die 'another run of this script is not over: it would lose its results'
"$ROOT/scripts/install-deps.sh" "$purpose"
rm -rf "$results"
mkdir -p "$results"
[[ ! -d $ROOT/build/coverage ]] || find "$ROOT/build/coverage" -name '*.gcda' -delete # of earlier runs

# A suite has a shell of its own, which ends what it started; where one cannot run, the next one still does.
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
  printf '\nlines reached: %s\n' "$(sed -n 's/: \(.* lines\), \(.*%\)$/ \2 (\1)/p' "$results/coverage.log" | paste -sd ' ')"
printf '\n%d passed, %d failed, %d skipped\n' "$total_passed" "$total_failed" "$total_skipped"
((total_failed == 0))

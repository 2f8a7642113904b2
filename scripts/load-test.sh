#!/usr/bin/env bash
# Runs a load test with hey against a users API, local or deployed. Prints counts, and latencies by percentile.
#
# Usage: scripts/load-test.sh URL [--requests N] [--concurrency N] [--rate N]
#
#   URL               the URL of the API, with its stage: http://127.0.0.1:3000, https://….amazonaws.com/Prod
#   --requests N      the number of GET requests for one user, and as many for a page, up to 100000 (default: 1000)
#   --concurrency N   the number of concurrent requests, up to 200, and at most --requests and --rate (default: 10, or
#                     that maximum if it is smaller)
#   --rate N          the maximum number of requests per second, up to 1000 (default: 100)
#
#   TOKEN             environment variable, if the API requires it: a bearer token for users:read and users:write.
#                     Use a short-lived one, as make-token.sh creates: hey takes headers only on its command line,
#                     which everybody on this machine can read during the test
#
# The script installs hey if it is missing (scripts/install-deps.sh deploy). It creates one user, gets this user and
# pages of 25 users, and deletes the user. AWS charges for every request.
# Exit status: 0 when the status of every response was 200.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"

requests=1000 concurrency='' rate=100 url=''
while (($#)); do
  case $1 in
    --requests) requests=$(option_value "$@"); shift 2 ;;
    --concurrency) concurrency=$(option_value "$@"); shift 2 ;;
    --rate) rate=$(option_value "$@"); shift 2 ;;
    -h | --help) show_help ;;
    http://?* | https://?*) url=${1%/}; shift ;;
    *) usage_error "unknown argument $1" ;;
  esac
done
[[ -n $url ]] || usage_error "the URL of the API is missing"
# bounded NAME VALUE MAX: ends the script unless VALUE is a number from 1 to MAX.
bounded() { [[ $2 =~ ^[1-9][0-9]{0,5}$ && $2 -le $3 ]] || usage_error "--$1 takes a number from 1 to $3"; }
bounded requests "$requests" 100000
bounded rate "$rate" 1000
if [[ -z $concurrency ]]; then
  concurrency=10
  ((concurrency <= requests)) || concurrency=$requests
  ((concurrency <= rate)) || concurrency=$rate
fi
bounded concurrency "$concurrency" 200
((concurrency <= requests && concurrency <= rate)) || usage_error "--concurrency must not exceed --requests or --rate"

"$ROOT/scripts/install-deps.sh" deploy
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
curl_authorization=() hey_authorization=()
if [[ -n ${TOKEN-} ]]; then
  printf 'Authorization: Bearer %s\n' "$TOKEN" >"$scratch/authorization"
  curl_authorization=(--header "@$scratch/authorization") # everybody on the machine can read a command line
  hey_authorization=(-H "Authorization: Bearer $TOKEN")
fi
user=$(curl --disable --silent --show-error --fail --max-time 30 "${curl_authorization[@]}" "$url/users" \
  --json "{\"name\":\"Load Test\",\"email\":\"load-test-$$-$RANDOM@example.com\"}" 2>&1) || die "cannot create a user: $user"
id=$(sed -n 's/.*"userId":"\([^"]*\)".*/\1/p' <<<"$user")
[[ -n $id ]] || die "the response has no userId: $user"
clean_up() {
  curl --disable --silent --max-time 30 --output /dev/null --request DELETE "${curl_authorization[@]}" "$url/users/$id"
  rm -r "$scratch"
}
trap clean_up EXIT

failed=0
for path in "/users/$id" '/users?pageSize=25'; do
  say "GET $path, $requests times"
  # hey's rate is per worker; it is rounded down so that the sum does not exceed --rate.
  report=$(hey -n $((requests / concurrency * concurrency)) -c "$concurrency" -q $((rate / concurrency)) -t 30 \
    "${hey_authorization[@]}" "$url$path")
  # hey prints 0% for a percentile that it cannot compute from so few requests.
  sed -n '/^  0% in /d; /^  Total:/p; /Requests\/sec/p; /% in .* secs$/p; /^  \[[0-9]*\]/p; /^Error/,$p' <<<"$report"
  statuses=$(grep -E '^  \[[0-9]+\]' <<<"$report" | awk '{ print $1 }' | sort -u)
  [[ $statuses == '[200]' && $report != *'Error distribution'* ]] || failed=1
done
((failed == 0)) || die "not every response had the status 200"

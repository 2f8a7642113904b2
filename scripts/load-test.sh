#!/usr/bin/env bash
# Puts a bounded load on a running users API, local or deployed, with hey: counts, and latency by percentile.
#
# Usage: scripts/load-test.sh URL [--requests N] [--concurrency N] [--rate N]
#
#   URL               where the API is, with its stage: http://127.0.0.1:3000, https://….amazonaws.com/Prod
#   --requests N      how many reads of one user and how many listings, up to 100000 each (default: 1000)
#   --concurrency N   how many at the same time, up to 200 (default: 10, or as many as there are requests or are allowed a
#                     second, if that is less)
#   --rate N          how many a second at most, up to 1000 (default: 100)
#
#   TOKEN             in the environment, where the API asks for one: a bearer token for users:read and users:write.
#                     Let it be short-lived, as one of make-token.sh is: hey takes headers from its command line alone,
#                     where every user of this machine can read it while the load runs
#
# It installs hey where it is missing (scripts/install-deps.sh deploy). It makes one user, reads it and pages
# of 25 users, and removes it. Every request to AWS is paid for.
# Exit status: 0 when every request was answered with 200.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

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
[[ -n $url ]] || usage_error "needs the URL of the API"
# bounded NAME VALUE MOST: ends the script unless VALUE is a number from 1 to MOST.
bounded() { [[ $2 =~ ^[1-9][0-9]{0,5}$ && $2 -le $3 ]] || usage_error "--$1 takes a number from 1 to $3"; }
bounded requests "$requests" 100000
bounded rate "$rate" 1000
if [[ -z $concurrency ]]; then
  concurrency=10
  ((concurrency <= requests)) || concurrency=$requests
  ((concurrency <= rate)) || concurrency=$rate
fi
bounded concurrency "$concurrency" 200
((concurrency <= requests && concurrency <= rate)) || usage_error "--concurrency is at most --requests and --rate"

"$ROOT/scripts/install-deps.sh" deploy
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
curl_authorization=() hey_authorization=()
if [[ -n ${TOKEN-} ]]; then
  printf 'Authorization: Bearer %s\n' "$TOKEN" >"$scratch/authorization"
  curl_authorization=(--header "@$scratch/authorization") # not on the command line, which everybody can read
  hey_authorization=(-H "Authorization: Bearer $TOKEN")
fi
user=$(curl --silent --show-error --fail --max-time 30 "${curl_authorization[@]}" "$url/users" \
  --json "{\"name\":\"Load Test\",\"email\":\"load-test-$$-$RANDOM@example.com\"}" 2>&1) || die "no user can be made: $user"
id=$(sed -n 's/.*"userId":"\([^"]*\)".*/\1/p' <<<"$user")
[[ -n $id ]] || die "no user was made: $user"
tidy_up() {
  curl --silent --max-time 30 --output /dev/null --request DELETE "${curl_authorization[@]}" "$url/users/$id"
  rm -r "$scratch"
}
trap tidy_up EXIT

failed=0
for path in "/users/$id" '/users?pageSize=25'; do
  say "$requests times GET $path"
  # hey counts its rate by worker; a remainder is left out, so that the sum stays below.
  report=$(hey -n $((requests / concurrency * concurrency)) -c "$concurrency" -q $((rate / concurrency)) -t 30 \
    "${hey_authorization[@]}" "$url$path")
  # hey writes 0% for a percentile that so few requests don't have.
  sed -n '/^  0% in /d; /^  Total:/p; /Requests\/sec/p; /% in .* secs$/p; /^  \[[0-9]*\]/p; /^Error/,$p' <<<"$report"
  answers=$(grep -E '^  \[[0-9]+\]' <<<"$report" | awk '{ print $1 }' | sort -u)
  [[ $answers == '[200]' && $report != *'Error distribution'* ]] || failed=1
done
((failed == 0)) || die "not every request was answered with 200"

#!/usr/bin/env bash
# Smoke test of a running users API, local or deployed, with curl alone: one line a check, a count at the end.
#
# Usage: scripts/test-api.sh URL [--sign REGION]
#
#   URL             where the API is, with its stage: http://127.0.0.1:3000, https://….amazonaws.com/Prod
#   --sign REGION   sign the requests, for an API in that region with Authorization=AWS_IAM: with AWS_ACCESS_KEY_ID,
#                   AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN of the environment
#   TOKEN           in the environment, where the API asks for one: a bearer token that grants users:read and users:write
#   API_KEY         in the environment, where the API asks for one
#
# It removes every user that it made, also when it is interrupted. Of a table of more than 2000 users it lists the first.
# Exit status: 0 when every check passed.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

url='' region=''
while (($#)); do
  case $1 in
    --sign) region=$(option_value "$@"); shift 2 ;;
    -h | --help) show_help ;;
    -*) usage_error "unknown argument $1" ;;
    http://?* | https://?*)
      [[ -z $url ]] || usage_error "takes one URL, also got: $1"
      url=${1%/}
      shift
      ;;
    *) usage_error "not a URL: $1" ;;
  esac
done
[[ -n $url ]] || usage_error "needs the URL of the API"
[[ -z $region || -n ${AWS_ACCESS_KEY_ID-} && -n ${AWS_SECRET_ACCESS_KEY-} ]] ||
  usage_error "--sign needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
readonly url region
scratch=$(mktemp -d)
readonly scratch
trap 'rm -rf "$scratch"' EXIT

# What lets the requests in goes into files: arguments are for all to see.
credentials=()
{
  [[ -z ${TOKEN-} ]] || printf 'Authorization: Bearer %s\n' "$TOKEN"
  [[ -z ${API_KEY-} ]] || printf 'X-Api-Key: %s\n' "$API_KEY"
  [[ -z $region || -z ${AWS_SESSION_TOKEN-} ]] || printf 'X-Amz-Security-Token: %s\n' "$AWS_SESSION_TOKEN"
} >"$scratch/credentials"
[[ ! -s $scratch/credentials ]] || credentials=(--header "@$scratch/credentials")
if [[ -n $region ]]; then
  printf 'user = "%s:%s"\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" >"$scratch/signature"
  credentials+=(--config "$scratch/signature" --aws-sigv4 "aws:amz:$region:execute-api")
fi

passed=0
failed=0
made=() # the ids of the users to remove

# request METHOD PATH [CURL OPTION…]: sets status and body, and leaves the headers in $scratch/headers. As curl signs a query
# as it is, its names have to be in order, and its values encoded as the signature's rules have it.
request() {
  local method=$1 path=$2
  shift 2
  : >"$scratch/body"
  : >"$scratch/headers"
  status=$(curl --silent --show-error --max-time 30 --request "$method" --dump-header "$scratch/headers" \
    --output "$scratch/body" --write-out '%{http_code}' "${credentials[@]}" "$@" "$url$path" 2>"$scratch/error") ||
    status="no reply, $(<"$scratch/error")"
  body=$(<"$scratch/body")
  if [[ $method == POST && $status == 201 ]]; then
    made+=("$(member userId)")
  fi
}

# The value of a string member of the body.
member() {
  local pattern="\"$1\":\"([^\"]*)\""
  [[ ! $body =~ $pattern ]] || printf '%s' "${BASH_REMATCH[1]}"
}

# check TEXT EXPECTATION…: of the last reply. An expectation is status=PATTERN, header='NAME: PATTERN',
# body=TEXT (the body has it), or lacks=TEXT (it has not); body= alone means that there is none.
check() {
  local text=$1 expectation wanted missed=()
  shift
  for expectation in "$@"; do
    wanted=${expectation#*=}
    case $expectation in
      status=*) [[ $status =~ ^($wanted)$ ]] ;;
      header=*) tr -d '\r' <"$scratch/headers" | grep -qiE "^$wanted$" ;;
      body=) [[ -z $body ]] ;;
      body=*) [[ $body == *"$wanted"* ]] ;;
      lacks=*) [[ $body != *"$wanted"* ]] ;;
      *) die "unknown expectation $expectation" ;;
    esac || missed+=("$expectation")
  done
  report "$text" "${missed[*]+"expected ${missed[*]}; got $status $body"}"
}

# report TEXT FAULT: the line of a check; it has passed when FAULT is empty.
report() {
  if [[ -z $2 ]]; then
    printf 'ok    %s\n' "$1"
    passed=$((passed + 1))
  else
    printf 'FAIL  %s: %s\n' "$1" "$2"
    failed=$((failed + 1))
  fi
}

remove_made() {
  local id fault=
  trap '' INT TERM HUP
  for id in "${made[@]}"; do
    request DELETE "/users/$id"
    [[ $status == 200 || $status == 404 ]] || fault+="user $id is still there ($status $body) "
  done
  ((${#made[@]} == 0)) || report 'every user that was made is removed' "$fault"
  rm -rf "$scratch"
}

finish() {
  local code=$?
  remove_made
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((code == 0 && failed > 0)) && code=1
  exit "$code"
}

for _ in {1..6}; do
  request GET '/users?pageSize=1'
  [[ $status == 403 && -n ${API_KEY-} ]] || break
  sleep 5 # a key that has just been made
done
case $status in
  'no reply'*) die "cannot reach $url: ${status#no reply, }" ;;
  401) die "$url asks for a bearer token in TOKEN, or for another one: 401 $body" ;;
  403) die "$url is no API's (is the stage missing?), or lets nobody in without --sign or API_KEY, or with these: 403 $body" ;;
esac
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

readonly mark=smoke-$$-$RANDOM # in the addresses, so that no two runs share one
readonly name='José 名前 🦊'
readonly nobody=00000000-0000-4000-8000-000000000000
problem=('header=content-type: application/problem\+json.*' 'header=x-request-id: .+')

check 'GET /users lists' status=200 'header=content-type: application/json.*' 'body="users":[' \
  'body="count":'

request POST /users --json "{\"name\":\"  $name \",\"email\":\"$mark-1@example.com\",\"age\":36}"
id=$(member userId)
check 'POST /users creates a user, its name trimmed and whole' status=201 "body=\"name\":\"$name\"" \
  "body=\"email\":\"$mark-1@example.com\"" 'body="age":36' 'body="version":1' \
  "header=location: .*/users/$id" 'header=etag: "1"'
check 'a reply carries the headers of every reply' 'header=x-request-id: .+' \
  'header=cache-control: no-store' 'header=x-content-type-options: nosniff' \
  'header=access-control-allow-origin: .+' \
  'header=access-control-expose-headers: .*etag.*'
request POST /users --json "{\"name\":\"Ada\",\"email\":\"$mark-2@example.com\"}"
second=$(member userId)
check 'POST /users creates a user without an age' status=201 'lacks="age"'
request POST /users --json "{\"name\":\"Bob\",\"email\":\"$mark-3@example.com\",\"age\":150}"
third=$(member userId)
check 'POST /users creates a third one' status=201 'body="age":150'

request POST /users --json "{\"name\":\"Eve\",\"email\":\"${mark^^}-1@example.com\"}"
check 'POST /users with the address of another user: 409' status=409 "${problem[@]}" \
  'body={"field":"email","code":"taken"'
request PUT "/users/$second" --json "{\"email\":\"$mark-1@example.com\"}"
check 'PUT /users/{userId} with the address of another user: 409' status=409 "${problem[@]}" \
  'body={"field":"email","code":"taken"'
request PUT "/users/$second" --json "{\"email\":\"$mark-4@example.com\"}"
check 'PUT /users/{userId} changes the address' status=200 "body=\"email\":\"$mark-4@example.com\"" 'body="version":2'
request PUT "/users/$third" --json "{\"email\":\"$mark-2@example.com\"}"
check 'PUT /users/{userId} takes the address that became free' status=200 "body=\"email\":\"$mark-2@example.com\""

once=(--header "Idempotency-Key: $mark" --json "{\"name\":\"Grace\",\"email\":\"$mark-5@example.com\"}")
request POST /users "${once[@]}"
grace=$(member userId)
check 'POST /users with an Idempotency-Key creates a user' status=201 'body="version":1'
request POST /users "${once[@]}"
check 'POST /users with the key again gives that user' status=201 "body=\"userId\":\"$grace\"" \
  'header=idempotency-replayed: true'
request POST /users "${once[@]:0:2}" --json "{\"name\":\"Ada\",\"email\":\"$mark-6@example.com\"}"
check 'POST /users with the key and another body: 422' status=422 "${problem[@]}"
request DELETE "/users/$grace"
request POST /users "${once[@]}"
check 'POST /users with the key of a deleted user: 410' status=410 "${problem[@]}"

request GET "/users/$id"
check 'GET /users/{userId} gives the user' status=200 "body=\"userId\":\"$id\"" "body=\"name\":\"$name\"" \
  'header=etag: "1"'
request GET "/users/${id^^}"
check 'GET /users/{userId} takes the id in capitals' status=200 "body=\"userId\":\"$id\""
request GET "/users/$id" --header 'If-None-Match: "1"'
check 'GET /users/{userId} with the current ETag: 304' status=304 body= 'header=etag: "1"'

request PUT "/users/$id" --json '{"age":37}'
check 'PUT /users/{userId} changes what it names' status=200 'body="age":37' "body=\"name\":\"$name\"" \
  'body="version":2' 'header=etag: "2"'
request GET "/users/$id" --header 'If-None-Match: "1"'
check 'GET /users/{userId} with an old ETag gives the user as it now is' status=200 'body="age":37' \
  'header=etag: "2"'
request PUT "/users/$id" --json '{"age":null}' --header 'If-Match: "2"'
check 'PUT /users/{userId} with the current ETag removes the age' status=200 'lacks="age"' \
  'body="version":3'
request PUT "/users/$id" --json '{"name":"Late"}' --header 'If-Match: "2"'
check 'PUT /users/{userId} with an old ETag: 412' status=412 "${problem[@]}"

request GET '/users?pageSize=1'
token=$(member nextToken)
check 'GET /users?pageSize=1 has a next page' status=200 'body="nextToken":"'
listed=$body
for ((page = 0; page < 20; page++)); do
  [[ -n $token && $status == 200 ]] || break
  request GET "/users?nextToken=$token&pageSize=100"
  listed+=$'\n'$body
  token=$(member nextToken)
done
if [[ -n $token && $status == 200 ]]; then
  printf 'skip  GET /users gives every user once: there are more than 2000\n'
else
  times=
  for one in "$id" "$second" "$third"; do
    times+=" $(grep -o "\"userId\":\"$one\"" <<<"$listed" | wc -l)" || true # grep fails where it finds none
  done
  [[ $times == ' 1 1 1' ]] && fault='' || fault="the three users came up$times times"
  report 'GET /users gives every user once, from the first page to the last' "$fault"
  check 'GET /users ends with a page without a token' status=200 'lacks="nextToken"'
fi

request POST /users --json '{"name":"","email":"nowhere","age":0,"shoe":43}'
check 'POST /users names every field at fault: 400' status=400 "${problem[@]}" \
  'body={"field":"name","code":"too_short"' 'body={"field":"email","code":"invalid_format"' \
  'body={"field":"age","code":"out_of_range"' 'body={"field":"shoe","code":"unknown_field"'
request POST /users --json '{}'
check 'POST /users without the required fields: 400' status=400 'body={"field":"name","code":"required"' \
  'body={"field":"email","code":"required"'
request POST /users --json '{"name":'
check 'POST /users with JSON cut short: 400' status=400 "${problem[@]}" 'body="malformed_json"'
request POST /users --json '{"name":"Ada","name":"Bob","email":"a@example.com"}'
check 'POST /users with a member twice: 400' status=400 'body="malformed_json"'
request POST /users --header 'Content-Type: application/json'
check 'POST /users without a body: 400' status=400 'body="malformed_json"'
request POST /users --json "{\"name\":\"$(printf '%016385d' 0)\",\"email\":\"a@example.com\"}"
check 'POST /users with more than 16 KiB: 413' status=413 "${problem[@]}"
request POST /users --header 'Content-Type: text/plain' --data '{"name":"Ada","email":"a@example.com"}'
check 'POST /users with text/plain: 415' status=415 "${problem[@]}"

request PUT "/users/$id" --json '{}'
check 'PUT /users/{userId} that changes nothing: 400' status=400 'body={"field":"","code":"required"'
request PUT "/users/$id" --json '{"name":null}'
check 'PUT /users/{userId} that removes the name: 400' status=400 'body={"field":"name","code":"wrong_type"'
request PUT "/users/$id" --json '{"age":38}' --header 'If-Match: 3'
check 'PUT /users/{userId} with a malformed If-Match: 400' status=400 "${problem[@]}" \
  'body="field":"If-Match"'

request GET /users/not-a-uuid
check 'GET /users/{userId} with what is no UUID: 400' status=400 "${problem[@]}" \
  'body={"field":"userId","code":"invalid_format"'
request GET "/users/$nobody"
check 'GET /users/{userId} of nobody: 404' status=404 "${problem[@]}" "body=/users/$nobody"
request PUT "/users/$nobody" --json '{"age":37}'
check 'PUT /users/{userId} of nobody: 404' status=404 "${problem[@]}"
request DELETE "/users/$nobody"
check 'DELETE /users/{userId} of nobody: 404' status=404 "${problem[@]}"

request GET "/users?email=${mark^^}-1%40example.com"
check 'GET /users?email= finds the user' status=200 "body=\"userId\":\"$id\"" 'body="count":1'
request GET "/users?email=$mark-nobody%40example.com"
check 'GET /users?email= of nobody finds nobody' status=200 'body={"users":[],"count":0}'
request GET '/users?email=nowhere'
check 'GET /users?email= of what is no address: 400' status=400 'body={"field":"email","code":"invalid_format"'
request GET "/users?email=$mark-1%40example.com&pageSize=1"
check 'GET /users?email= with another parameter: 400' status=400 'body="field":"pageSize"'
request PUT "/users/$third" --json "{\"name\":\"${mark^^} Björn\"}"
for ((attempt = 0; attempt < 20; attempt++)); do # the index takes a moment on AWS
  request GET "/users?namePrefix=$mark%20bj"
  [[ $body != *'"count":0'* ]] || { sleep 0.2; continue; }
  break
done
check 'GET /users?namePrefix= finds names without case and accents' status=200 "body=\"userId\":\"$third\""
request GET '/users?namePrefix='
check 'GET /users?namePrefix= of nothing: 400' status=400 'body={"field":"namePrefix","code":"too_short"'

request GET '/users?nextToken=nonsense'
check 'GET /users with a bad token: 400' status=400 "${problem[@]}" \
  'body={"field":"nextToken","code":"invalid_format"'
request GET '/users?pageSize=0'
check 'GET /users?pageSize=0: 400' status=400 "${problem[@]}" 'body="field":"pageSize"'
request GET '/users?limit=10&pageSize=10'
check 'GET /users with pageSize and limit: 400' status=400 "${problem[@]}"

request OPTIONS "/users/$id" --header 'Origin: https://example.com' \
  --header 'Access-Control-Request-Method: PUT'
check 'OPTIONS /users/{userId} answers the preflight' 'status=200|204' \
  'header=access-control-allow-methods: .*PUT.*' 'header=access-control-allow-headers: .*if-match.*'
request GET /nowhere
check 'GET /nowhere is no route: 403, 404 from an HTTP API' 'status=403|404'

if ((${#credentials[@]})); then
  kept=("${credentials[@]}") credentials=()
  request GET "/users/$id"
  credentials=("${kept[@]}")
  if [[ -n ${TOKEN-} ]]; then
    check 'GET /users/{userId} without a token: 401' status=401 "${problem[@]}" \
      'header=(x-amzn-remapped-)?www-authenticate: bearer.*'
  else
    check 'GET /users/{userId} without a signature or key: 403' status=403 "${problem[@]}"
  fi
fi

request DELETE "/users/$id" --header 'If-Match: "1"'
check 'DELETE /users/{userId} with an old ETag: 412' status=412 "${problem[@]}"
request DELETE "/users/$id"
check 'DELETE /users/{userId} gives the user as it last was' status=200 "body=\"userId\":\"$id\"" \
  'body="version":3'
request GET "/users/$id"
check 'GET /users/{userId} of a deleted user: 404' status=404 "${problem[@]}"

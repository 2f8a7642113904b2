#!/usr/bin/env bash
# Serves the users API on this machine: the real functions, DynamoDB Local, no Docker. Ctrl-C ends it all.
#
# Usage: scripts/run-local.sh [--port PORT] [--dynamodb-port PORT] [--in-memory] [--watch] [--env NAME=VALUE]…
#
#   --port PORT            where the API listens (default: 3000)
#   --dynamodb-port PORT   where DynamoDB Local listens (default: 8000), on every address of the machine: it knows no
#                          other way. The API listens on 127.0.0.1 alone
#   --in-memory            start empty and keep nothing; otherwise the users stay in build/local/dynamodb
#   --watch                take over a function as soon as it is built again:
#                          cmake --build --preset release, in another terminal
#   --env NAME=VALUE       the value of a variable that template.yaml has, or of an AWS_*, for the functions
#
# It installs what is missing (scripts/install-deps.sh run) and builds what has changed first.
# Logs go to build/local/PORT, so that several can run beside each other, one of them without --in-memory. AWS_LAMBDA_LOG_LEVEL=DEBUG in the environment makes the functions say more.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

port=3000
dynamodb_port=8000
in_memory=false
api_options=()
while (($#)); do
  case $1 in
    --port) port=$(option_value "$@"); shift 2 ;;
    --dynamodb-port) dynamodb_port=$(option_value "$@"); shift 2 ;;
    --in-memory) in_memory=true; shift ;;
    --watch) api_options+=(--watch); shift ;;
    --env) api_options+=(--env "$(option_value "$@")"); shift 2 ;;
    -h | --help) show_help ;;
    *) usage_error "unknown argument $1" ;;
  esac
done

for number in "$port" "$dynamodb_port"; do
  [[ $number =~ ^[1-9][0-9]{0,4}$ && $number -le 65535 ]] || usage_error "$number is not a port"
done
((port != dynamodb_port)) || usage_error "the API and DynamoDB Local need a port each"
! port_in_use "$port" || die "port $port is in use: choose another with --port"
! port_in_use "$dynamodb_port" || die "port $dynamodb_port is in use: choose another with --dynamodb-port"

storage=(-inMemory)
if [[ $in_memory == false ]]; then
  users=$ROOT/build/local/dynamodb
  mkdir -p "$users"
  storage=(-dbPath "$users")
  exec {lock}>"$users.lock"
  flock --nonblock "$lock" || die 'another run-local.sh has the users in build/local/dynamodb: try with --in-memory'
fi

"$ROOT/scripts/install-deps.sh" run
build_release

readonly logs=$ROOT/build/local/$port
mkdir -p "$logs"
trap stop_started EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

use_dynamodb_local "http://127.0.0.1:$dynamodb_port"
say "starting DynamoDB Local"
start_dynamodb_local "$dynamodb_port" "$logs/dynamodb.log" "${storage[@]}"
"$ROOT/scripts/create-table.sh" --endpoint-url "$AWS_ENDPOINT_URL_DYNAMODB"
start_local_api "$port" "$logs/api.log" "${api_options[@]}"

cat <<END

The users API is at http://127.0.0.1:$port
What it takes and gives, to read and to try: http://127.0.0.1:$port/docs

  curl -i http://127.0.0.1:$port/users --json '{"name": "Ada Lovelace", "email": "ada@example.com"}'

Logs: build/local/$port/api.log (the API and its functions), build/local/$port/dynamodb.log
Ctrl-C ends it.
END
{ wait -n || true; } 2>/dev/null
die "DynamoDB Local or the local API has ended by itself: see the logs"

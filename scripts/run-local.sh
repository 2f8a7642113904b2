#!/usr/bin/env bash
# Serves the users API on this machine with the real functions and DynamoDB Local, without Docker. Ctrl-C stops it.
#
# Usage: scripts/run-local.sh [--port PORT] [--dynamodb-port PORT] [--in-memory] [--preset PRESET] [--watch]
#                             [--template FILE] [--env NAME=VALUE]…
#
#   --port PORT            the port of the API, which listens on 127.0.0.1 only (default: 3000)
#   --dynamodb-port PORT   the port of DynamoDB Local, which always listens on all addresses of the machine
#                          (default: 8000)
#   --in-memory            start without users, and discard those of this run at the end (default: keep the users in
#                          build/local/dynamodb)
#   --preset PRESET        the CMake preset to build and serve (default: shared, which uses the libraries of the system);
#                          release builds the executables that deploy.sh deploys, and its first build takes minutes
#                          longer; dev has sanitizers, and builds faster after an edit
#   --watch                restart a function when you rebuild it, in another terminal: cmake --build --preset PRESET
#   --template FILE        the template to serve (default: template.yaml); template-http.yaml is an HTTP API
#   --env NAME=VALUE       set a variable of the template, or an AWS_* variable, for all functions
#
# The script first installs missing dependencies (scripts/install-deps.sh run) and builds what has changed. The logs are
# in build/local/PORT. AWS_LAMBDA_LOG_LEVEL=DEBUG in the environment makes the functions log more.
# Several instances can run at the same time on different ports, but only one of them without --in-memory.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/processes.sh"
. "$(dirname "$0")/lib/local.sh"

# A command that a script starts in the background ignores SIGINT, and bash cannot trap an ignored signal.
ignored_signals=0x$(sed -n 's/^SigIgn:[[:space:]]*//p' /proc/$$/status)
(((ignored_signals & 2) == 0)) || exec env --default-signal=INT "$0" "$@"

port=3000
dynamodb_port=8000
in_memory=false
preset=shared
api_options=()
while (($#)); do
  case $1 in
    --port) port=$(option_value "$@"); shift 2 ;;
    --dynamodb-port) dynamodb_port=$(option_value "$@"); shift 2 ;;
    --in-memory) in_memory=true; shift ;;
    --preset) preset=$(option_value "$@"); shift 2 ;;
    --watch) api_options+=(--watch); shift ;;
    --template) api_options+=(--template "$(realpath --canonicalize-missing "$(option_value "$@")")"); shift 2 ;;
    --env) api_options+=(--env "$(option_value "$@")"); shift 2 ;;
    -h | --help) show_help ;;
    *) usage_error "unknown argument $1" ;;
  esac
done

for number in "$port" "$dynamodb_port"; do
  [[ $number =~ ^[1-9][0-9]{0,4}$ && $number -le 65535 ]] || usage_error "$number is not a port number: a port is a number from 1 to 65535"
done
((port != dynamodb_port)) || usage_error "the API and DynamoDB Local need different ports"
! port_in_use "$port" || die "port $port is in use: choose another one with --port"
! port_in_use "$dynamodb_port" || die "port $dynamodb_port is in use: choose another one with --dynamodb-port"

storage=(-inMemory)
if [[ $in_memory == false ]]; then
  users=$ROOT/build/local/dynamodb
  mkdir -p "$users"
  storage=(-dbPath "$users")
  exec {lock}>"$users.lock"
  flock --nonblock "$lock" || die 'another run-local.sh uses build/local/dynamodb: stop it, or use --in-memory'
fi

case $preset in
  shared) purposes=(run) ;;
  release) purposes=(run release) ;;
  bench) purposes=(run release unit) ;;
  *) purposes=(run unit) ;; # for the tests, which these presets include
esac
"$ROOT/scripts/install-deps.sh" "${purposes[@]}"
build_api "$preset"

readonly logs=$ROOT/build/local/$port
mkdir -p "$logs"
trap stop_started EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

use_dynamodb_local "http://127.0.0.1:$dynamodb_port"
say "starting DynamoDB Local"
start_dynamodb_local "$dynamodb_port" "$logs/dynamodb.log" "${storage[@]}"
"$ROOT/scripts/create-table.sh" --endpoint-url "$AWS_ENDPOINT_URL_DYNAMODB"
start_local_api "$preset" "$port" "$logs/api.log" "${api_options[@]}"

cat <<END

The users API: http://127.0.0.1:$port
Documentation, from which you can send requests: http://127.0.0.1:$port/docs

  curl -i http://127.0.0.1:$port/users --json '{"name": "Ada Lovelace", "email": "ada@example.com"}'

Logs: build/local/$port/api.log (the API and its functions), build/local/$port/dynamodb.log
Press Ctrl-C to stop.
END
{ wait -n || true; } 2>/dev/null
die "DynamoDB Local or the local API ended unexpectedly (logs: build/local/$port)"

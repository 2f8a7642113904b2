#!/usr/bin/env bash
# Runs the curl commands of README.md and docs/api-examples.md against its own local API, which starts without users,
# and updates the output that these files show. Prints the commands whose output has changed.
#
# Usage: scripts/examples.sh [--check]
#
#   --check   change no files; print the differences, and fail if there are any
#
# The script first installs missing dependencies (scripts/install-deps.sh run) and builds what has changed.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/processes.sh"
. "$(dirname "$0")/lib/local.sh"

options=()
while (($#)); do
  case $1 in
    --check) options+=(--check); shift ;;
    -h | --help) show_help ;;
    *) usage_error "unknown argument $1" ;;
  esac
done

"$ROOT/scripts/install-deps.sh" run
build_api shared

readonly logs=$ROOT/build/examples
mkdir -p "$logs"
trap stop_started EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

dynamodb_port=$(free_port)
use_dynamodb_local "http://127.0.0.1:$dynamodb_port"
start_dynamodb_local "$dynamodb_port" "$logs/dynamodb.log" -inMemory
"$ROOT/scripts/create-table.sh" --endpoint-url "$AWS_ENDPOINT_URL_DYNAMODB"
api_port=$(free_port)
start_local_api shared "$api_port" "$logs/api.log"

cd "$ROOT"
build/venv/bin/python scripts/docs/examples.py "${options[@]}" "http://127.0.0.1:$api_port" README.md docs/api-examples.md

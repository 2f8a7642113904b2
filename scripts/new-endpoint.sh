#!/usr/bin/env bash
# Adds an endpoint to the API: a function with a simple handler, a role with the permissions that this handler needs, an
# alarm, lines in the dashboard, an operation in openapi.yaml, requests for Postman and for editors, and tests. The
# result builds, runs and passes the tests; the script prints what is left to fill in.
#
# Usage: scripts/new-endpoint.sh [--dirty] NAME METHOD PATH
#
#   NAME     the name of the function, a verb and a noun: GetVersion
#   METHOD   GET, POST, PUT, PATCH or DELETE
#   PATH     the path of the route, in quotes: '/users/{userId}/version'
#   --dirty  run even if the checkout has uncommitted changes
#
# If the script fails, for example because the name or the route exists, it changes nothing.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"

options=() arguments=()
for argument in "$@"; do
  case $argument in
    --dirty) options+=(--dirty) ;;
    -h | --help) show_help ;;
    -*) usage_error "unknown argument $argument" ;;
    *) arguments+=("$argument") ;;
  esac
done
((${#arguments[@]} == 3)) || usage_error 'takes three arguments: NAME METHOD PATH'

"$ROOT/scripts/install-deps.sh" scaffold
run_module scaffold.endpoint "${options[@]}" "${arguments[@]}"

#!/usr/bin/env bash
# Adds an endpoint to the API: its function, with a handler that does something simple, its section in template.yaml
# with the role for that, its alarm and dashboard, its operation in openapi.yaml, its requests for Postman and for
# editors, and its tests. What the script wrote builds, runs and passes the tests; the script says what to fill in.
#
# Usage: scripts/new-endpoint.sh [--dirty] NAME METHOD PATH
#
#   NAME     the name of the function, a verb and a noun: GetVersion
#   METHOD   GET, POST, PUT, PATCH or DELETE
#   PATH     the path of the route, in quotes: '/users/{userId}/version'
#   --dirty  work in a checkout with uncommitted changes
#
# The script changes nothing when it fails, or when the name or the route exists.

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
((${#arguments[@]} == 3)) || usage_error 'takes a name, a method and a path'

"$ROOT/scripts/install-deps.sh" scaffold
run_module scaffold.endpoint "${options[@]}" "${arguments[@]}"

#!/usr/bin/env bash
# Makes a service of another resource: a repository beside this one, with the same functions, stack, documentation and
# tests, named for the resource. What is known of this project alone is left out: its history and its figures.
#
# Usage: scripts/new-service.sh FOLDER SINGULAR [PLURAL]
#
#   FOLDER    the folder of the new repository, which must not exist: ../orders
#   SINGULAR  the resource, one word in lower case: order
#   PLURAL    its plural, if it is irregular: scripts/new-service.sh ../people person people
#
# The script says what to do next.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"

for argument in "$@"; do
  case $argument in
    -h | --help) show_help ;;
    -*) usage_error "unknown argument $argument" ;;
  esac
done
(($# == 2 || $# == 3)) || usage_error 'takes a folder and a resource'

"$ROOT/scripts/install-deps.sh" scaffold
run_module scaffold.service "$@"
# Installed files that contain no path of this repository.
mkdir -p "$1/build"
for part in static-libs dynamodb-local swagger-ui openapi-generator node; do
  [[ ! -d $ROOT/build/$part ]] || cp -a --reflink=auto "$ROOT/build/$part" "$1/build/"
done

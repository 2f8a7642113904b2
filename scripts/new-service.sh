#!/usr/bin/env bash
# Creates a service for another resource: a new repository with the same functions, stack, documentation and tests, named
# after the resource. The script leaves out what concerns this project alone: its history and its measured figures.
#
# Usage: scripts/new-service.sh FOLDER SINGULAR [PLURAL]
#
#   FOLDER    the folder of the new repository, outside this one, which must not exist: ../orders
#   SINGULAR  the resource, one word in lower case: order
#   PLURAL    its plural, if it is irregular: scripts/new-service.sh ../people person people
#
# At the end, the script prints what to do next.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"

for argument in "$@"; do
  case $argument in
    -h | --help) show_help ;;
    -*) usage_error "unknown argument $argument" ;;
  esac
done
(($# == 2 || $# == 3)) || usage_error 'takes two or three arguments: FOLDER SINGULAR [PLURAL]'

"$ROOT/scripts/install-deps.sh" scaffold
run_module scaffold.service "$@"
# The new repository can use copies of these installed files, which contain no path of this repository.
mkdir -p "$1/build"
for part in static-libs dynamodb-local swagger-ui openapi-generator node; do
  [[ ! -d $ROOT/build/$part ]] || cp -a --reflink=auto "$ROOT/build/$part" "$1/build/"
done

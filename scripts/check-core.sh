#!/usr/bin/env bash
# Checks that common/core is generic: no file contains a domain term, core files include only core headers, and each folder
# depends only on the folders before it. Prints the lines that violate a rule.
#
# Usage: scripts/check-core.sh
#
# Exit status: 0 when no line violates a rule.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

case ${1-} in
  '') ;;
  -h | --help) show_help ;;
  *) usage_error "unknown argument $1" ;;
esac

readonly folders='support json http net auth dynamodb lambda app' # each may include from itself and from those before it

cd "$ROOT/common"
# The terms that are removed from a line before the check belong to HTTP, C callbacks and AWS.
# shellcheck disable=SC2016 # awk's variables
find core -type f -exec awk -v folders="$folders" '
  BEGIN {
    count = split(folders, names, " ")
    for (i = 1; i <= count; i++) rank[names[i]] = i
  }
  function report(violation) {
    printf "common/%s:%d: %s: %s\n", FILENAME, FNR, violation, $0
    violations++
  }
  {
    text = tolower($0)
    gsub(/user[-_ ]?agent|userinfo|void\* user|>\(user\)|user_?arn|cognito user pool|userguide/, "", text)
    if (text ~ /user|e-?mail|name_?prefix/) report("word of the domain")
  }
  /^[ \t]*#[ \t]*include[ \t]*<users\// { report("include from outside the core") }
  /^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, quoted, "\"")
    split(quoted[2], included, "/")
    split(FILENAME, including, "/")
    if (included[1] != "core") report("include from outside the core")
    else if (!(included[2] in rank) || !(including[2] in rank)) report("folder without a place in the order")
    else if (rank[included[2]] > rank[including[2]]) report("include of a later folder")
  }
  END { exit violations > 0 }
' {} + || die 'common/core is not generic'

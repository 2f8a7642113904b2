#!/usr/bin/env bash
# Checks that common/core is generic: neither the core nor its tests, the names of their files included, contain a term of
# the domain; core files include only headers of the core and of the libraries that this script lists; each folder depends
# only on the folders before it; and no header contains a type of libcurl, RapidJSON or OpenSSL. Prints the lines that
# violate a rule.
#
# Usage: scripts/lint/check-core.sh
#
# Exit status: 0 when no line violates a rule.

set -euo pipefail
. "$(dirname "$0")/../lib/common.sh"

case ${1-} in
  '') ;;
  -h | --help) show_help ;;
  *) usage_error "unknown argument $1" ;;
esac

# The folders of the core; each may include from itself and from those before it.
export FOLDERS='support json http net auth dynamodb lambda app'
# The terms of the domain, and terms of HTTP and AWS that contain one of them.
export DOMAIN='user|e-?mail|name[-_ ]?prefix'
export OTHERS='user[-_ ]?agent|userinfo|user_?arn|:user/|cognito user pool|userguide'
# The folders of other headers that the core may include.
export OTHER_HEADERS='arpa curl fmt netinet openssl rapidjson sys tl uuid'
# The headers of the libraries, and declarations that can replace an include.
export LIBRARIES='#[ \t]*include[ \t]*["<](curl|openssl|rapidjson|uuid)/|struct [A-Za-z0-9_]+_st[^A-Za-z0-9_]|namespace rapidjson|CURL'

cd "$ROOT"
# shellcheck disable=SC2016 # awk's variables
{
  find common/core -type f -print0
  find tests/unit/core tests/support -path tests/support/users -prune -o -name '*.h' -print0 -o -name '*.cpp' -print0
  printf '%s\0' tests/contract/versioned_table_contract.*
} | xargs -0 awk '
  BEGIN {
    count = split(ENVIRON["FOLDERS"], names, " ")
    for (i = 1; i <= count; i++) rank[names[i]] = i
    count = split(ENVIRON["OTHER_HEADERS"], names, " ")
    for (i = 1; i <= count; i++) is_other_header[names[i]] = 1
  }
  function report(violation) {
    printf "%s:%d: %s: %s\n", FILENAME, FNR, violation, $0
    violations++
  }
  function has_domain_term(text) {
    text = tolower(text)
    gsub(ENVIRON["OTHERS"], "", text)
    return text ~ ENVIRON["DOMAIN"]
  }
  FNR == 1 && has_domain_term(FILENAME) { report("term of the domain in the name") }
  has_domain_term($0) { report("term of the domain") }
  FILENAME ~ /^common\/.*\.h$/ {
    code = $0
    sub(/\/\/.*/, "", code)
    if (code ~ ENVIRON["LIBRARIES"]) report("library type in a core header")
  }
  FILENAME ~ /^common\// && /^[ \t]*#[ \t]*include[ \t]*("|<[^>]*\/)/ {
    split($0, parts, /["<>]/)
    split(parts[2], included, "/")
    split(FILENAME, including, "/")
    if ($0 ~ /</ && included[1] in is_other_header) next
    if (included[1] != "core") report("include from outside the core")
    else if (!(included[2] in rank) || !(including[3] in rank)) report("folder that FOLDERS in check-core.sh does not list")
    else if (rank[included[2]] > rank[including[3]]) report("include of a folder that comes later in FOLDERS")
  }
  END { exit violations > 0 }
' || die 'common/core is not generic; see “The folders of common/” in docs/architecture.md'

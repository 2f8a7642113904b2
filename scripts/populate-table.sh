#!/usr/bin/env bash
# Fills a table with made-up users, in DynamoDB Local, or on AWS; what is in it stays.
#
# Usage: scripts/populate-table.sh [--count N] [--table NAME] [--claims-table NAME] [--endpoint-url URL | --remote]
#
#   --count N            how many users, up to a million (default: 100)
#   --table NAME         the table's name (default: Users)
#   --claims-table NAME  the name of the one with its addresses (default: UserClaims, or the table's name with -claims)
#   --endpoint-url URL   where DynamoDB Local listens (default: http://127.0.0.1:8000)
#   -r, --remote         on AWS, with the account and region of your environment; it asks first
#
# Every run adds new users, whose addresses end in @example.com. A user and its claim are written in one transaction, as
# the API writes them, so that a run can be stopped at any time.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

table_options "$@"
count=100
if [[ ${arguments[0]-} == --count ]]; then
  count=$(option_value "${arguments[@]}")
  arguments=("${arguments[@]:2}")
fi
((${#arguments[@]} == 0)) || usage_error "unknown argument ${arguments[0]}"
[[ $count =~ ^[1-9][0-9]{0,6}$ && $count -le 1000000 ]] || usage_error "--count takes a number from 1 to 1000000"

use_dynamodb "add $count made-up users to the table $table"
users_table populate "$table" "$claims_table" "$count"

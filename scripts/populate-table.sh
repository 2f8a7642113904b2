#!/usr/bin/env bash
# Adds generated users to a users table, in DynamoDB Local or on AWS. Existing users remain unchanged.
#
# Usage: scripts/populate-table.sh [--count N] [--table NAME] [--claims-table NAME] [--endpoint-url URL | --remote]
#
#   --count N            the number of users, up to 1000000 (default: 100)
#   --table NAME         the users table (default: Users)
#   --claims-table NAME  the claims table (default: UserClaims for Users, otherwise the users table's name with -claims)
#   --endpoint-url URL   the URL of DynamoDB Local (default: http://127.0.0.1:8000)
#   -r, --remote         use AWS, with the account and region of your environment, after confirmation
#
# Every run adds new users, whose addresses end in @example.com. You can stop the script at any time: one transaction
# writes a user together with its claim, as in the API.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$(dirname "$0")/lib/processes.sh"
. "$(dirname "$0")/lib/local.sh"
. "$(dirname "$0")/lib/aws.sh"
. "$(dirname "$0")/lib/tables.sh"

table_options "$@"
count=100
if [[ ${arguments[0]-} == --count ]]; then
  count=$(option_value "${arguments[@]}")
  arguments=("${arguments[@]:2}")
fi
((${#arguments[@]} == 0)) || usage_error "unknown argument ${arguments[0]}"
[[ $count =~ ^[1-9][0-9]{0,6}$ && $count -le 1000000 ]] || usage_error "--count takes a number from 1 to 1000000"

use_dynamodb "add $count generated users to the table $table"
users_table populate "$table" "$claims_table" "$count"

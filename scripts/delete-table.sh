#!/usr/bin/env bash
# Deletes a users table and its claims table, with all users, in DynamoDB Local or on AWS.
#
# Usage: scripts/delete-table.sh [--table NAME] [--claims-table NAME] [--endpoint-url URL | --remote]
#
#   --table NAME         the users table (default: Users)
#   --claims-table NAME  the claims table (default: UserClaims for Users, otherwise the users table's name with -claims)
#   --endpoint-url URL   the URL of DynamoDB Local (default: http://127.0.0.1:8000)
#   -r, --remote         use AWS, with the account and region of your environment, after confirmation
#
# AWS refuses to delete a table with deletion protection.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$(dirname "$0")/lib/processes.sh"
. "$(dirname "$0")/lib/local.sh"
. "$(dirname "$0")/lib/aws.sh"
. "$(dirname "$0")/lib/tables.sh"

table_options "$@"
((${#arguments[@]} == 0)) || usage_error "unknown argument ${arguments[0]}"

use_dynamodb "delete the tables $table and $claims_table and every user in them"
users_table delete "$table" "$claims_table"

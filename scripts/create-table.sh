#!/usr/bin/env bash
# Creates a users table and its claims table, in DynamoDB Local or on AWS. In existing tables, the script only turns on
# point-in-time recovery (on AWS) and the expiry of claims, if they are off.
#
# Usage: scripts/create-table.sh [--table NAME] [--claims-table NAME] [--endpoint-url URL | --remote]
#
#   --table NAME         the users table (default: Users)
#   --claims-table NAME  the claims table (default: UserClaims for Users, otherwise the users table's name with -claims)
#   --endpoint-url URL   the URL of DynamoDB Local (default: http://127.0.0.1:8000)
#   -r, --remote         use AWS, with the account and region of your environment, after confirmation
#
# The tables of a deployed stack come from template.yaml; this script creates additional ones.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$(dirname "$0")/lib/processes.sh"
. "$(dirname "$0")/lib/local.sh"
. "$(dirname "$0")/lib/aws.sh"
. "$(dirname "$0")/lib/tables.sh"

table_options "$@"
((${#arguments[@]} == 0)) || usage_error "unknown argument ${arguments[0]}"

use_dynamodb "create the tables $table and $claims_table"
users_table create "$table" "$claims_table"

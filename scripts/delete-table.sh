#!/usr/bin/env bash
# Deletes a table of users and that of their claims, with all that is in them, in DynamoDB Local, or on AWS.
#
# Usage: scripts/delete-table.sh [--table NAME] [--claims-table NAME] [--endpoint-url URL | --remote]
#
#   --table NAME         the table's name (default: Users)
#   --claims-table NAME  the name of the one with its addresses (default: UserClaims, or the table's name with -claims)
#   --endpoint-url URL   where DynamoDB Local listens (default: http://127.0.0.1:8000)
#   -r, --remote         on AWS, with the account and region of your environment; it asks first
#
# AWS refuses to delete a table that has deletion protection.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

table_options "$@"
((${#arguments[@]} == 0)) || usage_error "unknown argument ${arguments[0]}"

use_dynamodb "delete the tables $table and $claims_table and every user in them"
users_table delete "$table" "$claims_table"

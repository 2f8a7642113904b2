#!/usr/bin/env bash
# Creates a table of users, and that of their claims on addresses, in DynamoDB Local, or on AWS. Tables that are there
# already stay, and get what they lack of point-in-time recovery (on AWS) and the expiry of claims.
#
# Usage: scripts/create-table.sh [--table NAME] [--claims-table NAME] [--endpoint-url URL | --remote]
#
#   --table NAME         the table's name (default: Users)
#   --claims-table NAME  the name of the one with its addresses (default: UserClaims, or the table's name with -claims)
#   --endpoint-url URL   where DynamoDB Local listens (default: http://127.0.0.1:8000)
#   -r, --remote         on AWS, with the account and region of your environment; it asks first
#
# The tables of a deployed stack come from template.yaml: this makes others beside them.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

table_options "$@"
((${#arguments[@]} == 0)) || usage_error "unknown argument ${arguments[0]}"

use_dynamodb "create the tables $table and $claims_table"
users_table create "$table" "$claims_table"

#!/usr/bin/env bash
# Deletes a table of users with all that is in it, in DynamoDB Local, or on AWS.
#
# Usage: scripts/delete-table.sh [--table NAME] [--endpoint-url URL | --remote]
#
#   --table NAME         the table's name (default: Users)
#   --endpoint-url URL   where DynamoDB Local listens (default: http://127.0.0.1:8000)
#   -r, --remote         on AWS, with the account and region of your environment; it asks first
#
# AWS refuses to delete a table that has deletion protection.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

table_options "$@"
((${#arguments[@]} == 0)) || usage_error "unknown argument ${arguments[0]}"

use_dynamodb "delete the table $table and every user in it"
users_table delete "$table"

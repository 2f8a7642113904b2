#!/usr/bin/env bash
# Creates a table of users in DynamoDB Local, or on AWS; one that is there already is left as it is.
#
# Usage: scripts/create-table.sh [--table NAME] [--endpoint-url URL | --remote]
#
#   --table NAME         the table's name (default: Users)
#   --endpoint-url URL   where DynamoDB Local listens (default: http://127.0.0.1:8000)
#   -r, --remote         on AWS, with the account and region of your environment; it asks first
#
# The table of a deployed stack comes from template.yaml: this makes one beside it.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

table_options "$@"
((${#arguments[@]} == 0)) || usage_error "unknown argument ${arguments[0]}"

use_dynamodb "create the table $table"
users_table create "$table"

#!/usr/bin/env bash
# Makes users and their email claims consistent, in DynamoDB Local or on AWS. Run it on a table that predates the claims
# and the name index, and after a restore of the tables. It creates the claims table and the index if they are missing,
# releases claims whose user is deleted or has another address, claims each address, and sets the derived attributes by
# which the functions find users.
#
# Usage: scripts/migrate.sh [--table NAME] [--claims-table NAME] [--endpoint-url URL | --remote]
#
#   --table NAME         the users table (default: Users)
#   --claims-table NAME  the claims table (default: UserClaims for Users, otherwise the users table's name with -claims)
#   --endpoint-url URL   the URL of DynamoDB Local (default: http://127.0.0.1:8000)
#   -r, --remote         use AWS, with the account and region of your environment, after confirmation
#
# The functions may serve requests meanwhile, unless their version predates the claims. You can stop the script and run
# it again: it leaves consistent items unchanged. When several users share an address, no user gets a new claim on it.
# The script lists each such address with its users and, if it is claimed, the holder; change or delete all but one of
# these users, and run the script again. It also lists items that are not users, and users that it could not write
# because of concurrent changes.
# Exit status: 0 when every user holds the claim on its address, and no other email claims exist.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$(dirname "$0")/lib/processes.sh"
. "$(dirname "$0")/lib/local.sh"
. "$(dirname "$0")/lib/aws.sh"
. "$(dirname "$0")/lib/tables.sh"

table_options "$@"
((${#arguments[@]} == 0)) || usage_error "unknown argument ${arguments[0]}"

use_dynamodb "bring the tables $table and $claims_table up to date"
users_table migrate "$table" "$claims_table"

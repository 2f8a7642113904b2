#!/usr/bin/env bash
# Creates the table of users in DynamoDB Local; one that is there already is left as it is.
#
# Usage: scripts/create-table.sh [--endpoint-url URL] [--table NAME]
#
#   --endpoint-url URL   where DynamoDB Local listens (default: http://127.0.0.1:8000)
#   --table NAME         the table's name (default: Users)
#
# The key is the one in template.yaml. AWS itself gets its table from that template.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

endpoint_url=http://127.0.0.1:8000
table=Users
while (($#)); do
  case $1 in
    --endpoint-url) endpoint_url=$(option_value "$@"); shift 2 ;;
    --table) table=$(option_value "$@"); shift 2 ;;
    -h | --help) show_help ;;
    *) usage_error "unknown argument $1" ;;
  esac
done

"$ROOT/scripts/install-deps.sh" run
use_dynamodb_local "$endpoint_url"
"$ROOT/build/venv/bin/python" - "$table" <<'PYTHON'
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

table = sys.argv[1]
dynamodb = boto3.client("dynamodb", config=Config(connect_timeout=5, retries={"max_attempts": 1}))
try:
    dynamodb.create_table(
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "userId", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    print(f"==> table {table}: created")
except dynamodb.exceptions.ResourceInUseException:
    print(f"==> table {table}: there already")
except (BotoCoreError, ClientError, ValueError) as error:
    sys.exit(f"create-table.sh: {error}")
PYTHON
